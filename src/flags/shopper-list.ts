import { murmur3 } from "../lib/murmur3.ts";
import { TableDraft } from "./table-draft.ts";
import { GONE, slotOf, type SharedTable } from "./table-parts.ts";

/** Units of members that are gone, per unit in use: beyond it a table is built anew. */
const MAX_GONE_SHARE = 0.5;

/** One free slot, and the unit at which no member begins. */
const BLANK: SharedTable = {
  size: 0,
  slots: new Uint32Array(new SharedArrayBuffer(8)),
  units: new Uint16Array(new SharedArrayBuffer(2)),
  end: 1,
  gone: 0,
};

export interface TableChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * A list of shoppers in two flat arrays. The entries of a `Set` of a million strings lie all over the heap, so that a
 * lookup waits for memory several times: here once where the shopper is not listed, twice where it is. Immutable: a change
 * copies the arrays and alters the copy.
 */
export class ShopperTable {
  readonly #parts: SharedTable;

  private constructor(parts: SharedTable) {
    this.#parts = parts;
  }

  /** Members of at most 32,767 units; one that comes twice counts once. */
  static of(members: readonly string[]): ShopperTable {
    return new ShopperTable(BLANK).with({ added: members, removed: [] });
  }

  /** The table that a thread got from another by `shared`. */
  static from(parts: SharedTable): ShopperTable {
    return new ShopperTable(parts);
  }

  /** What to send to another thread: nothing is copied. */
  shared(): SharedTable {
    return this.#parts;
  }

  get size(): number {
    return this.#parts.size;
  }

  has(shopper: string): boolean {
    const parts = this.#parts;
    return parts.slots[slotOf(parts, shopper, murmur3(shopper, 0)) + 1] !== 0;
  }

  /** In order of insertion, from the one that `after` others precede. */
  *members(after = 0): Iterable<string> {
    const { units, end } = this.#parts;
    let passed = 0;
    for (let at = 1; at < end;) {
      const head = units[at] ?? 0;
      const next = at + 1 + (head & ~GONE);
      if (head < GONE) {
        passed += 1;
        if (passed > after) yield String.fromCharCode(...units.subarray(at + 1, next));
      }
      at = next;
    }
  }

  /** Of the same, at most so many. */
  first(count: number): readonly string[] {
    const first: string[] = [];
    for (const member of this.members()) {
      if (first.length === count) break;
      first.push(member);
    }
    return first;
  }

  /** Members are taken out first: one that is in both is in the list afterwards. */
  with({ added, removed }: TableChange): ShopperTable {
    if (added.length === 0 && removed.length === 0) return this;
    const draft = new TableDraft(this.#parts, added);
    for (const shopper of removed) draft.remove(shopper);
    for (const shopper of added) draft.add(shopper);
    const parts = draft.done();
    const table = new ShopperTable(parts);
    return parts.gone > parts.end * MAX_GONE_SHARE ? ShopperTable.of([...table.members()]) : table;
  }
}

export const NOBODY = ShopperTable.from(BLANK);
