import type { Tally } from "../../../account/index.ts";
import { type EffectLists, verdictOf } from "../../../compare/index.ts";
import type { Closed, ItemEffects, SettlingDeps } from "../../../exchanges/index.ts";
import { awaitsEffects, type Following, type Settled } from "../../../mirror/index.ts";
import type { Divergence, SkipReason, Verdict } from "../../../model/index.ts";
import { createEndings, type Outcome, type Waiting } from "./endings.ts";

export interface ClosingDeps {
  readonly tally: Tally;
  /** How what two sides did outside differs; a promise, which may be rejected, where it takes long. */
  readonly compareEffects: (lists: EffectLists) => readonly Divergence[] | Promise<readonly Divergence[]>;
  /** Whether nothing differs that counts; false where it would take long to see. */
  readonly isComplete: (lists: EffectLists) => boolean;
  /** What both sides did for a compared item of a route. */
  readonly saw: (route: string, effects: ItemEffects) => void;
  /** What both sides did for an item, and did alike, noise apart. */
  readonly matched: (effects: EffectLists, verdict: "match" | "noise") => void;
  /** An exchange is over, with what was done for its items. */
  readonly over: (exchange: string, items: readonly ItemEffects[]) => void;
  readonly fault: (operation: string, error: unknown) => void;
}

/** Gives the items of exchanges that are over their final states. */
export interface Closing {
  wait(exchange: string, waiting: Waiting): void;
  closed(group: Closed): void;
  /** Whether nothing that counts differs between what two sides did for an item that is waited for. */
  readonly complete: SettlingDeps["complete"];
  /** There is no room to wait for these any longer. */
  readonly givenUp: (exchanges: readonly string[]) => void;
  /** What is missing from now on might have come: it is not held against anybody. `closeAll` closes what is complete. */
  readonly stop: (closeAll: () => void) => void;
  readonly stopping: boolean;
}

const none: ItemEffects = { legacy: [], candidate: [], twin: [] };

export function createClosing(given: ClosingDeps): Closing {
  const deps = { ...given, ...failingAlone(given) };
  const waiting = new Map<string, Waiting>();
  const endings = createEndings({ fault: deps.fault, givenUp: (before) => leftOpen(before, "queue-full") });
  let stopping = false;
  const take = (exchange: string): Waiting | null => {
    const one = waiting.get(exchange) ?? null;
    waiting.delete(exchange);
    return one;
  };
  const final = (before: Settled, lists: EffectLists): Settled | Promise<Settled> => {
    const judged = (found: readonly Divergence[]): Settled => {
      const { kind } = verdictOf(found);
      if ((kind === "match" || kind === "noise") && lists.legacy.length > 0) deps.matched(lists, kind);
      const after = found.length === 0 ? before : withEffects(before, found);
      return stopping && countsMore(before, after) ? leftOpen(before, "shutting-down") : after;
    };
    const found = deps.compareEffects(lists);
    if (!(found instanceof Promise)) return judged(found);
    return found.then(judged, (error: unknown) => {
      deps.fault("compare", error);
      return notCompared(before);
    });
  };
  const twin = (answers: Verdict, lists: EffectLists): Outcome["twin"] | Promise<Outcome["twin"]> => {
    // One that never sends this way would make of everything that a candidate fails to send noise.
    if (lists.candidate.length === 0) return lists.legacy.length > 0 ? null : divergencesOf(answers);
    const judged = (found: readonly Divergence[]): Outcome["twin"] => [...divergencesOf(answers), ...found];
    const found = deps.compareEffects(lists);
    if (!(found instanceof Promise)) return judged(found);
    return found.then(judged, (error: unknown) => {
      deps.fault("compare", error);
      return null;
    });
  };
  const close = (one: Waiting, { items, twinned, overlapping }: ClosedPart): void => {
    const { following, settled } = one;
    const route = following.delivery.route.name;
    const outcomes = settled.map((answers, item): Outcome | Promise<Outcome> => {
      const isWaitedFor = awaitsEffects(answers);
      const before: Settled = isWaitedFor && overlapping ? { ...answers, overlapping } : answers;
      const effects = items[item] ?? none;
      const about = { route, itemKind: kindOf(following, item), legacy: effects.legacy };
      if (isWaitedFor && !stopping) deps.saw(route, effects);
      const after = isWaitedFor ? final(before, { ...about, candidate: effects.candidate }) : before;
      // Where the answers say nothing, neither do those of the twin: one that did would count for one of the sides alone.
      const isTwinned = twinned && !stopping && answers.notCompared === undefined;
      const twins = isTwinned ? following.twins.of(item) : null;
      const ofTwin = twins === null ? null : twin(twins, { ...about, candidate: effects.twin });
      if (!(after instanceof Promise) && !(ofTwin instanceof Promise)) return { settled: after, twin: ofTwin };
      return Promise.all([after, ofTwin]).then(([last, found]) => ({ settled: last, twin: found }));
    });
    endings.add({ waiting: one, items, outcomes });
  };
  return {
    complete(effects, { exchange: { exchange, route }, item }) {
      const { legacy, candidate } = effects;
      return deps.isComplete({ route, itemKind: kindOf(waiting.get(exchange)?.following, item), legacy, candidate });
    },
    wait: (exchange, one) => void waiting.set(exchange, one),
    closed({ parts, overlapping, twinned }) {
      if (overlapping) deps.tally.counter("sombra_effects_overlapping_total", {}).add();
      for (const { exchange, items } of parts) {
        deps.over(exchange, items);
        const one = take(exchange);
        if (one !== null) close(one, { items, twinned, overlapping });
      }
    },
    givenUp(exchanges) {
      for (const exchange of exchanges) {
        const one = take(exchange);
        one?.done(
          one.settled.map((before) => leftOpen(before, "queue-full")),
          [],
          [],
        );
      }
    },
    stop(closeAll) {
      stopping = true;
      closeAll();
      // Nobody waits for what is compared elsewhere any longer.
      endings.endAll((before) => leftOpen(before, "shutting-down"));
      for (const exchange of waiting.keys()) {
        const one = take(exchange);
        one?.done(one.settled, [], []);
      }
    },
    get stopping() {
      return stopping;
    },
  };
}

