import { samePosition, type Store, type StoreEvents } from "../registry/index.ts";
import { stateOf } from "./held.ts";
import { replay } from "./replay.ts";
import { inTransaction } from "./sqlite-fault.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { auditIn, commitsAfter, hashKeyOf, heldIn, positionOf } from "./sqlite-read.ts";
import { writeCommit, writeWhole } from "./sqlite-write.ts";

export interface SqliteStoreOptions {
  /** The file; its directory is made where there is none. */
  readonly path: string;
  readonly events: StoreEvents;
  /** How long another process may hold the file before a call is rejected as busy. */
  readonly busyMs?: number;
  /** How often to look whether another process wrote. */
  readonly pollMs?: number;
}

/** A store in one file, for the processes of one machine. Nothing is opened before the first call. */
export function createSqliteStore({ path, events, busyMs = 2000, pollMs = 50 }: SqliteStoreOptions): Store {
  const file = new SqliteFile({ path, busyMs, pollMs, moved: () => events.moved() });
  return {
    kind: "sqlite",
    position: () => file.use(positionOf),
    read: () => file.use((database) => stateOf(inTransaction(database, "DEFERRED", () => heldIn(database)))),
    catchUp: (state) =>
      file.use((database) =>
        inTransaction(database, "DEFERRED", () => {
          const now = positionOf(database);
          const commits = now.version >= state.position.version ? commitsAfter(database, state.position.version) : null;
          const caughtUp = commits === null ? null : replay(state, commits);
          if (commits !== null && caughtUp !== null && samePosition(caughtUp.position, now)) {
            return { state: caughtUp, commits };
          }
          return { state: stateOf(heldIn(database)), commits: null };
        }),
      ),
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
    hashKey: (mine) =>
      file.use((database) => {
        const kept = hashKeyOf(database);
        if (kept !== null) return kept;
        database.prepare("UPDATE head SET hash_key = ? WHERE hash_key IS NULL").run(mine);
        return hashKeyOf(database) ?? mine;
      }),
    audit: (filter) => file.use((database) => auditIn(database, filter)),
    close: async () => file.close(),
  };
}
