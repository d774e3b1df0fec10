import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../registry/index.ts";
import { inTransaction } from "./sqlite-fault.ts";

/** Says in the file itself whose it is: "SOMB". */
const APPLICATION_ID = 0x534f4d42;

/**
 * Each takes a file from the version that is its index to the next. What was released is never altered.
 * `era`: a restore over another history opens a new one, as audit entries may neither clash nor go.
 */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE head (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     version INTEGER NOT NULL,
     seq INTEGER NOT NULL,
     hash TEXT NOT NULL,
     kill TEXT,
     hash_key TEXT,
     era INTEGER NOT NULL
   ) STRICT;
   INSERT INTO head VALUES (1, 0, 0, '', NULL, NULL, 1);
   CREATE TABLE flags (key TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE lists (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, size INTEGER NOT NULL) STRICT;
   CREATE TABLE members (list INTEGER NOT NULL, shopper TEXT NOT NULL, PRIMARY KEY (list, shopper)) STRICT, WITHOUT ROWID;
   CREATE TABLE commits (version INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
   CREATE INDEX commit_bytes ON commits (bytes);
   CREATE TABLE audit (
     era INTEGER NOT NULL,
     seq INTEGER NOT NULL,
     at TEXT NOT NULL,
     actor TEXT NOT NULL,
     action TEXT NOT NULL,
     subject TEXT NOT NULL,
     record TEXT NOT NULL,
     PRIMARY KEY (era, seq)
   ) STRICT, WITHOUT ROWID;
   CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'The audit is append-only'); END;
   CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'The audit is append-only'); END;`,
  `CREATE TABLE notes (
     space TEXT NOT NULL,
     key TEXT NOT NULL,
     value TEXT NOT NULL,
     until INTEGER NOT NULL,
     PRIMARY KEY (space, key)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX note_expiry ON notes (space, until);
   CREATE TABLE note_counts (space TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TRIGGER note_came AFTER INSERT ON notes BEGIN
     INSERT INTO note_counts VALUES (new.space, 1) ON CONFLICT DO UPDATE SET count = count + 1;
   END;
   CREATE TRIGGER note_went AFTER DELETE ON notes BEGIN
     UPDATE note_counts SET count = count - 1 WHERE space = old.space;
   END;`,
];

/** Brings a file to today's form, or says why not before anything in it was touched. */
export function migrate(database: DatabaseSync, path: string): void {
  const found = versionOf(database, path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;");
  if (found === MIGRATIONS.length) return;
  inTransaction(database, "IMMEDIATE", () => {
    // Another process may have been faster.
    for (const migration of MIGRATIONS.slice(versionOf(database, path))) database.exec(migration);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length};`);
  });
}

function versionOf(database: DatabaseSync, path: string): number {
  const found = pragma(database, "user_version");
  const application = pragma(database, "application_id");
  if (found > MIGRATIONS.length && application === APPLICATION_ID) {
    throw new StoreError(
      "newer",
      `Store '${path}' was written by a later Sombra: its schema is ${found}, this one knows ${MIGRATIONS.length}. ` +
        "Run that version, or move the file away",
    );
  }
  const empty = database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (application !== APPLICATION_ID && !(empty && application === 0 && found === 0)) {
    throw new StoreError("corrupt", `Store '${path}' is not a file of Sombra: move it away`);
  }
  return found;
}

export function pragma(database: DatabaseSync, name: "user_version" | "application_id" | "data_version"): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}