/** What throws fails as what is compared elsewhere does: by itself, and counted. */
function failingAlone(deps: ClosingDeps): Pick<ClosingDeps, "compareEffects" | "isComplete"> {
  return {
    compareEffects(lists) {
      try {
        return deps.compareEffects(lists);
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error("Not compared", { cause: error }));
      }
    },
    isComplete(lists) {
      try {
        return deps.isComplete(lists);
      } catch {
        // It is compared once more when it closes, and what fails then is told.
        return false;
      }
    },
  };
}

interface ClosedPart extends Pick<Closed, "twinned" | "overlapping"> {
  readonly items: readonly ItemEffects[];
}

function kindOf(following: Following | undefined, item: number): string {
  return following?.judgement?.items[item]?.item.kind ?? "request";
}

function unsettled(settled: Settled, substate: SkipReason): Settled {
  return { ...settled, state: { state: "skipped", substate }, verdict: null };
}

function leftOpen(before: Settled, substate: SkipReason): Settled {
  return before.state.state === "compared" ? unsettled(before, substate) : before;
}

/** What was found since counts against the candidate. */
function countsMore(before: Settled, after: Settled): boolean {
  return after !== before && after.verdict?.kind === "divergent";
}

/** The comparison failed: what was found before stands where it counts. */
function notCompared(settled: Settled): Settled {
  if (settled.verdict?.kind === "divergent" || settled.notCompared !== undefined) return settled;
  const verdict = { kind: "not-comparable", why: "fault" } as const;
  return { ...settled, state: { state: "skipped", substate: "not-comparable" }, verdict };
}

/** An item's final state, what the sides did outside included: that it counts is said whatever became of the answers. */
function withEffects(settled: Settled, found: readonly Divergence[]): Settled {
  const { verdict: before, notCompared } = settled;
  const verdict = verdictOf([...divergencesOf(before), ...found]);
  if (verdict.kind === "noise" && notCompared !== undefined) return { ...settled, verdict };
  const substate = verdict.kind === "noise" ? "noise" : "divergent";
  return { ...settled, state: { state: "compared", substate }, verdict };
}

/** Whether the twin has done what is compared of a delivery, by item, as the others have. */
export function areTwinned(settled: readonly Settled[], ofTwin: readonly (Verdict | null)[]): boolean {
  const compared = ofTwin.filter((_, item) => settled[item]?.state.state === "compared");
  return compared.length > 0 && !compared.includes(null);
}

/** What was found of an item. */
export function divergencesOf(verdict: Verdict | null): readonly Divergence[] {
  return verdict?.kind === "divergent" || verdict?.kind === "noise" ? verdict.divergences : [];
}
