import type { DatabaseSync } from "node:sqlite";
import { noteSpaces, withLine, type Note, type NoteSpace } from "../registry/index.ts";

/** Notes in their table. A write is called inside a transaction. */

export interface NotesLimits {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Notes that a space may hold; the first to expire make room. */
  readonly maxNotes: number;
}

/** What a write takes away besides: more than it brings, so that what expired does not pile up. */
const takenAwayBy = (notes: readonly Note[]): number => 100 + 2 * notes.length;

export function writeNotes(database: DatabaseSync, notes: readonly Note[], { now, maxNotes }: NotesLimits): void {
  const put = database.prepare(
    "INSERT INTO notes VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, until = excluded.until",
  );
  for (const { space, key, value, untilMs, line = false } of notes) {
    const there = line ? (notesIn(database, now, { space, keys: [key] }).get(key) ?? null) : null;
    put.run(space, key, line ? withLine(there, value) : value, untilMs);
  }
  const count = database.prepare("SELECT count FROM note_counts WHERE space = ?");
  // By the index on expiry, whose end a delete would else have to find by a scan.
  const takeAway = database.prepare(
    `DELETE FROM notes WHERE space = ?1
     AND key IN (SELECT key FROM notes WHERE space = ?1 AND until <= ?2 ORDER BY until LIMIT ?3)`,
  );
  const most = takenAwayBy(notes);
  for (const space of noteSpaces) {
    takeAway.run(space, now, most);
    const excess = Number(count.get(space)?.["count"] ?? 0) - maxNotes;
    if (excess > 0) takeAway.run(space, Number.MAX_SAFE_INTEGER, Math.min(excess, most));
  }
}

export function notesIn(
  database: DatabaseSync,
  now: number,
  { space, keys }: { readonly space: NoteSpace; readonly keys: readonly string[] },
): ReadonlyMap<string, string> {
  // One statement locks the file once. The keys come first: by expiry, which has an index too, it would read the whole space.
  const found = database
    .prepare(
      `SELECT wanted.value AS key, notes.value AS value FROM json_each(?2) AS wanted
       CROSS JOIN notes ON notes.space = ?1 AND notes.key = wanted.value AND notes.until > ?3`,
    )
    .all(space, JSON.stringify(keys), now);
  return new Map(found.map(({ key, value }) => [String(key), String(value)] as const));
}

export function latestNote(database: DatabaseSync, now: number, space: NoteSpace): number {
  const latest = Number(
    database.prepare("SELECT max(until) AS latest FROM notes WHERE space = ?").get(space)?.["latest"],
  );
  return latest > now ? latest : 0;
}
