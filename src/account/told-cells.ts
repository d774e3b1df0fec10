import { cellOf, partsOf, slotMs, type Cell, type Gravity } from "./cell.ts";

/**
 * Of the latest ten minutes, the cells that the archive has: a shopper who goes on in them need not be told of again. What
 * there is no room for is told once more, and counted once all the same.
 */
export class ToldCells {
  readonly #max: number;
  readonly #told = new Map<string, Map<Cell, Gravity>>();
  #slot = 0;
  #size = 0;

  /** Of all keys. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Whether it has the cell under this key, as gravely or more so. */
  has(key: string, cell: Cell, gravity: Gravity): boolean {
    const known = this.#told.get(key)?.get(cell);
    return known !== undefined && known >= gravity;
  }

  add(key: string, cell: Cell, gravity: Gravity): void {
    const { slot } = partsOf(cell);
    if (slot > this.#slot) {
      this.#slot = slot;
      this.#told.clear();
      this.#size = 0;
    }
    if (slot < this.#slot || this.#size >= this.#max) return;
    const cells = this.#told.get(key) ?? this.#begin(key);
    const before = cells.size;
    cells.set(cell, gravity);
    this.#size += cells.size - before;
  }

  /** `shoppers`: keyed hashes. */
  forget(shoppers: readonly string[]): void {
    const gone = shoppers.map((shopper) => cellOf(this.#slot * slotMs, shopper));
    for (const cells of this.#told.values()) {
      for (const cell of gone) if (cells.delete(cell)) this.#size -= 1;
    }
  }

  #begin(key: string): Map<Cell, Gravity> {
    const cells = new Map<Cell, Gravity>();
    this.#told.set(key, cells);
    return cells;
  }
}
