import { randomUUID } from "node:crypto";
import { z } from "zod";
import { withLists, type ListChange, type ListId, type StoredDocument } from "../flags/index.ts";
import { StoreError, type Commit, type CommitOutcome, type Position, type StoredState } from "../registry/index.ts";
import { listsOf, listWrites } from "./list-writes.ts";
import { logText } from "./log.ts";
import type { RedisCalls } from "./redis-calls.ts";
import { keys } from "./redis-keys.ts";
import { damaged, listMembers, newer } from "./redis-read.ts";
import { CLOCK_SCRIPT, KILL_SCRIPT, MEMBERS_PER_COMMAND, WRITE_SCRIPT } from "./redis-script.ts";

/** Members that one script may write: about ten milliseconds in which Redis does nothing else. */
const MAX_MEMBERS_IN_SCRIPT = 10_000;
/** Should we end before we take away what we staged. */
const STAGED_SECONDS = 600;

const clock = z.tuple([z.coerce.number(), z.coerce.number()]);
const outcome = z.array(z.string());

type Args = readonly (string | number)[];

/** `staged`: all members that the list has afterwards are in this key already. */
type ListWrite = ListChange | { readonly kind: "staged"; readonly list: ListId; readonly key: string };

interface Write {
  readonly seen: Position;
  readonly position: Position;
  readonly kill: string;
  /** For the log; empty: the log begins anew. */
  readonly text: string;
  /** Lists to take away beforehand; null: a commit. */
  readonly replaces: readonly string[] | null;
  readonly operations: Args;
  readonly lists: readonly ListWrite[];
}

export async function writeCommit(redis: RedisCalls, commit: Commit): Promise<CommitOutcome> {
  const { before, after, change, kill, entries } = commit;
  return withStaged(redis, listWrites(change), (lists) =>
    write(redis, {
      seen: before,
      position: after,
      kill: kill === undefined ? "kept" : killText(kill),
      text: logText(commit) ?? "",
      replaces: null,
      operations: [
        ...entries.flatMap((entry) => ["entry", entry.seq, JSON.stringify(entry), entry.hash]),
        ...change.flags.flatMap((flag) =>
          flag.kind === "set" ? ["flag", flag.flag.key, JSON.stringify(flag.flag)] : ["unflag", flag.key],
        ),
        ...(change.documents ?? []).flatMap((one) =>
          one.kind === "set" ? documentArgs(one.document) : ["undocument", one.id],
        ),
      ],
      lists,
    }),
  );
}

/** Kill first: nobody is to wait for the lists before all are on legacy. */
export async function writeWhole(redis: RedisCalls, state: StoredState, seen: Position): Promise<CommitOutcome> {
  if (state.kill !== null) {
    const args = [...(await guard(redis, seen)), JSON.stringify(state.kill)];
    const killed = await run(redis, KILL_SCRIPT, { keys: fixedKeys(seen), args });
    if (killed.kind === "moved") return killed;
  }
  const old = z.array(z.string()).parse(await redis.call("HKEYS", [keys.lists]).catch(ignoreCorrupt));
  const all = Array.from(listsOf(state), ([list, table]): ListChange => ({
    kind: "replaced",
    list,
    members: [...table.members()],
  }));
  return withStaged(redis, all, (lists) =>
    write(redis, {
      seen,
      position: state.position,
      kill: killText(state.kill),
      text: "",
      replaces: old,
      operations: [
        ...[...state.flags.values()].flatMap((flag) => [
          "flag",
          flag.key,
          JSON.stringify(withLists(flag, ({ size }) => size)),
        ]),
        ...[...state.documents.values()].flatMap(documentArgs),
      ],
      lists,
    }),
  );
}

const documentArgs = (document: StoredDocument): Args => ["document", document.id, JSON.stringify(document)];

/** A key of the wrong type is about to be written over. */
function ignoreCorrupt(error: unknown): readonly string[] {
  if (error instanceof StoreError && error.fault === "corrupt") return [];
  throw error;
}

const killText = (kill: StoredState["kill"]): string => (kill === null ? "ended" : JSON.stringify(kill));

