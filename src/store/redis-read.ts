import { z } from "zod";
import {
  nowhere,
  samePosition,
  StoreError,
  type AuditEntry,
  type AuditFilter,
  type Commit,
  type Position,
  type StoredKill,
  type StoredState,
} from "../registry/index.ts";
import { fits, MAX_AUDIT_ENTRIES } from "./audit.ts";
import { stateOf, tableOf, type HeldList } from "./held.ts";
import { readCommit, readEntry, readKill } from "./records.ts";
import type { RedisCalls } from "./redis-calls.ts";
import { keys, REDIS_SCHEMA } from "./redis-keys.ts";
import { replay } from "./replay.ts";

/** Members asked for at once: Redis does nothing else for about a millisecond. */
const SCAN_COUNT = 5000;
const COMMITS_PER_CALL = 100;
const ENTRIES_PER_CALL = 500;
/** How often a state is read that others keep writing to beyond what the log can bridge. */
const MAX_TRIES = 4;

const texts = z.array(z.string().nullable());
/** Field, value, field, value. */
const hash = z
  .array(z.string())
  .transform(
    (flat) => new Map(flat.flatMap((field, at) => (at % 2 === 0 ? [[field, flat[at + 1] ?? ""] as const] : []))),
  );
const scanned = z.tuple([z.string(), z.array(z.string())]);
const stream = z.array(z.tuple([z.string(), z.array(z.string())]));

export interface Head {
  readonly position: Position;
  readonly kill: string | null;
  /** How many flags, lists and documents there must be. */
  readonly flags: number;
  readonly lists: number;
  readonly documents: number;
}

export async function headOf(redis: RedisCalls): Promise<Head> {
  const fields = ["schema", "version", "seq", "hash", "kill", "flags", "lists", "documents"];
  const [schema, version, seq, hash, kill, flags, lists, documents] = texts.parse(
    await redis.call("HMGET", [keys.meta, ...fields]),
  );
  if (Number(schema ?? 0) > REDIS_SCHEMA) throw newer(redis, schema ?? "");
  const position = version === null ? nowhere : { version: Number(version), seq: Number(seq ?? 0), hash: hash ?? "" };
  return {
    position,
    kill: kill ?? null,
    flags: Number(flags ?? 0),
    lists: Number(lists ?? 0),
    documents: Number(documents ?? 0),
  };
}

export async function killedIn(redis: RedisCalls): Promise<StoredKill> {
  const { position, kill } = await headOf(redis);
  return { position, kill: kill === null ? null : readKill(kill) };
}

export function newer(redis: RedisCalls, schema: string): StoreError {
  return new StoreError(
    "newer",
    `Redis '${redis.name}' was written by a later Sombra: its schema is ${schema}, this one knows ${REDIS_SCHEMA}. ` +
      "Run that version, or name another database in the URL",
  );
}

export function damaged(redis: RedisCalls): StoreError {
  return new StoreError(
    "corrupt",
    `Redis '${redis.name}' has lost keys of Sombra, evicted or deleted by hand: set maxmemory-policy to noeviction, then ` +
      `delete '${keys.meta}' for the instances to write back what they know`,
  );
}

/** Everything. What others write meanwhile is made up for by the log: of a set that changes, a scan tells half. */
export async function readWhole(redis: RedisCalls): Promise<StoredState> {
  let lost = false;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const before = await headOf(redis);
    const flags = hash.parse(await redis.call("HGETALL", [keys.flags]));
    const sizes = hash.parse(await redis.call("HGETALL", [keys.lists]));
    const documents = hash.parse(await redis.call("HGETALL", [keys.documents]));
    const lists = new Map<string, HeldList>();
    for (const [id, size] of sizes) {
      lists.set(id, { size: Number(size), table: await tableOf(size === "0" ? [] : await listMembers(redis, id)) });
    }
    const after = await headOf(redis);
    const isStill = samePosition(before.position, after.position);
    lost = isStill && (flags.size !== after.flags || lists.size !== after.lists || documents.size !== after.documents);
    const state = stateOf({ ...after, position: before.position, flags, lists, documents }, isStill);
    if (isStill && !lost) return state;
    const caughtUp = isStill ? null : await followLog(redis, state, after.position);
    if (caughtUp !== null) return caughtUp.state;
  }
  if (lost) throw damaged(redis);
  throw new StoreError("busy", `Redis '${redis.name}' is written to faster than it can be read: try again`);
}

/** The members of a list, as they are while nothing is written. */
export async function listMembers(redis: RedisCalls, list: string): Promise<readonly string[]> {
  const members: string[] = [];
  let cursor = "0";
  do {
    const [next, found] = scanned.parse(await redis.call("SSCAN", [keys.members(list), cursor, "COUNT", SCAN_COUNT]));
    for (const member of found) members.push(member);
    cursor = next;
  } while (cursor !== "0");
  return members;
}

/** A state brought at least to `goal` by the log; null: the log does not lead there. */
export async function followLog(
  redis: RedisCalls,
  state: StoredState,
  goal: Position,
): Promise<{ readonly state: StoredState; readonly commits: readonly Commit[] } | null> {
  const commits: Commit[] = [];
  let last = state.position.version;
  for (;;) {
    const page = stream.parse(await redis.call("XRANGE", [keys.log, `${last + 1}-0`, "+", "COUNT", COMMITS_PER_CALL]));
    for (const [, fields] of page) {
      const commit = readCommit(fields[1] ?? "");
      if (commit === null) return null;
      commits.push(commit);
      last = commit.after.version;
    }
    if (page.length < COMMITS_PER_CALL) break;
  }
  const caughtUp = replay(state, commits);
  if (caughtUp === null || caughtUp.position.version < goal.version) return null;
  const passed = [state.position, ...commits.map(({ after }) => after)];
  return passed.some((position) => samePosition(position, goal)) ? { state: caughtUp, commits } : null;
}

export async function readAudit(redis: RedisCalls, filter: AuditFilter): Promise<readonly AuditEntry[]> {
  const limit = Math.min(filter.limit, MAX_AUDIT_ENTRIES);
  const found: AuditEntry[] = [];
  let below = filter.beforeSeq ?? Number.MAX_SAFE_INTEGER;
  while (below > 1 && found.length < limit) {
    const page = stream.parse(
      await redis.call("XREVRANGE", [keys.audit, `${below - 1}-0`, "-", "COUNT", ENTRIES_PER_CALL]),
    );
    for (const [id, fields] of page) {
      const entry = readEntry(fields[1] ?? "");
      if (entry !== null && fits(entry, filter)) found.push(entry);
      below = Number.parseInt(id, 10);
    }
    if (page.length < ENTRIES_PER_CALL) break;
  }
  return found.slice(0, limit);
}
