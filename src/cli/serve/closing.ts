import type { Tally } from "../../account/index.ts";
import { compareEffects, type EffectLists, isComplete, type JudgeDeps, verdictOf } from "../../compare/index.ts";
import type { Closed, ItemEffects, SettlingDeps } from "../../exchanges/index.ts";
import type { Following, Settled } from "../../mirror/index.ts";
import type { Divergence, SkipReason, Verdict } from "../../model/index.ts";
import { isHeldId } from "../../whatsapp/index.ts";

/** A delivery whose answers are compared, and whose effects are waited for. */
export interface Waiting {
  readonly following: Following;
  readonly settled: readonly Settled[];
  readonly done: Ended;
}

/** `twin`: by item, how the twin differs from legacy; null: it says nothing of it. */
export type Ended = (
  settled: readonly Settled[],
  effects: readonly ItemEffects[],
  twin: readonly (readonly Divergence[] | null)[],
) => void;

interface Over extends Pick<Closed, "twinned" | "overlapping"> {
  readonly items: readonly ItemEffects[];
}

export interface ClosingDeps {
  readonly tally: Tally;
  /** What effects are compared by now. */
  readonly judging: () => JudgeDeps;
  /** What both sides did for a compared item of a route. */
  readonly saw: (route: string, effects: ItemEffects) => void;
  /** What both sides did for an item, and did alike. */
  readonly matched: (effects: EffectLists) => void;
  /** An exchange is over, with what was done for its items. */
  readonly over: (exchange: string, items: readonly ItemEffects[]) => void;
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

export function createClosing(deps: ClosingDeps): Closing {
  const waiting = new Map<string, Waiting>();
  let stopping = false;
  const take = (exchange: string): Waiting | null => {
    const one = waiting.get(exchange) ?? null;
    waiting.delete(exchange);
    return one;
  };
  const close = ({ following, settled, done }: Waiting, { items, twinned, overlapping }: Over): void => {
    const route = following.delivery.route.name;
    const of = (item: number): EffectsOf => ({
      route,
      itemKind: kindOf(following, item),
      effects: items[item] ?? none,
      judging: deps.judging,
    });
    const final = settled.map((answers, item) => {
      if (answers.state.state !== "compared") return answers;
      const before: Settled = overlapping ? { ...answers, overlapping } : answers;
      const effects = items[item] ?? none;
      if (!stopping) deps.saw(route, effects);
      const after = withEffects(before, of(item));
      if (after === before && effects.legacy.length > 0)
        deps.matched({ ...effects, route, itemKind: kindOf(following, item) });
      return stopping && countsMore(before, after) ? unsettled(before, "shutting-down") : after;
    });
    const twin = settled.map((_, item) => {
      const answers = twinned && !stopping ? following.twins.of(item) : null;
      return answers === null ? null : twinDivergences(answers, of(item));
    });
    done(final, items, twin);
  };
  return {
    complete(effects, { exchange: { exchange, route }, item }) {
      const itemKind = kindOf(waiting.get(exchange)?.following, item);
      return isComplete({ ...effects, route, itemKind }, { ...deps.judging(), isHeld: isHeldId });
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
          one.settled.map((before) => (before.state.state === "compared" ? unsettled(before, "queue-full") : before)),
          [],
          [],
        );
      }
    },
    stop(closeAll) {
      stopping = true;
      closeAll();
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

function kindOf(following: Following | undefined, item: number): string {
  return following?.judgement?.items[item]?.item.kind ?? "request";
}

function unsettled(settled: Settled, substate: SkipReason): Settled {
  return { ...settled, state: { state: "skipped", substate }, verdict: null };
}

/** What was found since counts against the candidate. */
function countsMore(before: Settled, after: Settled): boolean {
  return after !== before && after.verdict?.kind === "divergent";
}

interface EffectsOf {
  readonly route: string;
  readonly itemKind: string;
  readonly effects: ItemEffects;
  readonly judging: () => JudgeDeps;
}

/** A compared item's final state, what the sides did outside included. */
function withEffects(settled: Settled, { route, itemKind, effects, judging }: EffectsOf): Settled {
  const { legacy, candidate } = effects;
  if (legacy.length === 0 && candidate.length === 0) return settled;
  const found = compareEffects({ route, itemKind, legacy, candidate }, { ...judging(), isHeld: isHeldId });
  if (found.length === 0) return settled;
  const { verdict: before } = settled;
  const verdict = verdictOf([...divergencesOf(before), ...found]);
  const substate = verdict.kind === "noise" ? "noise" : "divergent";
  return { ...settled, state: { state: "compared", substate }, verdict };
}

/** How the twin differs from legacy in an item; null: it cannot be said. */
function twinDivergences(
  answers: Verdict,
  { route, itemKind, effects: { legacy, twin }, judging }: EffectsOf,
): readonly Divergence[] | null {
  // One that never sends this way would make of everything that a candidate fails to send noise.
  if (twin.length === 0 && legacy.length > 0) return null;
  const found =
    twin.length === 0
      ? []
      : compareEffects({ route, itemKind, legacy, candidate: twin }, { ...judging(), isHeld: isHeldId });
  return [...divergencesOf(answers), ...found];
}

/** What was found of an item. */
export function divergencesOf(verdict: Verdict | null): readonly Divergence[] {
  return verdict?.kind === "divergent" || verdict?.kind === "noise" ? verdict.divergences : [];
}