/** Brings long lists to Redis in pieces, under keys of their own, and takes away what was not used. */
async function withStaged(
  redis: RedisCalls,
  changes: readonly ListChange[],
  use: (lists: readonly ListWrite[]) => Promise<CommitOutcome>,
): Promise<CommitOutcome> {
  const staged: string[] = [];
  const lists: ListWrite[] = [];
  let inScript = 0;
  try {
    for (const change of changes) {
      const size = sizeOf(change);
      if (change.kind === "dropped" || inScript + size <= MAX_MEMBERS_IN_SCRIPT) {
        inScript += size;
        lists.push(change);
        continue;
      }
      const key = keys.staged(randomUUID());
      staged.push(key);
      const members = change.kind === "replaced" ? change.members : await edited(redis, change);
      await stage(redis, key, members);
      // Redis keeps no empty set.
      lists.push(
        members.length === 0
          ? { kind: "replaced", list: change.list, members }
          : { kind: "staged", list: change.list, key },
      );
    }
    return await use(lists);
  } finally {
    // What was renamed is gone from there; what Redis does not take away now it forgets by itself.
    if (staged.length > 0) await redis.call("UNLINK", staged).catch(() => undefined);
  }
}

function sizeOf(change: ListChange): number {
  if (change.kind === "dropped") return 0;
  return change.kind === "replaced" ? change.members.length : change.added.length + change.removed.length;
}

/** If the list changes meanwhile, the position moves, and what is made of it here is never used. */
async function edited(
  redis: RedisCalls,
  { list, added, removed }: Extract<ListChange, { readonly kind: "edited" }>,
): Promise<readonly string[]> {
  const members = new Set(await listMembers(redis, list));
  for (const shopper of removed) members.delete(shopper);
  for (const shopper of added) members.add(shopper);
  return [...members];
}

async function stage(redis: RedisCalls, key: string, members: readonly string[]): Promise<void> {
  for (let at = 0; at < members.length; at += MEMBERS_PER_COMMAND) {
    await redis.call("SADD", [key, ...members.slice(at, at + MEMBERS_PER_COMMAND)]);
    if (at === 0) await redis.call("EXPIRE", [key, STAGED_SECONDS]);
  }
}

async function write(redis: RedisCalls, order: Write): Promise<CommitOutcome> {
  const { seen, position, replaces, lists } = order;
  const staged = lists.filter((list) => list.kind === "staged");
  const old = replaces ?? [];
  return run(redis, WRITE_SCRIPT, {
    keys: [
      ...fixedKeys(seen),
      ...old.map(keys.members),
      ...lists.map(({ list }) => keys.members(list)),
      ...staged.map(({ key }) => key),
    ],
    args: [
      ...(await guard(redis, seen)),
      ...placeArgs(position),
      order.kill,
      order.text,
      replaces === null ? "commit" : "whole",
      old.length,
      lists.length,
      staged.length,
      ...order.operations,
      ...lists.flatMap(listArgs),
    ],
  });
}

function listArgs(write: ListWrite): Args {
  switch (write.kind) {
    case "replaced":
      return ["replace", write.list, write.members.length, ...write.members];
    case "edited":
      return ["edit", write.list, write.removed.length, ...write.removed, write.added.length, ...write.added];
    case "staged":
      return ["stage", write.list];
    case "dropped":
      return ["drop", write.list];
  }
}

const fixedKeys = (seen: Position): readonly string[] => [
  keys.meta,
  keys.flags,
  keys.lists,
  keys.log,
  keys.audit,
  keys.aside(seen.hash),
  keys.documents,
];

const placeArgs = ({ version, seq, hash }: Position): Args => [version, seq, hash];

/** The deadline is by Redis' clock, as ours may be another; this thread may have been busy since it was asked for. */
async function guard(redis: RedisCalls, seen: Position): Promise<Args> {
  const asked = performance.now();
  const [seconds, micros] = clock.parse(await redis.call("EVAL", [CLOCK_SCRIPT, 1, keys.meta]));
  const deadline = seconds * 1000 + micros / 1000 + (performance.now() - asked) + redis.limitMs;
  return [Math.ceil(deadline), ...placeArgs(seen), keys.channel];
}

async function run(
  redis: RedisCalls,
  script: string,
  { keys, args }: { readonly keys: readonly string[]; readonly args: Args },
): Promise<CommitOutcome> {
  const answer = outcome.parse(await redis.call("EVAL", [script, keys.length, ...keys, ...args]));
  const [kind = "", first = "", second = "", third = ""] = answer;
  switch (kind) {
    case "written":
      return { kind };
    case "moved":
      return { kind, position: { version: Number(first), seq: Number(second), hash: third } };
    case "newer":
      throw newer(redis, first);
    case "damaged":
      throw damaged(redis);
    case "mistyped":
      throw new StoreError(
        "corrupt",
        `Redis '${redis.name}' has a key of Sombra that holds something else: see '{sombra}:*'`,
      );
    case "unstaged":
      throw new StoreError("busy", `Redis '${redis.name}' has forgotten a list on its way in: try again`);
    default:
      throw new StoreError("unreachable", `Redis '${redis.name}' took the order too late, and did nothing: try again`);
  }
}
