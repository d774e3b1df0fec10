import type { DatabaseSync } from "node:sqlite";
import { keptAt, slotMs, without, type Erased } from "../account/index.ts";
import { readRecord } from "./archive-records.ts";
import { expireJournalIn } from "./journal-sqlite.ts";
import type { Writing } from "./archive-sqlite-room.ts";

/** What goes out of an archive. To be called inside a transaction. */

export function expireIn({ database, limits }: Writing, now: number): void {
  const slotOf = (ms: number): number => Math.floor(ms / slotMs);
  for (const table of ["cells", "group_cells", "stream_cells", "slots"]) {
    database.prepare(`DELETE FROM ${table} WHERE slot < ?`).run(slotOf(now - limits.cellsMs - slotMs));
  }
  const oldest = slotOf(now - limits.retentionMs);
  database.prepare("DELETE FROM shoppers WHERE slot < ?").run(oldest);
  database.prepare("UPDATE groups SET at_least = 0 WHERE at_least > 0 AND at_least < ?").run(oldest);
  database.prepare("DELETE FROM stream_shoppers WHERE slot < ?").run(oldest);
  database.prepare("UPDATE streams SET at_least = 0 WHERE at_least > 0 AND at_least < ?").run(oldest);
  // All streams of a scope, or none.
  const gone = "SELECT scope FROM streams GROUP BY scope HAVING max(last_seen) < ?";
  database.prepare(`DELETE FROM streams WHERE scope IN (${gone})`).run(now - limits.evidenceMs);
  database.prepare("DELETE FROM exchanges WHERE at < ?").run(now - limits.retentionMs);
  expireJournalIn(database, now);
  dropValues(database, now);
  database.prepare("DELETE FROM groups WHERE last_seen < ?").run(now - limits.groupMs);
  database.prepare("DELETE FROM instances WHERE at < ?").run(now - limits.retentionMs);
}

/** Of exchanges whose values are over their time. */
function dropValues(database: DatabaseSync, now: number): void {
  const rewrite = database.prepare("UPDATE exchanges SET record = ?, bytes = ?, values_until = NULL WHERE number = ?");
  const due = database.prepare("SELECT number, record FROM exchanges WHERE values_until <= ?").all(now);
  for (const { number = null, record } of due) {
    const read = typeof record === "string" ? readRecord(record) : null;
    const text = read === null ? "" : JSON.stringify(keptAt(read, now));
    rewrite.run(text, Buffer.byteLength(text), number);
  }
}

/** Counts stay, save those of shoppers who are known. */
export function eraseIn(database: DatabaseSync, hashes: readonly string[]): Erased {
  const find = database.prepare("SELECT number, record FROM exchanges WHERE instr(record, ?) > 0");
  const remove = database.prepare("DELETE FROM exchanges WHERE number = ?");
  const rewrite = database.prepare("UPDATE exchanges SET record = ?, bytes = ? WHERE number = ?");
  let exchanges = 0;
  let cut = 0;
  let marks = 0;
  for (const hash of hashes) {
    for (const { number = null, record } of find.all(hash)) {
      const read = typeof record === "string" ? readRecord(record) : null;
      const left = read === null ? null : without(read, hashes);
      const text = left === null ? null : JSON.stringify(left);
      // What bears it elsewhere than in an item is not known to be free of it.
      if (text === null || hashes.some((one) => text.includes(one))) {
        remove.run(number);
        exchanges += 1;
      } else {
        rewrite.run(text, Buffer.byteLength(text), number);
        cut += 1;
      }
    }
    for (const table of ["cells", "group_cells", "shoppers", "stream_cells", "stream_shoppers"]) {
      marks += Number(database.prepare(`DELETE FROM ${table} WHERE shopper = ?`).run(hash).changes);
    }
  }
  return { exchanges, cut, marks };
}
