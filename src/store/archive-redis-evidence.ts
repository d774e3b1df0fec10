import { createHash } from "node:crypto";
import { z } from "zod";
import {
  measures,
  partsOf,
  slotMs,
  type ArchiveLimits,
  type EvidenceDelta,
  type Stream,
  type StreamEvidence,
} from "../account/index.ts";
import { readCounts, readPopulation, sketchesOf } from "./archive-evidence.ts";
import type { WritableBatch } from "./archive-records.ts";
import { EVIDENCE_SCRIPT, FORGET_MET_SCRIPT, LET_GO_SCRIPT } from "./archive-redis-evidence-script.ts";
import { runScript } from "./archive-redis-run.ts";
import type { RedisCalls } from "./redis-calls.ts";
import { archiveKeys as keys } from "./redis-keys.ts";

/** In the order in which the script takes them. */
export function scopesOf({ evidence }: WritableBatch): readonly string[] {
  return [...new Set(evidence.map(({ stream }) => stream.scope))];
}

/** Evidence as the script takes it; places of slots and scopes count from 1. */
export function evidenceForm(batch: WritableBatch, slotAt: ReadonlyMap<number, number>) {
  const scopes = scopesOf(batch);
  return batch.evidence.map(({ stream: { scope, ...about }, slot, raw, alone, cells, sketches }: EvidenceDelta) => ({
    scope: scopes.indexOf(scope) + 1,
    name: scope,
    stream: idOf({ scope, ...about }),
    about: JSON.stringify(about),
    slot: String(slot),
    raw,
    alone,
    cells: cells.map(([cell, set]) => {
      const { slot: of, shopper } = partsOf(cell);
      return [slotAt.get(of), of, shopper, set];
    }),
    buckets: measures.flatMap((measure) =>
      (sketches[measure] ?? []).map(([bucket, count]) => [`:${measure}:${bucket}`, count]),
    ),
  }));
}

/** The same on every instance; of no use to anybody but as a name. */
function idOf({ scope, route, population, legacyVersion, candidateVersion, rules }: Stream): string {
  const text = JSON.stringify([scope, route, population, legacyVersion, candidateVersion, rules]);
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}

const flat = z.array(z.string());
const aboutShape = z.object({
  route: z.string(),
  population: z.string(),
  legacyVersion: z.string(),
  candidateVersion: z.string(),
  rules: z.string(),
});

/** `keptSince`: milliseconds since the epoch; who was seen last before then is not known any more. */
export async function evidenceIn(
  redis: RedisCalls,
  scope: string,
  keptSince: number,
): Promise<readonly StreamEvidence[]> {
  const asked = { keys: [keys.head, keys.evidence(scope), keys.metCounts], args: [] };
  const [, all, known] = await runScript(redis, EVIDENCE_SCRIPT, asked);
  const streams = streamsIn(flat.parse(known));
  readFields(flat.parse(all), streams);
  const oldest = Math.max(1, Math.floor(keptSince / slotMs));
  return [...streams.values()]
    .flatMap((read) => evidenceOf(scope, read, oldest) ?? [])
    .toSorted((a, b) => a.firstSeen - b.firstSeen);
}

interface Read {
  about: string;
  firstSeen: number;
  readonly shoppers: number;
  /** When there was last no room for a shopper, a slot. */
  readonly full: number;
  readonly slots: { readonly slot: number; readonly raw: readonly number[]; readonly cells: readonly number[] }[];
  readonly buckets: { readonly measure: string; readonly bucket: number; readonly count: number }[];
}

/** Id, shoppers, when there was last no room for one; and so on. */
function streamsIn(known: readonly string[]): ReadonlyMap<string, Read> {
  const streams = new Map<string, Read>();
  for (let at = 0; at < known.length; at += 3) {
    const [shoppers, full] = [Number(known[at + 1]), Number(known[at + 2])];
    streams.set(known[at] ?? "", { about: "", firstSeen: 0, shoppers, full, slots: [], buckets: [] });
  }
  return streams;
}

/** Field, value, field, value. */
function readFields(all: readonly string[], streams: ReadonlyMap<string, Read>): void {
  for (let at = 0; at < all.length; at += 2) {
    const [kind, id = "", first = "", second = ""] = (all[at] ?? "").split(":");
    const value = all[at + 1] ?? "";
    const read = streams.get(id);
    if (read === undefined) continue;
    if (kind === "about") read.about = value;
    else if (kind === "first") read.firstSeen = Number(value);
    else if (kind === "sketch") read.buckets.push({ measure: first, bucket: Number(second), count: Number(value) });
    else if (kind === "slot") {
      const [raw = "", cells = ""] = value.split("|");
      read.slots.push({ slot: Number(first), raw: readCounts(raw), cells: readCounts(cells) });
    }
  }
}

/** null: it is not what was written here. */
function evidenceOf(scope: string, read: Read, oldest: number): StreamEvidence | null {
  const about = aboutShape.safeParse(jsonOf(read.about));
  const population = about.success ? readPopulation(about.data.population) : null;
  if (!about.success || population === null) return null;
  return {
    stream: { scope, ...about.data, population },
    firstSeen: read.firstSeen,
    slots: read.slots.toSorted((a, b) => a.slot - b.slot),
    sketches: sketchesOf(read.buckets),
    shoppers: { count: read.shoppers, atLeast: read.full >= oldest },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How many shoppers, and scopes, one call lets go of. */
const AT_ONCE = 500;

export async function expireEvidenceIn(redis: RedisCalls, limits: ArchiveLimits, now: number): Promise<void> {
  const oldest = `(${Math.floor((now - limits.retentionMs) / slotMs)}`;
  for (;;) {
    const past = flat.parse(await redis.call("ZRANGEBYSCORE", [keys.met, "-inf", oldest, "LIMIT", 0, AT_ONCE]));
    if (past.length > 0) await forgetMet(redis, past);
    if (past.length < AT_ONCE) break;
  }
  const before = now - limits.evidenceMs;
  for (const scope of flat.parse(await redis.call("ZRANGEBYSCORE", [keys.scopes, "-inf", `(${before}`]))) {
    const asked = { keys: [keys.head, keys.scopes, keys.evidence(scope), keys.metCounts], args: [scope, before] };
    await runScript(redis, LET_GO_SCRIPT, asked);
  }
}

/** `<stream>|<shopper>`. Counts of cells stay. */
export async function forgetMet(redis: RedisCalls, members: readonly string[]): Promise<void> {
  await runScript(redis, FORGET_MET_SCRIPT, { keys: [keys.head, keys.met, keys.metCounts], args: members });
}
