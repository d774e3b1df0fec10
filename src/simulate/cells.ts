import type { MarkSet } from "../account/index.ts";
import type { Kind } from "./kinds.ts";

/** Marks of a cell, of both ways in which it is counted. */
export interface CellMarks {
  readonly answer: MarkSet;
  readonly pair: MarkSet;
}

/**
 * Shoppers of a group in one slot. Which of them it is that comes matters to nobody: it is enough to know how many were seen, and of
 * those with marks what they have.
 */
export interface Cells {
  /** Another slot begins. */
  clear(): void;
  seen(): number;
  unseen(): number;
  /** So many came that had not been seen, with nothing to be said of them. */
  meet(fresh: number): void;
  /** The shopper at this place of all, who has come with this: what the cell had before; null: it was not seen. */
  mark(at: number, kind: Kind, plain: Kind): CellMarks | null;
}

export function createCells(shoppers: number): Cells {
  let quiet = 0;
  let marked: CellMarks[] = [];
  const seen = (): number => marked.length + quiet;
  return {
    clear() {
      [quiet, marked] = [0, []];
    },
    seen,
    unseen: () => shoppers - seen(),
    meet(fresh) {
      quiet += fresh;
    },
    mark(at, kind, plain) {
      const isMarked = at < marked.length;
      const before = marked[at] ?? (at < seen() ? plain : null);
      if (!isMarked && before !== null) quiet -= 1;
      marked[isMarked ? at : marked.length] = {
        answer: (before?.answer ?? 0) | kind.answer,
        pair: (before?.pair ?? 0) | kind.pair,
      };
      return before;
    },
  };
}
