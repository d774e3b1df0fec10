import type { ItemEffects } from "../../../exchanges/index.ts";
import type { Following, Settled } from "../../../mirror/index.ts";
import type { Divergence } from "../../../model/index.ts";

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

/** What an item comes to, and how the twin differs from legacy in it. */
export interface Outcome {
  readonly settled: Settled;
  readonly twin: readonly Divergence[] | null;
}

/** A delivery that is closed: what its items come to may still be compared elsewhere. No promise is rejected. */
export interface ClosedDelivery {
  readonly waiting: Waiting;
  readonly items: readonly ItemEffects[];
  readonly outcomes: readonly (Outcome | Promise<Outcome>)[];
}

/** Ends deliveries in the order in which they were closed, however long each is compared. */
export interface Endings {
  add(closed: ClosedDelivery): void;
  /** Ends all at once; what is not known yet is left as `leftOpen` has it. */
  endAll(leftOpen: (before: Settled) => Settled): void;
}

interface Ending extends Pick<ClosedDelivery, "waiting" | "items"> {
  /** null: not known yet. */
  known: readonly Outcome[] | null;
}

export interface EndingsDeps {
  readonly fault: (operation: string, error: unknown) => void;
  /** How an item ends whose comparison nobody can wait for any longer. */
  readonly givenUp: (before: Settled) => Settled;
  /** Deliveries that wait, at most: beyond that the first, for which the others wait, is given up. */
  readonly max?: number;
}

const maxEndings = 10_000;

export function createEndings({ fault, givenUp, max = maxEndings }: EndingsDeps): Endings {
  const endings: Ending[] = [];
  const flush = (): void => {
    for (let first = endings[0]; first !== undefined && first.known !== null; first = endings[0]) {
      endings.shift();
      try {
        end(first, first.known);
      } catch (error) {
        fault("settle", error);
      }
    }
  };
  return {
    add({ waiting, items, outcomes }) {
      const known = outcomes.filter((each): each is Outcome => !(each instanceof Promise));
      const isKnown = known.length === outcomes.length;
      if (isKnown && endings.length === 0) return end({ waiting, items }, known);
      const ending: Ending = { waiting, items, known: isKnown ? known : null };
      endings.push(ending);
      if (endings.length > max && endings[0]?.known === null) {
        for (const first of endings.splice(0, 1)) giveUp(first, givenUp);
        flush();
      }
      if (isKnown) return;
      Promise.all(outcomes.map((each) => Promise.resolve(each)))
        .then((all) => {
          // All may have been ended meanwhile.
          if (!endings.includes(ending)) return;
          ending.known = all;
          flush();
        })
        .catch((error: unknown) => fault("settle", error));
    },
    endAll(leftOpen) {
      for (const { waiting, items, known } of endings.splice(0)) {
        if (known !== null) end({ waiting, items }, known);
        else giveUp({ waiting, items }, leftOpen);
      }
    },
  };
}

function end({ waiting, items }: Pick<Ending, "waiting" | "items">, outcomes: readonly Outcome[]): void {
  const settled = outcomes.map((one) => one.settled);
  const twin = outcomes.map((one) => one.twin);
  waiting.done(settled, items, twin);
}

function giveUp({ waiting, items }: Pick<Ending, "waiting" | "items">, as: (before: Settled) => Settled): void {
  waiting.done(waiting.settled.map(as), items, []);
}
