import { z } from "zod";
import {
  groupOf,
  keptAt,
  pageOf,
  slotMs,
  without,
  type CounterValue,
  type Erased,
  type Group,
  type GroupCounts,
  type GroupPage,
  type GroupQuery,
  type LedgerView,
} from "../account/index.ts";
import type { ExchangeRecord } from "../model/index.ts";
import { readLabels, readPending, readRecord } from "./archive-records.ts";
import { forgetMet } from "./archive-redis-evidence.ts";
import { FORGET_SCRIPT, LEDGER_SCRIPT, REWRITE_SCRIPT } from "./archive-redis-script.ts";
import { runScript } from "./archive-redis-run.ts";
import { severities } from "./archive-severity.ts";
import { comparedBy, ledgerView, type KeptInstance } from "./archive-view.ts";
import type { RedisCalls } from "./redis-calls.ts";
import { archiveKeys as keys } from "./redis-keys.ts";

/** Fields asked for at once: Redis does nothing else for about a millisecond. */
const SCAN_COUNT = 500;

const flat = z.array(z.string());
const scanned = z.tuple([z.string(), flat]);
const some = z.array(z.string().nullable());

/** Counters and instances as they are at one moment. */
async function bothIn(redis: RedisCalls) {
  const asked = { keys: [keys.head, keys.counts, keys.instances], args: [] };
  const [, counts, instances] = await runScript(redis, LEDGER_SCRIPT, asked);
  return { counts: pairs(flat.parse(counts)).map(countOf), instances: pairs(flat.parse(instances)).map(instanceOf) };
}

/** Field, value, field, value. */
function pairs(all: readonly string[]): readonly (readonly [string, string])[] {
  return all.flatMap((field, at) => (at % 2 === 0 ? [[field, all[at + 1] ?? ""] as const] : []));
}

function countOf([key, value]: readonly [string, string]): CounterValue {
  const space = key.indexOf(" ");
  return { name: key.slice(0, space), labels: readLabels(key.slice(space + 1)), value: Number(value) };
}

/** Number of its last batch, when, what it has pending. */
function instanceOf([, text]: readonly [string, string]): KeptInstance {
  const [, at = "0", pending = ""] = /^\d+ (\d+) (.*)$/s.exec(text) ?? [];
  return { at: Number(at), pending: readPending(pending) };
}

export async function ledgerIn(redis: RedisCalls, now: number, route?: string): Promise<LedgerView> {
  return ledgerView({ source: "redis", ...(await bothIn(redis)), now }, route);
}

export async function countsIn(redis: RedisCalls): Promise<readonly CounterValue[]> {
  return (await bothIn(redis)).counts;
}

/** Lua writes an empty list as an empty object. */
const listOrNothing = z.array(z.string()).or(z.looseObject({}).transform((): string[] => []));

const document = z.object({
  route: z.string(),
  itemKind: z.string(),
  where: z.string(),
  path: z.string(),
  kind: z.string(),
  change: z.string(),
  gravity: z.number(),
  count: z.number(),
  noise: z.number(),
  downstream: z.number(),
  items: z.number(),
  cells: z.number(),
  shoppers: z.number(),
  /** When there was last no room for a shopper, a slot; 0: there always was. */
  atLeast: z.number(),
  firstSeen: z.number(),
  lastSeen: z.number(),
  hours: z.record(z.string(), z.number()).or(z.array(z.unknown()).transform((): Record<string, number> => ({}))),
  examples: listOrNothing,
});

interface Seen {
  readonly compared: ReturnType<typeof comparedBy>;
  /** Shoppers seen last before that slot are not kept. */
  readonly oldest: number;
}

