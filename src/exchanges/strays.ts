import type { Effect } from "../model/index.ts";
import { Chain, type Linked } from "./chain.ts";

/** An effect that waits for its exchange. */
export interface Stray extends Linked<Stray> {
  readonly effect: Effect;
  readonly untilMs: number;
  gone: boolean;
}

/**
 * Effects that belong to no open exchange when they come, by their keys. Legacy may act before its delivery was judged, and
 * an uploaded file says nothing of whom it is for until a send names it.
 */
export class Strays {
  readonly #chain = new Chain<Stray>();
  /** Nearly always there is one. */
  readonly #byKey = new Map<string, Stray | Set<Stray>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Strays wait equally long: the oldest is due first. */
  get first(): Stray | null {
    return this.#chain.first;
  }

  add(effect: Effect, untilMs: number): void {
    const stray: Stray = { effect, untilMs, gone: false, before: null, after: null };
    this.#chain.append(stray);
    this.#size += 1;
    for (const key of keysOf(effect)) {
      const there = this.#byKey.get(key);
      if (there === undefined) this.#byKey.set(key, stray);
      else if (there instanceof Set) there.add(stray);
      else this.#byKey.set(key, new Set([there, stray]));
    }
  }

  has(stray: Stray): boolean {
    return !stray.gone;
  }

  remove(stray: Stray): void {
    stray.gone = true;
    this.#chain.remove(stray);
    this.#size -= 1;
    for (const key of keysOf(stray.effect)) {
      const there = this.#byKey.get(key);
      if (there instanceof Set) there.delete(stray);
      if (there === stray || (there instanceof Set && there.size === 0)) this.#byKey.delete(key);
    }
  }

  /** A copy: they may be removed meanwhile. In the order in which they came. */
  of(key: string): readonly Stray[] {
    const there = this.#byKey.get(key);
    if (there === undefined) return none;
    return there instanceof Set ? [...there] : [there];
  }
}

const none: readonly Stray[] = [];

/** A key of one sort looks like none of another; where it does, whose effect it is will be asked anyway. */
function keysOf({ exchange, traceId, refersTo, recipient, produced }: Effect): readonly string[] {
  const keys: string[] = [];
  const enter = (key: string | null): void => {
    if (key !== null && !keys.includes(key)) keys.push(key);
  };
  enter(exchange);
  enter(traceId);
  enter(refersTo);
  enter(recipient);
  for (const key of produced) enter(key);
  return keys;
}
