import { setImmediate } from "node:timers/promises";
import type { GaugeValue } from "../../../account/index.ts";
import {
  createScore,
  type EffectLists,
  expiredRules,
  IN_PLACE_BYTES,
  plant,
  type Report,
  type SamplePair,
  sitesOf,
  syntheticPairs,
  type TrialDeps,
  tried,
} from "../../../compare/index.ts";
import { headerValue } from "../../../http/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Pair } from "../../../mirror/index.ts";
import type { Answer, Rule } from "../../../model/index.ts";
import { isHeldId } from "../../../whatsapp/index.ts";
import { createBlindness, type BlindnessDeps } from "./blindness.ts";

export interface SelfTestDeps extends BlindnessDeps {
  readonly routes: readonly string[];
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 up to 1, 1 excluded. */
  readonly random: () => number;
  readonly fault: (operation: string, error: unknown) => void;
}

export interface FullReport extends Report {
  /** Pairs of traffic that are kept in memory, and those that were made up. */
  readonly pairs: { readonly kept: number; readonly made_up: number };
}

/** Tries all the time, and on demand, whether the comparison sees what is planted; raw values stay in memory. */
export interface SelfTest {
  /** Two answers matched, or nothing but noise was found. Tried where they are small enough to be compared in place. */
  readonly answersMatched: (pair: Pair, verdict: "match" | "noise") => void;
  /** What two sides did outside matched, likewise. */
  readonly effectsMatched: (effects: EffectLists, verdict: "match" | "noise") => void;
  /** All rules there are, those that have expired included: what was tried through others counts no longer. */
  readonly setRules: (rules: readonly Rule[]) => void;
  /** Lets go of all pairs of traffic: whose they are is not looked for. */
  readonly forget: () => void;
  gauges(): readonly GaugeValue[];
  /** What came of it since the rules changed last. */
  report(): FullReport;
  /** Every mutation at every place of what is kept and made up, in small pieces. Never rejects; null: it could not be run. */
  full(): Promise<FullReport | null>;
}

/** One mutation in so long: of answers, and of effects. */
const everyMs = 2_000;
/** Pairs of either sort that are kept: some 8 KiB each. */
const maxKept = 32;
const maxEffects = 50;
const maxEffectsCharacters = 64 * 1024;
/** Mutations of one pair that a full test tries, evenly chosen. */
const maxOfPair = 400;
/** Then other work of this thread has its turn. */
const pieceMs = 2;

const unhashed = (): string => "";

