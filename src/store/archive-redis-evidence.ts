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

/** What it is, first seen, shoppers, when there was last no room for one (a slot), slots, buckets. */
const streamShape = z.tuple([z.string(), z.string(), z.string(), z.string(), z.string(), z.string()]);

/** `keptSince`: milliseconds since the epoch; who was seen last before then is not known any more. */
export async function evidenceIn(
  redis: RedisCalls,
  scope: string,
  keptSince: number,
): Promise<readonly StreamEvidence[]> {
  const asked = { keys: [keys.head, keys.evidence(scope), keys.metCounts], args: [] };
  const [, ...streams] = await runScript(redis, EVIDENCE_SCRIPT, asked);
  const oldest = Math.max(1, Math.floor(keptSince / slotMs));
  return z
    .array(streamShape)
    .parse(streams)
    .flatMap((stream) => evidenceOf(scope, stream, oldest) ?? [])
    .toSorted((a, b) => a.firstSeen - b.firstSeen);
}

/** null: it is not what was written here. */
function evidenceOf(
  scope: string,
  [text, firstSeen, shoppers, full, slots, buckets]: z.output<typeof streamShape>,
  oldest: number,
): StreamEvidence | null {
  const about = aboutShape.safeParse(jsonOf(text));
  const population = about.success ? readPopulation(about.data.population) : null;
  if (!about.success || population === null) return null;
  return {
    stream: { scope, ...about.data, population },
    firstSeen: Number(firstSeen),
    slots: linesOf(slots)
      .map(([slot, counts]) => {
        const [raw = "", cells = ""] = counts.split("|");
        return { slot: Number(slot), raw: readCounts(raw), cells: readCounts(cells) };
      })
      .toSorted((a, b) => a.slot - b.slot),
    sketches: sketchesOf(
      linesOf(buckets).map(([name, count]) => {
        const [measure = "", bucket = ""] = name.split(":");
        return { measure, bucket: Number(bucket), count: Number(count) };
      }),
    ),
    shoppers: { count: Number(shoppers), atLeast: Number(full) >= oldest },
  };
}

/** What is before, and what is after the blank of each line. */
function linesOf(text: string): readonly (readonly [string, string])[] {
  if (text === "") return [];
  return text.split("\n").map((line) => {
    const blank = line.indexOf(" ");
    return [line.slice(0, blank), line.slice(blank + 1)];
  });
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
