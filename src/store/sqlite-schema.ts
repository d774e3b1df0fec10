import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../registry/index.ts";
import { inTransaction } from "./sqlite-fault.ts";

/** What a file of ours is like. */
export interface SqliteForm {
  /** Says in the file itself whose it is. */
  readonly applicationId: number;
  /** Each takes a file from the version that is its index to the next. What was released is never altered. */
  readonly migrations: readonly string[];
  /** Of each connection. */
  readonly pragmas: string;
}

/**
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
  `CREATE TABLE documents (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
];

/** The file of flags: "SOMB". */
export const flagsForm: SqliteForm = {
  applicationId: 0x534f4d42,
  migrations: MIGRATIONS,
  pragmas: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = ON;",
};

interface FormedFile {
  readonly path: string;
  readonly form: SqliteForm;
}

/** Brings a file to today's form, or says why not before anything in it was touched. */
export function migrate(database: DatabaseSync, file: FormedFile): void {
  const { applicationId, migrations, pragmas } = file.form;
  const found = versionOf(database, file);
  database.exec(`PRAGMA journal_mode = WAL; ${pragmas}`);
  if (found === migrations.length) return;
  inTransaction(database, "IMMEDIATE", () => {
    // Another process may have been faster.
    for (const migration of migrations.slice(versionOf(database, file))) database.exec(migration);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length};`);
  });
}

function versionOf(database: DatabaseSync, { path, form: { applicationId, migrations } }: FormedFile): number {
  const found = pragma(database, "user_version");
  const application = pragma(database, "application_id");
  if (found > migrations.length && application === applicationId) {
    throw new StoreError(
      "newer",
      `Store '${path}' was written by a later Sombra: its schema is ${found}, this one knows ${migrations.length}. ` +
        "Run that version, or move the file away",
    );
  }
  const empty = database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (application !== applicationId && !(empty && application === 0 && found === 0)) {
    throw new StoreError("corrupt", `Store '${path}' is not a file of Sombra: move it away`);
  }
  return found;
}

function pragma(database: DatabaseSync, name: "user_version" | "application_id"): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}
