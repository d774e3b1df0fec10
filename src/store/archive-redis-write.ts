import { z } from "zod";
import {
  cellsName,
  gravities,
  maxHours,
  overflowOf,
  partsOf,
  slotMs,
  type ArchivedGroupDelta,
  type ArchiveLimits,
  type Labels,
} from "../account/index.ts";
import { evidenceForm, expireEvidenceIn, scopesOf } from "./archive-redis-evidence.ts";
import { labelsText, type WritableBatch } from "./archive-records.ts";
import { runScript } from "./archive-redis-run.ts";
import { APPLY_SCRIPT, EXPIRE_SCRIPT } from "./archive-redis-script.ts";
import { severities } from "./archive-severity.ts";
import type { RedisCalls } from "./redis-calls.ts";
import { archiveKeys as keys } from "./redis-keys.ts";

/** In the order in which the script takes them. */
const fixedKeys: readonly string[] = [
  keys.head,
  keys.instances,
  keys.counts,
  keys.groups,
  keys.seen,
  keys.shoppers,
  keys.order,
  keys.records,
  keys.places,
  keys.holders,
  keys.slots,
  keys.values,
  keys.scopes,
  keys.met,
  keys.metCounts,
];

export async function applyBatch(
  redis: RedisCalls,
  {
    instance,
    batch,
    limits,
  }: { readonly instance: string; readonly batch: WritableBatch; readonly limits: ArchiveLimits },
): Promise<"applied" | "repeated"> {
  const slots = slotsOf(batch);
  const [word] = await runScript(redis, APPLY_SCRIPT, {
    keys: [
      ...fixedKeys,
      ...slots.flatMap((slot) => [keys.cells(slot), keys.found(slot), keys.marks(slot)]),
      ...scopesOf(batch).map(keys.evidence),
    ],
    args: [
      instance,
      JSON.stringify(batchForm(batch, slots)),
      JSON.stringify({ ...limits, cellsMs: limits.cellsMs + 2 * slotMs, hours: maxHours }),
    ],
  });
  return word === "repeated" ? word : "applied";
}

function slotsOf({ cells, groups, evidence }: WritableBatch): readonly number[] {
  const ofEvidence = evidence.flatMap((delta) => delta.cells.map(([cell]) => cell));
  const all = [...cells.map(({ cell }) => cell), ...groups.flatMap((group) => group.cells), ...ofEvidence];
  return [...new Set(all.map((cell) => partsOf(cell).slot))];
}

/** A counter's key in its hash. */
const counterKey = (name: string, labels: Labels): string => `${name} ${labelsText(labels)}`;

/** What it counts as where there is no room for it. */
const otherKey = (name: string, labels: Labels): string =>
  counterKey(name, Object.fromEntries(Object.keys(labels).map((label) => [label, "other"])));

const lostName = "sombra_details_dropped_total";

/** A batch as the script takes it; places of slots and routes count from 1. */
function batchForm(batch: WritableBatch, slots: readonly number[]) {
  const slotAt = new Map(slots.map((slot, at) => [slot, at + 1]));
  const routes = [...new Set(batch.cells.map(({ route }) => route))];
  const routeAt = new Map(routes.map((route, at) => [route, at + 1]));
  const lostOf = (detail: string) => [counterKey(lostName, { detail }), otherKey(lostName, { detail })];
  return {
    seq: batch.seq,
    at: batch.at,
    pending: JSON.stringify(batch.pending),
    slots,
    counts: batch.counts.map(({ name, labels, delta }) => [counterKey(name, labels), otherKey(name, labels), delta]),
    lost: lostOf("cell"),
    lostItems: lostOf("evidence"),
    routes: routes.map((route) => ({
      name: route,
      keys: gravities.map((gravity) => counterKey(cellsName, { route, gravity })),
      other: otherKey(cellsName, { route, gravity: "all" }),
    })),
    cells: batch.cells.map(({ route, cell, gravity }) => {
      const { slot, shopper } = partsOf(cell);
      return [slotAt.get(slot), routeAt.get(route), shopper, gravity];
    }),
    groups: batch.groups.map((group) => groupForm(group, slotAt)),
    evidence: evidenceForm(batch, slotAt),
    records: batch.records,
  };
}

function groupForm(group: ArchivedGroupDelta, slotAt: ReadonlyMap<number, number>) {
  const { signature, count, noise, downstream, items, alone, firstSeen, lastSeen, examples } = group;
  const beyond = overflowOf(group);
  return {
    signature,
    overflow: beyond.signature,
    about: emptyDocument(group),
    beyond: emptyDocument(beyond),
    gravity: severities.indexOf(group.severity),
    count,
    noise,
    downstream,
    items,
    alone,
    firstSeen,
    lastSeen,
    examples,
    hours: group.hours.map(([hour, n]) => [String(hour), n]),
    cells: group.cells.map((cell) => {
      const { slot, shopper } = partsOf(cell);
      return [slotAt.get(slot), slot, shopper];
    }),
  };
}

function emptyDocument({ route, itemKind, where, path, kind, change, firstSeen, lastSeen }: ArchivedGroupDelta) {
  const about = { route, itemKind, where, path, kind, change, firstSeen, lastSeen };
  const none = { gravity: 0, count: 0, noise: 0, downstream: 0, items: 0, cells: 0, shoppers: 0, atLeast: 0 };
  return { ...about, ...none, hours: {}, examples: [] };
}

const texts = z.array(z.string());

export async function expireIn(redis: RedisCalls, limits: ArchiveLimits, now: number): Promise<void> {
  const slotOf = (ms: number): number => Math.floor(ms / slotMs);
  const old = `(${slotOf(now - limits.cellsMs - slotMs)}`;
  const slots = texts.parse(await redis.call("ZRANGEBYSCORE", [keys.slots, "-inf", old])).map(Number);
  if (slots.length > 0) {
    await redis.call(
      "UNLINK",
      slots.flatMap((slot) => [keys.cells(slot), keys.found(slot), keys.marks(slot)]),
    );
    await redis.call("ZREM", [keys.slots, ...slots]);
  }
  const args = [
    now - limits.retentionMs,
    slotOf(now - limits.retentionMs),
    now - limits.groupMs,
    now - limits.retentionMs,
  ];
  const asked = {
    keys: [
      keys.head,
      keys.records,
      keys.places,
      keys.order,
      keys.holders,
      keys.groups,
      keys.seen,
      keys.shoppers,
      keys.instances,
    ],
    args,
  };
  while ((await runScript(redis, EXPIRE_SCRIPT, asked))[0] === "more");
  await expireEvidenceIn(redis, limits, now);
}
