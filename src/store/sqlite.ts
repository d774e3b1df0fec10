import {
  assertCount,
  assertNotes,
  samePosition,
  type Notes,
  type Store,
  type StoredState,
  type StoreEvents,
} from "../registry/index.ts";
import { stateOf } from "./held.ts";
import { replay } from "./replay.ts";
import { inTransaction } from "./sqlite-fault.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { latestNote, notesIn, writeNotes } from "./sqlite-notes.ts";
import { auditIn, commitsAfter, hashKeyOf, heldIn, killedIn, positionOf } from "./sqlite-read.ts";
import { flagsForm } from "./sqlite-schema.ts";
import { truncateLog, writeCommit, writeWhole } from "./sqlite-write.ts";

export interface SqliteStoreOptions {
  /** The file; its directory is made where there is none. */
  readonly path: string;
  readonly events: StoreEvents;
  /** How long another process may hold the file before a call is rejected as busy. */
  readonly busyMs?: number;
  /** How often to look whether another process wrote. */
  readonly pollMs?: number;
  /** How many notes of a space are kept; of some 150 bytes each as they usually are. */
  readonly maxNotes?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** A store in one file, for the processes of one machine. Nothing is opened before the first call. */
export function createSqliteStore({
  path,
  events,
  busyMs = 2000,
  pollMs = 50,
  maxNotes = 1_000_000,
  now = () => Date.now(),
}: SqliteStoreOptions): Store {
  const file = new SqliteFile({ path, form: flagsForm, busyMs, pollMs, moved: () => events.moved() });
  const read = async (): Promise<StoredState> => stateOf(await file.readAside(heldIn));
  return {
    kind: "sqlite",
    position: () => file.use(positionOf),
    killed: () => file.use(killedIn),
    read,
    async catchUp(state) {
      const followed = await file.use((database) =>
        inTransaction(database, "DEFERRED", () => {
          const now = positionOf(database);
          const commits = now.version >= state.position.version ? commitsAfter(database, state.position.version) : null;
          const caughtUp = commits === null ? null : replay(state, commits);
          if (commits !== null && caughtUp !== null && samePosition(caughtUp.position, now)) {
            return { state: caughtUp, commits };
          }
          return null;
        }),
      );
      return followed ?? { state: await read(), commits: null };
    },
    commit: (commit) =>
      file.use((database) =>
        inTransaction(database, "IMMEDIATE", () => {
          const now = positionOf(database);
          if (!samePosition(now, commit.before)) return { kind: "moved", position: now } as const;
          writeCommit(database, commit);
          return { kind: "written" } as const;
        }),
      ),
    restore: (state, seen) =>
      file.use((database) =>
        inTransaction(database, "IMMEDIATE", () => {
          const now = positionOf(database);
          if (!samePosition(now, seen)) return { kind: "moved", position: now } as const;
          writeWhole(database, state);
          return { kind: "written" } as const;
        }),
      ),
    tryWrite: () =>
      file.use((database) =>
        inTransaction(database, "IMMEDIATE", () => database.exec("UPDATE head SET version = version")),
      ),
    async purge() {
      await file.use((database) => database.exec("DELETE FROM commits"));
      await file.use((database) => truncateLog(database, path));
    },
    hashKey: (mine) =>
      file.use((database) => {
        const kept = hashKeyOf(database);
        if (kept !== null) return kept;
        database.prepare("UPDATE head SET hash_key = ? WHERE hash_key IS NULL").run(mine);
        return hashKeyOf(database) ?? mine;
      }),
    replaceHashKey: (known, next) =>
      file.use((database) => {
        database.prepare("UPDATE head SET hash_key = ? WHERE hash_key = ?").run(next, known);
        return hashKeyOf(database) ?? "";
      }),
    notes: notesOf(file, maxNotes, now),
    audit: (filter) => file.use((database) => auditIn(database, filter)),
    close: async () => file.close(),
  };
}

function notesOf(file: SqliteFile, maxNotes: number, now: () => number): Notes {
  return {
    async put(notes) {
      assertNotes(notes);
      if (notes.length === 0) return;
      await file.use((database) =>
        inTransaction(database, "IMMEDIATE", () => writeNotes(database, notes, { now: now(), maxNotes })),
      );
    },
    async get(space, keys) {
      assertCount(keys);
      return file.use((database) => notesIn(database, now(), { space, keys }));
    },
    latest: (space) => file.use((database) => latestNote(database, now(), space)),
  };
}
