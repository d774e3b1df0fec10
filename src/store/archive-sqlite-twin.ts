import type { DatabaseSync } from "node:sqlite";
import type { ArchiveBatch, ArchivedTwin } from "../account/index.ts";
import type { Writing } from "./archive-sqlite-room.ts";

type Shown = ArchivedTwin["signatures"][number];

/** How many signatures there was no room for. To be called inside a transaction. */
export function writeTwin({ database, limits }: Writing, { at, twin }: Pick<ArchiveBatch, "at" | "twin">): number {
  if (twin.length === 0) return 0;
  const add = database.prepare(
    `UPDATE twin SET both = both + ?, candidate_only = candidate_only + ?, twin_only = twin_only + ?,
       last_seen = max(last_seen, ?) WHERE signature = ?`,
  );
  const insert = database.prepare("INSERT INTO twin VALUES (?5, ?1, ?2, ?3, ?4)");
  let room = limits.groups - Number(database.prepare("SELECT count(*) AS size FROM twin").get()?.["size"]);
  let lost = 0;
  for (const { signature, both, candidateOnly, twinOnly } of twin) {
    const row = [both, candidateOnly, twinOnly, at, signature] as const;
    if (add.run(...row).changes > 0) continue;
    room -= 1;
    if (room < 0) lost += 1;
    else insert.run(...row);
  }
  return lost;
}

export function twinIn(database: DatabaseSync, instance: string): ArchivedTwin {
  const { seq } = database.prepare("SELECT seq FROM instances WHERE id = ?").get(instance) ?? {};
  return { seq: Number(seq ?? 0), signatures: [...twinsIn(database).values()] };
}

export function twinsIn(database: DatabaseSync): ReadonlyMap<string, Shown> {
  const rows = database.prepare("SELECT signature, both, candidate_only, twin_only FROM twin").all();
  return new Map(
    rows.map(({ signature: name, both, candidate_only: candidateOnly, twin_only: twinOnly }) => {
      const signature = String(name);
      const counts = { both: Number(both), candidateOnly: Number(candidateOnly), twinOnly: Number(twinOnly) };
      return [signature, { signature, ...counts }];
    }),
  );
}
