import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { AuditEntry, AuditFilter, Commit, Position, StoredKill } from "../registry/index.ts";
import { MAX_AUDIT_ENTRIES } from "./audit.ts";
import { tableOf, type Held, type HeldList } from "./held.ts";
import { readCommit, readEntry, readKill } from "./records.ts";

/** What is in the tables. Reads that must agree are called inside one transaction. */

/** Members read at a stretch: some 10 ms. */
const MEMBERS_AT_ONCE = 20_000;

type Row = Readonly<Record<string, SQLOutputValue>>;

const text = (value: SQLOutputValue | undefined): string => (typeof value === "string" ? value : "");

export function positionOf(database: DatabaseSync): Position {
  return killedIn(database).position;
}

export function killedIn(database: DatabaseSync): StoredKill {
  const { version, seq, hash, kill } = head(database);
  return {
    position: { version: Number(version), seq: Number(seq), hash: text(hash) },
    kill: typeof kill === "string" ? readKill(kill) : null,
  };
}

export function hashKeyOf(database: DatabaseSync): string | null {
  const { hash_key: key } = head(database);
  return typeof key === "string" ? key : null;
}

function head(database: DatabaseSync): Row {
  return database.prepare("SELECT * FROM head").get() ?? {};
}

/** `pause`: lets others have the thread. */
export async function heldIn(database: DatabaseSync, pause: () => Promise<void>): Promise<Held> {
  const { kill } = head(database);
  const flags = database.prepare("SELECT key, record FROM flags").all();
  const documents = database.prepare("SELECT id, record FROM documents").all();
  const lists = new Map<string, HeldList>();
  for (const { number, id, size } of database.prepare("SELECT number, id, size FROM lists").all()) {
    const members: string[] = [];
    for (const { shopper } of database.prepare("SELECT shopper FROM members WHERE list = ?").iterate(number ?? null)) {
      if (members.push(text(shopper)) % MEMBERS_AT_ONCE === 0) await pause();
    }
    lists.set(text(id), { size: Number(size), table: await tableOf(members) });
  }
  return {
    position: positionOf(database),
    kill: typeof kill === "string" ? kill : null,
    flags: new Map(flags.map(({ key, record }) => [text(key), text(record)])),
    lists,
    documents: new Map(documents.map(({ id, record }) => [text(id), text(record)])),
  };
}

/** The commits after a version, in order; null: one of them cannot be read. */
export function commitsAfter(database: DatabaseSync, version: number): readonly Commit[] | null {
  const rows = database.prepare("SELECT record FROM commits WHERE version > ? ORDER BY version").all(version);
  const commits = rows.map(({ record }) => readCommit(text(record)));
  return commits.every((commit) => commit !== null) ? commits : null;
}

export function auditIn(database: DatabaseSync, filter: AuditFilter): readonly AuditEntry[] {
  const conditions: readonly (readonly [string, SQLInputValue | undefined])[] = [
    ["subject = ?", filter.subject],
    ["actor = ?", filter.actor],
    ["action = ?", filter.action],
    ["at >= ?", filter.from],
    ["at <= ?", filter.to],
    ["seq < ?", filter.beforeSeq],
  ];
  const asked = conditions.filter(
    (condition): condition is readonly [string, SQLInputValue] => condition[1] !== undefined,
  );
  const where = ["era = (SELECT era FROM head)", ...asked.map(([condition]) => condition)].join(" AND ");
  return database
    .prepare(`SELECT record FROM audit WHERE ${where} ORDER BY seq DESC LIMIT ?`)
    .all(...asked.map(([, value]) => value), Math.min(filter.limit, MAX_AUDIT_ENTRIES))
    .map(({ record }) => readEntry(text(record)))
    .filter((entry) => entry !== null);
}
