/**
 * The parts of a table of shoppers: flat arrays in shared memory. Another thread gets them by reference, and nobody writes
 * to them any more.
 */
export interface SharedTable {
  /** Number of members. */
  readonly size: number;
  /** Pairs: the hash of a member, and where it begins in `units`; 0 there: the slot is free. Their number is a power of two. */
  readonly slots: Uint32Array<SharedArrayBuffer>;
  /** From 1, in order of insertion: each member's length, or `GONE` and its length, then its UTF-16 units. */
  readonly units: Uint16Array<SharedArrayBuffer>;
  /** Index of the first unit that is not in use. */
  readonly end: number;
  /** Units in use by members that are gone. */
  readonly gone: number;
}

/** Marks the length of a member that was removed, so that lengths go up to 32,767. */
export const GONE = 0x8000;

/** Index of the slot that holds a shopper, else of the free one where it would be. */
export function slotOf({ slots, units }: Pick<SharedTable, "slots" | "units">, shopper: string, hash: number): number {
  const mask = (slots.length >>> 1) - 1;
  for (let at = hash & mask; ; at = (at + 1) & mask) {
    const start = slots[2 * at + 1] ?? 0;
    if (start === 0 || (slots[2 * at] === hash && isAt(units, shopper, start))) return 2 * at;
  }
}

function isAt(units: Uint16Array, shopper: string, start: number): boolean {
  if (units[start] !== shopper.length) return false;
  for (let index = 0; index < shopper.length; index += 1) {
    if (units[start + 1 + index] !== shopper.charCodeAt(index)) return false;
  }
  return true;
}
