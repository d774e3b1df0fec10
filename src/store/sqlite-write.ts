import type { DatabaseSync } from "node:sqlite";
import { withLists, type FlagOf, type ListChange, type ListId, type StoredDocument } from "../flags/index.ts";
import { StoreError, type Commit, type Position, type StoredState } from "../registry/index.ts";
import { listsOf, listWrites } from "./list-writes.ts";
import { logText, MAX_LOG_BYTES, MAX_LOGGED_COMMITS } from "./log.ts";

/** What a commit and a restore do to the tables. Each is called inside a transaction. */

export function writeCommit(database: DatabaseSync, commit: Commit): void {
  for (const flag of commit.change.flags) {
    if (flag.kind === "set") setFlag(database, flag.flag);
    else database.prepare("DELETE FROM flags WHERE key = ?").run(flag.key);
  }
  for (const list of listWrites(commit.change)) writeList(database, list);
  for (const document of commit.change.documents ?? []) {
    if (document.kind === "set") setDocument(database, document.document);
    else database.prepare("DELETE FROM documents WHERE id = ?").run(document.id);
  }
  const insert = database.prepare("INSERT INTO audit VALUES ((SELECT era FROM head), ?, ?, ?, ?, ?, ?)");
  for (const entry of commit.entries) {
    insert.run(entry.seq, entry.at, entry.actor.name, entry.action, entry.subject, JSON.stringify(entry));
  }
  if (commit.kill !== undefined) setKill(database, commit.kill);
  moveTo(database, commit.after);
  writeLog(database, commit);
}

export function writeWhole(database: DatabaseSync, state: StoredState): void {
  database.exec(
    "DELETE FROM flags; DELETE FROM lists; DELETE FROM members; DELETE FROM commits; DELETE FROM documents;",
  );
  for (const flag of state.flags.values()) {
    setFlag(
      database,
      withLists(flag, ({ size }) => size),
    );
  }
  for (const [list, table] of listsOf(state)) replaceList(database, list, table.members());
  for (const document of state.documents.values()) setDocument(database, document);
  setKill(database, state.kill);
  if (auditClashes(database, state.position)) database.exec("UPDATE head SET era = era + 1");
  moveTo(database, state.position);
}

/** Whether the audit holds entries of another history where the next ones of this one are to be. */
function auditClashes(database: DatabaseSync, { seq, hash }: Position): boolean {
  const top: { seq?: unknown; hash?: unknown } | undefined = database
    .prepare(
      `SELECT seq, CASE WHEN json_valid(record) THEN record ->> '$.hash' END AS hash
       FROM audit WHERE era = (SELECT era FROM head) ORDER BY seq DESC LIMIT 1`,
    )
    .get();
  if (top === undefined) return false;
  return Number(top.seq) > seq || (Number(top.seq) === seq && top.hash !== hash);
}

function setFlag(database: DatabaseSync, flag: FlagOf<number>): void {
  database.prepare("INSERT OR REPLACE INTO flags VALUES (?, ?)").run(flag.key, JSON.stringify(flag));
}

function setDocument(database: DatabaseSync, document: StoredDocument): void {
  database.prepare("INSERT OR REPLACE INTO documents VALUES (?, ?)").run(document.id, JSON.stringify(document));
}

function setKill(database: DatabaseSync, kill: StoredState["kill"]): void {
  database.prepare("UPDATE head SET kill = ?").run(kill === null ? null : JSON.stringify(kill));
}

function moveTo(database: DatabaseSync, { version, seq, hash }: Position): void {
  database.prepare("UPDATE head SET version = ?, seq = ?, hash = ?").run(version, seq, hash);
}

function writeList(database: DatabaseSync, change: ListChange): void {
  switch (change.kind) {
    case "replaced":
      return replaceList(database, change.list, change.members);
    case "edited":
      return editList(database, change.list, change);
    case "dropped":
      return dropList(database, change.list);
  }
}

function replaceList(database: DatabaseSync, id: ListId, members: Iterable<string>): void {
  dropList(database, id);
  editList(database, id, { added: members, removed: [] });
}

function editList(
  database: DatabaseSync,
  id: ListId,
  { added, removed }: { readonly added: Iterable<string>; readonly removed: Iterable<string> },
): void {
  database.prepare("INSERT OR IGNORE INTO lists (id, size) VALUES (?, 0)").run(id);
  const { number } = database.prepare("SELECT number FROM lists WHERE id = ?").get(id) ?? {};
  if (typeof number !== "number") throw new TypeError("A list has no number");
  const remove = database.prepare("DELETE FROM members WHERE list = ? AND shopper = ?");
  const insert = database.prepare("INSERT OR IGNORE INTO members VALUES (?, ?)");
  let grown = 0;
  for (const shopper of removed) grown -= Number(remove.run(number, shopper).changes);
  for (const shopper of added) grown += Number(insert.run(number, shopper).changes);
  database.prepare("UPDATE lists SET size = size + ? WHERE number = ?").run(grown, number);
}

function dropList(database: DatabaseSync, id: ListId): void {
  database.prepare("DELETE FROM members WHERE list = (SELECT number FROM lists WHERE id = ?)").run(id);
  database.prepare("DELETE FROM lists WHERE id = ?").run(id);
}

/** What is deleted is overwritten in the file (`secure_delete`), but stands in the log of the file until that is emptied. */
export function truncateLog(database: DatabaseSync, path: string): void {
  const answer = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
  if (answer?.["busy"] === 0) return;
  throw new StoreError(
    "busy",
    `Store '${path}' is read by another process, so that its log cannot be emptied: try again`,
  );
}

function writeLog(database: DatabaseSync, commit: Commit): void {
  const text = logText(commit);
  if (text === null) {
    database.exec("DELETE FROM commits");
    return;
  }
  const { version } = commit.after;
  database.prepare("INSERT OR REPLACE INTO commits VALUES (?, ?, ?)").run(version, Buffer.byteLength(text), text);
  database.prepare("DELETE FROM commits WHERE version <= ?").run(version - MAX_LOGGED_COMMITS);
  const total = database.prepare("SELECT sum(bytes) AS bytes FROM commits");
  const dropOldest = database.prepare("DELETE FROM commits WHERE version = (SELECT min(version) FROM commits)");
  while (Number(total.get()?.["bytes"]) > MAX_LOG_BYTES) dropOldest.run();
}
