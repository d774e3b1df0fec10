import { murmur3 } from "../lib/murmur3.ts";
import { GONE, slotOf, type SharedTable } from "./table-parts.ts";

/** Slots per member at least: with linear probing a search looks at two or three, neighbours in memory. */
const ROOM = 2;

/** A table while its maker still writes to it. */
export class TableDraft {
  #size: number;
  #end: number;
  #gone: number;
  readonly #slots: Uint32Array<SharedArrayBuffer>;
  readonly #units: Uint16Array<SharedArrayBuffer>;

  /** A copy of `table` with room for `more`. */
  constructor(table: SharedTable, more: readonly string[]) {
    const units = more.reduce((sum, shopper) => sum + 1 + shopper.length, table.end);
    this.#size = table.size;
    this.#end = table.end;
    this.#gone = table.gone;
    this.#units = new Uint16Array(new SharedArrayBuffer(2 * units));
    this.#units.set(table.units.subarray(0, table.end));
    this.#slots = copyOfSlots(table.slots, ROOM * (table.size + more.length));
  }

  /** Once for each shopper: one that is a member stays where it is. */
  add(shopper: string): void {
    const hash = murmur3(shopper, 0);
    const slot = this.#slotOf(shopper, hash);
    if (this.#slots[slot + 1] !== 0) return;
    this.#slots[slot] = hash;
    this.#slots[slot + 1] = this.#end;
    this.#units[this.#end] = shopper.length;
    for (let index = 0; index < shopper.length; index += 1) {
      this.#units[this.#end + 1 + index] = shopper.charCodeAt(index);
    }
    this.#end += 1 + shopper.length;
    this.#size += 1;
  }

  remove(shopper: string): void {
    const slot = this.#slotOf(shopper, murmur3(shopper, 0));
    const start = this.#slots[slot + 1] ?? 0;
    if (start === 0) return;
    this.#units[start] = GONE | shopper.length;
    this.#gone += 1 + shopper.length;
    this.#size -= 1;
    this.#free(slot);
  }

  /** Nothing may be written afterwards. */
  done(): SharedTable {
    return { size: this.#size, slots: this.#slots, units: this.#units, end: this.#end, gone: this.#gone };
  }

  #slotOf(shopper: string, hash: number): number {
    return slotOf({ slots: this.#slots, units: this.#units }, shopper, hash);
  }

  /** Moves back whoever is only there because the freed slot was taken, so that every search still ends at a free one. */
  #free(slot: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hole = slot;
    for (let at = (slot + 2) & mask; slots[at + 1] !== 0; at = (at + 2) & mask) {
      const wanted = (2 * (slots[at] ?? 0)) & mask;
      if (((at - wanted) & mask) < ((at - hole) & mask)) continue;
      slots[hole] = slots[at] ?? 0;
      slots[hole + 1] = slots[at + 1] ?? 0;
      hole = at;
    }
    slots[hole + 1] = 0;
  }
}

/** At least `wanted` slots; where those are more than there are, everybody is seated anew. */
function copyOfSlots(old: Uint32Array, wanted: number): Uint32Array<SharedArrayBuffer> {
  const pairs = Math.max(old.length >>> 1, 2 ** Math.ceil(Math.log2(Math.max(wanted, 1))));
  const slots = new Uint32Array(new SharedArrayBuffer(8 * pairs));
  if (slots.length === old.length) {
    slots.set(old);
    return slots;
  }
  const mask = slots.length - 1;
  for (let from = 0; from < old.length; from += 2) {
    const start = old[from + 1] ?? 0;
    if (start === 0) continue;
    let at = (2 * (old[from] ?? 0)) & mask;
    while (slots[at + 1] !== 0) at = (at + 2) & mask;
    slots[at] = old[from] ?? 0;
    slots[at + 1] = start;
  }
  return slots;
}
