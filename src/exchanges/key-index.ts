import { type Entry, type Standing, standings } from "./exchange.ts";

/** Exchanges looked at of those that one key leads to: a load test may send everything in the name of one shopper. */
export const MAX_AMBIGUOUS = 32;

/**
 * The items of a key: a message id or a shopper. Counted by standing, so that asking costs the same however many there
 * are. A key usually has one: no more than the item itself is kept then.
 */
export class KeyIndex {
  readonly #slots = new Map<string, Entry | Slot>();
  readonly #settleMs: number;

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  enter(key: string, entry: Entry): void {
    const there = this.#slots.get(key);
    if (there === undefined) {
      this.#slots.set(key, entry);
    } else if (there instanceof Slot) {
      there.enter(entry);
    } else {
      const slot = new Slot();
      slot.enter(there);
      if (there.known.settledMs !== null) slot.settle(there, there.known.settledMs + this.#settleMs);
      slot.enter(entry);
      this.#slots.set(key, slot);
    }
  }

  /** Its exchange is over. */
  settle(key: string, entry: Entry, untilMs: number): void {
    const there = this.#slots.get(key);
    if (there instanceof Slot) there.settle(entry, untilMs);
  }

  /** Stands otherwise from now on; open. */
  restand(key: string, entry: Entry, standing: Standing): void {
    const there = this.#slots.get(key);
    if (!(there instanceof Slot)) return;
    there.openBy[entry.standing] -= 1;
    there.openBy[standing] += 1;
  }

  forget(key: string, entry: Entry): void {
    const there = this.#slots.get(key);
    if (there === entry || (there instanceof Slot && there.forget(entry))) this.#slots.delete(key);
  }

  /** Those of open exchanges, oldest first; the newest where there are many. */
  open(key: string): readonly Entry[] {
    const there = this.#slots.get(key);
    if (there === undefined) return none;
    if (there instanceof Slot) return there.open.length > MAX_AMBIGUOUS ? there.open.slice(-MAX_AMBIGUOUS) : there.open;
    return there.known.settledMs === null ? [there] : none;
  }

  lastSettled(key: string): Entry | null {
    const there = this.#slots.get(key);
    if (there === undefined) return null;
    if (there instanceof Slot) return there.last;
    return there.known.settledMs === null ? null : there;
  }

  /** Of all that are open or were settled lately. */
  standings(key: string, nowMs: number): readonly Standing[] {
    const there = this.#slots.get(key);
    if (there === undefined) return none;
    if (!(there instanceof Slot)) return [there.standing];
    return standings.filter((standing) => there.openBy[standing] > 0 || there.untilMs[standing] > nowMs);
  }
}

const none: readonly never[] = [];

/** A key that several items have, or had at a time. */
class Slot {
  readonly open: Entry[] = [];
  /** The one settled last. */
  last: Entry | null = null;
  readonly openBy: Record<Standing, number> = { legacy: 0, held: 0, cutover: 0, reverse: 0 };
  /** Until when the last one settled counts. */
  readonly untilMs: Record<Standing, number> = { legacy: 0, held: 0, cutover: 0, reverse: 0 };
  #count = 0;

  enter(entry: Entry): void {
    this.#count += 1;
    this.open.push(entry);
    this.openBy[entry.standing] += 1;
  }

  settle(entry: Entry, untilMs: number): void {
    if (!this.#leave(entry)) return;
    this.last = entry;
    this.untilMs[entry.standing] = untilMs;
  }

  /** Whether nothing is left. */
  forget(entry: Entry): boolean {
    this.#leave(entry);
    if (this.last === entry) this.last = null;
    this.#count -= 1;
    return this.#count === 0;
  }

  #leave(entry: Entry): boolean {
    const place = this.open.indexOf(entry);
    if (place < 0) return false;
    this.open.splice(place, 1);
    this.openBy[entry.standing] -= 1;
    return true;
  }
}
