import type { Severity } from "../model/index.ts";
import type { CellDelta } from "./archive.ts";
import { gravityOf, type Cell, type Gravity } from "./cell.ts";
import { ToldCells } from "./told-cells.ts";

/** What was compared since the last batch, by cell, as far as the archive has not got it: so many at most are told apart. */
export class CellTally {
  readonly #limit: number;
  readonly #lost: () => void;
  readonly #told: ToldCells;
  #routes = new Map<string, Map<Cell, Gravity>>();
  #size = 0;

  constructor(limit: number, lost: () => void) {
    this.#limit = limit;
    this.#lost = lost;
    this.#told = new ToldCells(limit);
  }

  add(route: string, cell: Cell, gravest: Severity | null): void {
    const gravity = gravityOf(gravest);
    if (this.#told.has(route, cell, gravity)) return;
    const cells = this.#routes.get(route) ?? this.#begin(route);
    const before = cells.get(cell);
    if (before === undefined) {
      if (this.#size >= this.#limit) return this.#lost();
      this.#size += 1;
    } else if (before >= gravity) return;
    cells.set(cell, gravity);
  }

  /** At most so many: what is left comes with the next. */
  drain(most: number): readonly CellDelta[] {
    const drained: CellDelta[] = [];
    for (const [route, cells] of this.#routes) {
      for (const [cell, gravity] of cells) {
        if (drained.length >= most) return drained;
        drained.push({ route, cell, gravity });
        this.#told.add(route, cell, gravity);
        cells.delete(cell);
        this.#size -= 1;
      }
    }
    this.#routes = new Map();
    return drained;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  forget(shoppers: readonly string[]): void {
    this.#told.forget(shoppers);
  }

  #begin(route: string): Map<Cell, Gravity> {
    const cells = new Map<Cell, Gravity>();
    this.#routes.set(route, cells);
    return cells;
  }
}
