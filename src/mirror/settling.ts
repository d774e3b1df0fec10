import type { Failure, ItemState, NotCompared, SkipReason, Verdict } from "../model/index.ts";

/** How an item ended. */
export interface Settled {
  readonly state: ItemState;
  readonly verdict: Verdict | null;
  readonly compareMs: number;
  /** Of an item that both sides answered in a way that is not compared: what they did outside is. */
  readonly notCompared?: NotCompared;
  /** What was done outside could have been for another item of the shopper as well, and was compared for both at once. */
  readonly overlapping?: true;
  /** Whether candidate and twin differed from legacy, other than by noise; absent: the twin says nothing of it. */
  readonly differed?: { readonly candidate: boolean; readonly twin: boolean };
}

export function skipped(substate: SkipReason): Settled {
  return { state: { state: "skipped", substate }, verdict: null, compareMs: 0 };
}

/** An item whose answers are there and are not compared. */
export function answersNotCompared(notCompared: NotCompared, compareMs = 0): Settled {
  const { why, substate } = notCompared;
  return {
    state: { state: "skipped", substate },
    verdict: { kind: "not-comparable", why },
    compareMs,
    notCompared,
  };
}

/** Whether what the sides did outside is compared. */
export function awaitsEffects({ state, notCompared }: Settled): boolean {
  return state.state === "compared" || notCompared !== undefined;
}

export function failed(failure: Failure): Settled {
  return { state: { state: "failed", substate: failure }, verdict: null, compareMs: 0 };
}

/** The final states of the items of a delivery: each is set once, and `closed` is called with the last. */
export class Settling {
  readonly #closed: (settled: readonly Settled[]) => void;
  #states: (Settled | null)[] = [null];
  #open = 1;

  constructor(closed: (settled: readonly Settled[]) => void) {
    this.#closed = closed;
  }

  /** Items there are: one, until `count` knows better. */
  get items(): number {
    return this.#states.length;
  }

  get done(): boolean {
    return this.#open === 0;
  }

  count(items: number): void {
    if (items === 1) return;
    this.#states = Array.from({ length: items }, () => null);
    this.#open = items;
  }

  settle(item: number, settled: Settled): void {
    if (this.#states[item] !== null) return;
    this.#states[item] = settled;
    this.#open -= 1;
    if (this.#open === 0) this.#closed(this.#states.filter((each) => each !== null));
  }

  /** One answer is one mark, which its first item bears. */
  settleCall([bearer, ...others]: readonly number[], settled: Settled): void {
    if (bearer !== undefined) this.settle(bearer, settled);
    const { state, notCompared } = settled;
    const alike = notCompared === undefined ? {} : { notCompared };
    const rest: ItemState = state.state === "compared" ? { state: "compared", substate: "match" } : state;
    for (const item of others) this.settle(item, { state: rest, verdict: null, compareMs: 0, ...alike });
  }

  /** All that are open. */
  settleRest(stateOf: (item: number) => Settled): void {
    for (let item = 0; item < this.#states.length; item += 1) {
      if (this.#states[item] === null) this.settle(item, stateOf(item));
    }
  }
}
