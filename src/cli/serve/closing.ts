import type { Tally } from "../../account/index.ts";
import { compareEffects, type KeyedHash } from "../../compare/index.ts";
import type { Closed, ItemEffects } from "../../exchanges/index.ts";
import type { Following, Settled } from "../../mirror/index.ts";
import type { SkipReason } from "../../model/index.ts";
import { isHeldId } from "../../whatsapp/index.ts";

/** A delivery whose answers are compared, and whose effects are waited for. */
export interface Waiting {
  readonly following: Following;
  readonly settled: readonly Settled[];
  readonly done: (settled: readonly Settled[], effects: readonly ItemEffects[]) => void;
}

export interface ClosingDeps {
  readonly tally: Tally;
  readonly hash: KeyedHash;
  /** What both sides did for a compared item of a route. */
  readonly saw: (route: string, effects: ItemEffects) => void;
  /** An exchange is over, with what was done for its items. */
  readonly over: (exchange: string, items: readonly ItemEffects[]) => void;
}

/** Gives the items of exchanges that are over their final states. */
export interface Closing {
  wait(exchange: string, waiting: Waiting): void;
  closed(group: Closed): void;
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
  const close = ({ following, settled, done }: Waiting, items: readonly ItemEffects[]): void => {
    const route = following.delivery.route.name;
    const final = settled.map((before, item) => {
      if (before.state.state !== "compared") return before;
      const effects = items[item] ?? none;
      if (!stopping) deps.saw(route, effects);
      const itemKind = following.judgement?.items[item]?.item.kind ?? "request";
      const after = withEffects(before, { route, itemKind, effects, hash: deps.hash });
      return stopping && after !== before ? unsettled(before, "shutting-down") : after;
    });
    done(final, items);
  };
  return {
    wait: (exchange, one) => void waiting.set(exchange, one),
    closed({ parts, overlapping }) {
      if (overlapping) deps.tally.counter("sombra_effects_overlapping_total", {}).add();
      for (const { exchange, items } of parts) {
        deps.over(exchange, items);
        const one = take(exchange);
        if (one !== null) close(one, items);
      }
    },
    givenUp(exchanges) {
      for (const exchange of exchanges) {
        const one = take(exchange);
        one?.done(
          one.settled.map((before) => (before.state.state === "compared" ? unsettled(before, "queue-full") : before)),
          [],
        );
      }
    },
    stop(closeAll) {
      stopping = true;
      closeAll();
      for (const exchange of waiting.keys()) {
        const one = take(exchange);
        one?.done(one.settled, []);
      }
    },
    get stopping() {
      return stopping;
    },
  };
}

function unsettled(settled: Settled, substate: SkipReason): Settled {
  return { ...settled, state: { state: "skipped", substate }, verdict: null };
}

interface EffectsOf {
  readonly route: string;
  readonly itemKind: string;
  readonly effects: ItemEffects;
  readonly hash: KeyedHash;
}

/** A compared item's final state, what the sides did outside included. */
function withEffects(settled: Settled, { route, itemKind, effects, hash }: EffectsOf): Settled {
  const { legacy, candidate } = effects;
  if (legacy.length === 0 && candidate.length === 0) return settled;
  const found = compareEffects({ route, itemKind, legacy, candidate }, { hash, isHeld: isHeldId });
  if (found.length === 0) return settled;
  const before = settled.verdict?.kind === "divergent" ? settled.verdict.divergences : [];
  return {
    ...settled,
    state: { state: "compared", substate: "divergent" },
    verdict: { kind: "divergent", divergences: [...before, ...found] },
  };
}
