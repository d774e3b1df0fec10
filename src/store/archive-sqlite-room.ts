import type { DatabaseSync } from "node:sqlite";
import type { ArchiveLimits } from "../account/index.ts";

export interface Writing {
  readonly database: DatabaseSync;
  readonly limits: ArchiveLimits;
}

/** How many cells ten minutes have room for. */
export function createRoom({ database, limits }: Writing, column: "cells" | "group_cells" | "stream_cells") {
  const sizes = new Map<number, number>();
  const find = database.prepare(`SELECT ${column} AS size FROM slots WHERE slot = ?`);
  return {
    take(slot: number): boolean {
      const size = sizes.get(slot) ?? Number(find.get(slot)?.["size"] ?? 0);
      if (size >= limits.cells) return false;
      sizes.set(slot, size + 1);
      return true;
    },
    /** Notes what was taken. */
    keep(): void {
      const begin = database.prepare("INSERT OR IGNORE INTO slots (slot, cells, group_cells) VALUES (?, 0, 0)");
      const set = database.prepare(`UPDATE slots SET ${column} = ? WHERE slot = ?`);
      for (const [slot, size] of sizes) {
        begin.run(slot);
        set.run(size, slot);
      }
    },
  };
}
