import { markSet, type MarkSet, type Population } from "../../src/account/index.ts";
import { decideMode, type Snapshot } from "../../src/flags/index.ts";
import type { Mode, RouteFlags } from "../../src/model/index.ts";
import type { SimulatedEvidence, SimulatedItem } from "./evidence.ts";
import type { Random } from "./random.ts";

/** How both sides behave: shares of items, 0 to 1, and times in milliseconds. */
export interface Behaviour {
  /** No complete answer, or one of 500 and above: of either side by itself, and of both for the same reason. */
  readonly candidateFails: number;
  readonly legacyFails: number;
  readonly bothFail: number;
  /** Divergent so gravely, where both answered. */
  readonly minor: number;
  readonly major: number;
  readonly critical: number;
  /** Medians. */
  readonly legacyMs: number;
  /** On top of what legacy took. */
  readonly addedMs: number;
  /** Standard deviation of the logarithm of each. */
  readonly spread: number;
}

export const healthy: Behaviour = {
  candidateFails: 0,
  legacyFails: 0,
  bothFail: 0.0005,
  minor: 0,
  major: 0,
  critical: 0,
  legacyMs: 40,
  addedMs: 10,
  spread: 0.5,
};

/** As it is at this moment. */
export interface TrafficNow {
  readonly itemsPerHour: number;
  readonly behaviour: Behaviour;
}

export interface TrafficOptions {
  /** Different shoppers, drawn alike. */
  readonly shoppers: number;
  /** Shoppers by name, who come for this share of all items. */
  readonly named: { readonly shoppers: readonly string[]; readonly share: number };
}

/** What items of a route are evidence of. */
export interface TrafficScope {
  readonly route: RouteFlags;
  readonly name: string;
  readonly scope: string;
  readonly slowMs: number | null;
  readonly lateMs: number | null;
}

export interface Traffic {
  /** Items of so long, all decided on one snapshot. */
  pass(time: { readonly fromMs: number; readonly toMs: number }, snapshot: Snapshot, scope: TrafficScope): void;
  /** Since the world began: how many, and how many of them got a bad answer from the candidate. */
  readonly served: { items: number; bad: number; candidate: number };
}

export function createTraffic(
  { shoppers, named }: TrafficOptions,
  { random, evidence, now }: { random: Random; evidence: SimulatedEvidence; now: () => TrafficNow },
): Traffic {
  const served = { items: 0, bad: 0, candidate: 0 };
  let left = 0;

  const shopper = (): string => {
    const byName = named.shoppers[Math.floor(random.next() * named.shoppers.length)];
    if (byName !== undefined && random.chance(named.share)) return byName;
    return `shopper-${Math.floor(random.next() * shoppers)}`;
  };

  return {
    served,
    pass({ fromMs, toMs }, snapshot, scope) {
      const { itemsPerHour, behaviour } = now();
      left += ((toMs - fromMs) * itemsPerHour) / 3_600_000;
      const count = Math.floor(left);
      left -= count;
      const streams = streamsOf(evidence, scope);
      for (let index = 0; index < count; index += 1) {
        const who = shopper();
        const { mode, reverseShadow } = decideMode(snapshot, scope.route, who);
        const item = happen(behaviour, random);
        served.items += 1;
        if (mode === "cutover") served.candidate += 1;
        if (mode === "cutover" && item.candidateFailed) served.bad += 1;
        const atMs = fromMs + ((index + 0.5) * (toMs - fromMs)) / count;
        record(streams, { scope, mode, reverseShadow, shopper: who, atMs, item });
      }
    },
  };
}

interface Happened {
  readonly candidateFailed: boolean;
  readonly legacyFailed: boolean;
  readonly divergence: "minor" | "major" | "critical" | null;
  readonly legacyMs: number;
  readonly candidateMs: number;
}

