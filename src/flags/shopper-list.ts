import { murmur3 } from "../lib/murmur3.ts";

/** What a decision needs of a list. */
export interface ShopperList {
  readonly size: number;
  has(shopper: string): boolean;
}

/** Slots per shopper at least: with linear probing a search looks at two or three, neighbours in memory. */
const ROOM = 2;

/**
 * A list in two flat arrays. The entries of a `Set` of a million strings lie all over the heap, so that a lookup waits
 * for memory several times: here once where the shopper is not listed, twice where it is.
 */
export class ShopperTable implements ShopperList {
  readonly size: number;
  /** Pairs: the hash of a shopper, and where it begins in `#units`; 0 there: the slot is free. */
  readonly #slots: Uint32Array;
  /** Each shopper's length, then its UTF-16 units. The first unit is not used, so that no shopper begins at 0. */
  readonly #units: Uint16Array;
  /** Number of slots, a power of two, less one. */
  readonly #mask: number;

  /** Shoppers of at most 65,535 units; one that comes twice counts once. */
  constructor(shoppers: readonly string[]) {
    this.#mask = 2 ** Math.ceil(Math.log2(ROOM * Math.max(shoppers.length, 1))) - 1;
    this.#slots = new Uint32Array(2 * (this.#mask + 1));
    this.#units = new Uint16Array(shoppers.reduce((units, shopper) => units + 1 + shopper.length, 1));
    let size = 0;
    let free = 1;
    for (const shopper of shoppers) {
      const hash = murmur3(shopper, 0);
      const slot = this.#slotOf(shopper, hash);
      if (this.#slots[slot + 1] !== 0) continue;
      this.#slots[slot] = hash;
      this.#slots[slot + 1] = free;
      this.#write(shopper, free);
      free += 1 + shopper.length;
      size += 1;
    }
    this.size = size;
  }

  has(shopper: string): boolean {
    return this.#slots[this.#slotOf(shopper, murmur3(shopper, 0)) + 1] !== 0;
  }

  /** Index of the slot that holds a shopper, else of the free one where it would be. */
  #slotOf(shopper: string, hash: number): number {
    for (let at = hash & this.#mask; ; at = (at + 1) & this.#mask) {
      const start = this.#slots[2 * at + 1] ?? 0;
      if (start === 0 || (this.#slots[2 * at] === hash && this.#isAt(shopper, start))) return 2 * at;
    }
  }

  #isAt(shopper: string, start: number): boolean {
    const units = this.#units;
    if (units[start] !== shopper.length) return false;
    for (let index = 0; index < shopper.length; index += 1) {
      if (units[start + 1 + index] !== shopper.charCodeAt(index)) return false;
    }
    return true;
  }

  #write(shopper: string, start: number): void {
    this.#units[start] = shopper.length;
    for (let index = 0; index < shopper.length; index += 1) {
      this.#units[start + 1 + index] = shopper.charCodeAt(index);
    }
  }
}
