import type { Severity } from "../model/index.ts";

/** How long what happens to one shopper counts as one piece of evidence. */
export const slotMs = 600_000;

/**
 * One shopper's ten minutes: `<ten minutes since the epoch>:<keyed hash of the shopper>`. Equal on all instances, so that
 * a store counts each once.
 */
export type Cell = string;

export function cellOf(at: number, shopper: string): Cell {
  return `${Math.floor(at / slotMs)}:${shopper}`;
}

/** The ten minutes and the shopper of a cell. */
export function partsOf(cell: Cell): { readonly slot: number; readonly shopper: string } {
  const colon = cell.indexOf(":");
  return { slot: Number(cell.slice(0, colon)), shopper: cell.slice(colon + 1) };
}

/** What cells are counted under: all of them, and those that were bad by the gravest that was found in them. */
export const cellsName = "cells";
export const gravities = ["all", "minor", "major", "critical"] as const;
/** Index into `gravities`; 0: nothing was found, or noise only. */
export type Gravity = 0 | 1 | 2 | 3;

export function gravityOf(severity: Severity | null): Gravity {
  switch (severity) {
    case "critical":
      return 3;
    case "major":
      return 2;
    case "minor":
      return 1;
    default:
      return 0;
  }
}