function happen(how: Behaviour, random: Random): Happened {
  const both = random.chance(how.bothFail);
  const legacyMs = random.time(how.legacyMs, how.spread);
  return {
    candidateFailed: both || random.chance(how.candidateFails),
    legacyFailed: both || random.chance(how.legacyFails),
    divergence: random.chance(how.critical)
      ? "critical"
      : random.chance(how.major)
        ? "major"
        : random.chance(how.minor)
          ? "minor"
          : null,
    legacyMs,
    candidateMs: legacyMs + random.time(how.addedMs, how.spread),
  };
}

type Streams = Readonly<Record<Population, (item: SimulatedItem) => void>>;

function streamsOf(evidence: SimulatedEvidence, { scope, name: route }: TrafficScope): Streams {
  const versions = { legacyVersion: "1", candidateVersion: "2", rules: "" };
  const to = (population: Population) => evidence.to({ scope, route, population, ...versions });
  return {
    pairs: to("pairs"),
    "held-out": to("held-out"),
    "served-candidate": to("served-candidate"),
    "served-legacy": to("served-legacy"),
  };
}

interface Recorded {
  readonly scope: TrafficScope;
  readonly mode: Mode;
  readonly reverseShadow: boolean;
  readonly shopper: string;
  readonly atMs: number;
  readonly item: Happened;
}

/** As the data plane counts: whoever answered, and both sides where both were called. */
function record(streams: Streams, { scope, mode, reverseShadow, shopper, atMs, item }: Recorded): void {
  const { slowMs } = scope;
  const { legacyMs, candidateMs, candidateFailed, legacyFailed } = item;
  const isCutover = mode === "cutover";
  const answeredMs = isCutover ? candidateMs : legacyMs;
  const answer = markSet(
    "item",
    ...((isCutover ? candidateFailed : legacyFailed) ? (["failed"] as const) : []),
    ...(slowMs !== null && answeredMs > slowMs ? (["slow"] as const) : []),
  );
  const took = isCutover ? { candidate: candidateMs } : { legacy: legacyMs };
  const isCompared = isCutover ? reverseShadow : mode !== "legacy";
  streams[isCutover ? "served-candidate" : "served-legacy"]({ set: answer, shopper, atMs, took });
  if (!isCompared && !isCutover) streams["held-out"]({ set: answer, shopper, atMs, took });
  if (!isCompared) return;
  const addedMs = candidateMs - legacyMs;
  const both = { legacy: legacyMs, candidate: candidateMs, ...(mode === "dual-run" ? { added: addedMs } : {}) };
  const set = answer | pairMarks(item, scope, mode === "dual-run");
  streams.pairs({ set, shopper, atMs, took: both });
}

function pairMarks(item: Happened, { slowMs, lateMs }: TrafficScope, timed: boolean): MarkSet {
  const { candidateFailed, legacyFailed, candidateMs, legacyMs } = item;
  // A candidate that fails where legacy does not is critical by itself, and so is the reverse no better.
  const divergence = candidateFailed === legacyFailed ? (candidateFailed ? null : item.divergence) : "critical";
  const isSlow = (ms: number): boolean => slowMs !== null && ms > slowMs;
  return markSet(
    ...(candidateFailed && !legacyFailed ? (["candidate-failed"] as const) : []),
    ...(legacyFailed && !candidateFailed ? (["legacy-failed"] as const) : []),
    ...(divergence === null ? [] : (["minor"] as const)),
    ...(divergence === "major" || divergence === "critical" ? (["major"] as const) : []),
    ...(divergence === "critical" ? (["critical"] as const) : []),
    ...(timed ? (["timed"] as const) : []),
    ...(timed && lateMs !== null && candidateMs - legacyMs > lateMs ? (["late"] as const) : []),
    ...(isSlow(candidateMs) && !isSlow(legacyMs) ? (["candidate-slow"] as const) : []),
    ...(isSlow(legacyMs) && !isSlow(candidateMs) ? (["legacy-slow"] as const) : []),
  );
}