export function createSelfTest(deps: SelfTestDeps): SelfTest {
  const { clock, now, random, fault } = deps;
  const blindness = createBlindness(deps);
  const answers = createShelf(clock);
  const effects = createShelf(clock);
  let rules: readonly Rule[] = [];
  let score = createScore();
  let running: Promise<FullReport | null> | null = null;

  const trialDeps = (): TrialDeps => {
    const at = now();
    const over = new Set(expiredRules(rules, at));
    return { hash: unhashed, at, isHeld: isHeldId, rules: rules.filter((rule) => !over.has(rule)) };
  };
  const tryOne = (pair: SamplePair): void => {
    try {
      const planted = plant(pair, random);
      const trial = planted === null ? null : tried(planted, trialDeps());
      if (trial === null) return;
      score.add(pair.route, trial);
      blindness.saw(pair.route, trial, score.sensitivities().get(pair.route) ?? 0);
    } catch (error) {
      fault("self-test", error);
    }
  };
  /** Not before this turn's answers are on their way. */
  const later = (pair: SamplePair): void => void setImmediate().then(() => tryOne(pair));
  const counted = (report: Report, made: number): FullReport => {
    return { ...report, pairs: { kept: answers.pairs.length + effects.pairs.length, made_up: made } };
  };
  const full = async (): Promise<FullReport> => {
    const by = trialDeps();
    const made = deps.routes.flatMap((route) =>
      kindsIn(rules, route).flatMap((kind) => syntheticPairs({ route, itemKind: kind }, by.rules)),
    );
    const all = createScore(Number.POSITIVE_INFINITY);
    let pieceEnds = clock() + pieceMs;
    for (const pair of [...answers.pairs, ...effects.pairs, ...made]) {
      const sites = sitesOf(pair);
      const step = Math.max(1, Math.ceil(sites.length / maxOfPair));
      for (let i = 0; i < sites.length; i += step) {
        if (clock() >= pieceEnds) {
          await setImmediate();
          pieceEnds = clock() + pieceMs;
        }
        const planted = sites[i]?.plant() ?? null;
        const trial = planted === null ? null : tried(planted, by);
        if (trial !== null) all.add(pair.route, trial);
      }
    }
    return counted(all.report(), made.length);
  };
  return {
    answersMatched({ route, itemKind, legacy, candidate, rules: compare, scope }, verdict) {
      if (!answers.due(route) || scope !== "whole" || legacy.kind === "failed" || candidate.kind === "failed") return;
      const [ours, theirs] = [legacy.answer, candidate.answer];
      if (ours.body === null || theirs.body === null) return;
      // Equal ones are compared in place however large they are.
      if (ours.body.length + theirs.body.length > IN_PLACE_BYTES || isCoded(ours) || isCoded(theirs)) return;
      // A body is often a piece of a far larger read, which it would keep from being freed.
      const copy = { ...ours, body: Buffer.from(ours.body) };
      // Where rules or classes have hidden something nobody could tell what else differs: legacy is its own match.
      const copies = {
        legacy: copy,
        candidate: verdict === "noise" ? copy : { ...theirs, body: Buffer.from(theirs.body) },
      };
      const nothing = { legacy: [], candidate: [] };
      later(answers.put({ route, itemKind, answers: { ...copies, rules: compare }, effects: nothing }));
    },
    effectsMatched({ route, itemKind, legacy, candidate }, verdict) {
      if (!effects.due(route) || Math.max(legacy.length, candidate.length) > maxEffects) return;
      if (JSON.stringify([legacy, candidate]).length > maxEffectsCharacters) return;
      const sides = { legacy, candidate: verdict === "noise" ? legacy : candidate };
      later(effects.put({ route, itemKind, answers: null, effects: sides }));
    },
    setRules(all) {
      rules = all;
      score = createScore();
    },
    forget() {
      answers.pairs.length = 0;
      effects.pairs.length = 0;
    },
    gauges: () => {
      const found = score.sensitivities();
      // Of a route on which nothing was tried nothing is known.
      return [...found].map(([route, value]) => ({ name: "sombra_comparison_sensitivity", labels: { route }, value }));
    },
    report: () => counted(score.report(), 0),
    full() {
      running ??= full()
        .catch((error: unknown) => {
          fault("self-test", error);
          return null;
        })
        .finally(() => {
          running = null;
        });
      return running;
    },
  };
}

/** What is packed may be large. */
function isCoded({ rawHeaders }: Answer): boolean {
  return headerValue(rawHeaders, "content-encoding") !== null;
}

/** The last few pairs, one in so long; one of a route that had no turn for ten times as long comes in between. */
function createShelf(clock: Clock) {
  const pairs: SamplePair[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  const lastOf = new Map<string, number>();
  return {
    pairs,
    due(route: string): boolean {
      const [sinceAny, since] = [clock() - lastMs, clock() - (lastOf.get(route) ?? Number.NEGATIVE_INFINITY)];
      return sinceAny >= everyMs || (since >= 10 * everyMs && sinceAny >= everyMs / 10);
    },
    put(pair: SamplePair): SamplePair {
      lastMs = clock();
      lastOf.set(pair.route, lastMs);
      pairs.push(pair);
      if (pairs.length > maxKept)
        pairs.splice(
          pairs.findIndex(({ route }) => route === mostIn(pairs)),
          1,
        );
      return pair;
    },
  };
}

/** The route of most pairs. */
function mostIn(pairs: readonly SamplePair[]): string | undefined {
  const byRoute = [...Map.groupBy(pairs, ({ route }) => route)];
  return byRoute.toSorted(([, one], [, other]) => other.length - one.length)[0]?.[0];
}

/** Kinds of items that rules for a route speak of; a text message stands for all others. */
function kindsIn(rules: readonly Rule[], route: string): readonly string[] {
  const kinds = rules
    .filter((rule) => rule.route === null || rule.route === route)
    .flatMap(({ itemKind }) => itemKind ?? [])
    .map((kind) => kind.replace(/\.\*$/, ".text"));
  return [...new Set(["message.text", ...kinds])];
}