/** null: the text is not what was written. */
function groupIn(signature: string, text: string, { compared, oldest }: Seen): Group | null {
  const read = document.safeParse(jsonOf(text));
  if (!read.success) return null;
  const { gravity, cells, shoppers, atLeast, hours, ...rest } = read.data;
  const counts: GroupCounts = {
    ...rest,
    signature,
    severity: severities[gravity] ?? "critical",
    hours: Object.entries(hours)
      .map(([hour, n]) => [Number(hour), n] as const)
      .toSorted(([a], [b]) => a - b),
  };
  return groupOf(counts, { compared: compared(counts), cells, shoppers, shoppersAtLeast: atLeast >= oldest });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `keptSince`: milliseconds since the epoch; who was seen last before then is not known any more. */
export async function groupsIn(redis: RedisCalls, query: GroupQuery, keptSince: number): Promise<GroupPage> {
  const seen = await seenIn(redis, keptSince);
  const found = new Map<string, Group>();
  for await (const [signature, text] of scan(redis, "HSCAN", keys.groups)) {
    const group = groupIn(signature, text, seen);
    if (group !== null) found.set(signature, group);
  }
  const page = pageOf("redis", [...found.values()], query);
  return { ...page, groups: await withExamples(redis, page.groups) };
}

async function seenIn(redis: RedisCalls, keptSince: number): Promise<Seen> {
  return { compared: comparedBy(await countsIn(redis)), oldest: Math.max(1, Math.floor(keptSince / slotMs)) };
}

export async function oneGroupIn(redis: RedisCalls, signature: string, keptSince: number): Promise<Group | null> {
  const seen = await seenIn(redis, keptSince);
  const text = z
    .string()
    .nullable()
    .parse(await redis.call("HGET", [keys.groups, signature]));
  const group = text === null ? null : groupIn(signature, text, seen);
  return group === null ? null : ((await withExamples(redis, [group]))[0] ?? null);
}

/** With those examples that are still here. */
async function withExamples(redis: RedisCalls, groups: readonly Group[]): Promise<readonly Group[]> {
  const ids = [...new Set(groups.flatMap(({ examples }) => examples))];
  if (ids.length === 0) return groups;
  const places = some.parse(await redis.call("HMGET", [keys.places, ...ids]));
  const here = new Set(ids.filter((_, at) => typeof places[at] === "string"));
  return groups.map((group) => ({ ...group, examples: group.examples.filter((id) => here.has(id)) }));
}

export async function exchangeIn(redis: RedisCalls, id: string, now: number): Promise<ExchangeRecord | null> {
  const text = z
    .string()
    .nullable()
    .parse(await redis.call("HGET", [keys.records, id]));
  const read = text === null ? null : readRecord(text);
  return read === null ? null : keptAt(read, now);
}

/** Fields with values, or members with scores; some may come twice. */
async function* scan(
  redis: RedisCalls,
  command: "HSCAN" | "ZSCAN",
  key: string,
): AsyncGenerator<readonly [string, string]> {
  let cursor = "0";
  do {
    const [next, found] = scanned.parse(await redis.call(command, [key, cursor, "COUNT", SCAN_COUNT]));
    yield* pairs(found);
    cursor = next;
  } while (cursor !== "0");
}

/** Takes values out that are over their time. */
export async function dropValuesIn(redis: RedisCalls, now: number): Promise<void> {
  for (const id of flat.parse(await redis.call("ZRANGEBYSCORE", [keys.values, "-inf", now]))) {
    const left = await exchangeIn(redis, id, now);
    if (left !== null) await rewrite(redis, id, JSON.stringify(left));
    await redis.call("ZREM", [keys.values, id]);
  }
}

/** Whether it is still there; without a text it goes. */
async function rewrite(redis: RedisCalls, id: string, text: string): Promise<boolean> {
  const asked = {
    keys: [keys.head, keys.records, keys.places, keys.order, keys.holders],
    args: [id, text, Buffer.byteLength(text)],
  };
  return (await runScript(redis, REWRITE_SCRIPT, asked))[0] === "written";
}

/** Counts stay, save those of shoppers who are known. */
export async function eraseIn(redis: RedisCalls, hashes: readonly string[]): Promise<Erased> {
  // Says whether this version may.
  await bothIn(redis);
  const erased = { exchanges: 0, cut: 0, marks: 0 };
  for await (const [id, text] of scan(redis, "HSCAN", keys.records)) {
    if (!hashes.some((hash) => text.includes(hash))) continue;
    const read = readRecord(text);
    const left = read === null ? null : without(read, hashes);
    const rest = left === null ? "" : JSON.stringify(left);
    // What bears it elsewhere than in an item is not known to be free of it.
    const next = hashes.some((hash) => rest.includes(hash)) ? "" : rest;
    if (await rewrite(redis, id, next)) erased[next === "" ? "exchanges" : "cut"] += 1;
  }
  const bears = (member: string): boolean => hashes.some((hash) => member.endsWith(`|${hash}`));
  for await (const [member] of scan(redis, "ZSCAN", keys.shoppers)) {
    if (!bears(member)) continue;
    erased.marks += 1;
    await runScript(redis, FORGET_SCRIPT, { keys: [keys.head, keys.groups, keys.shoppers], args: [member] });
  }
  for (const slot of flat.parse(await redis.call("ZRANGE", [keys.slots, 0, -1])).map(Number)) {
    for await (const [member] of scan(redis, "HSCAN", keys.cells(slot))) {
      if (bears(member)) erased.marks += Number(await redis.call("HDEL", [keys.cells(slot), member]));
    }
    for await (const [member] of scan(redis, "HSCAN", keys.marks(slot))) {
      if (bears(member)) erased.marks += Number(await redis.call("HDEL", [keys.marks(slot), member]));
    }
    for await (const member of scanSet(redis, keys.found(slot))) {
      if (bears(member)) erased.marks += Number(await redis.call("SREM", [keys.found(slot), member]));
    }
  }
  for await (const [member] of scan(redis, "ZSCAN", keys.met)) {
    if (!bears(member)) continue;
    erased.marks += 1;
    await forgetMet(redis, [member]);
  }
  return erased;
}

async function* scanSet(redis: RedisCalls, key: string): AsyncGenerator<string> {
  let cursor = "0";
  do {
    const [next, found] = scanned.parse(await redis.call("SSCAN", [key, cursor, "COUNT", SCAN_COUNT]));
    yield* found;
    cursor = next;
  } while (cursor !== "0");
}
