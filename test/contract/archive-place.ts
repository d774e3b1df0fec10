import type { Archive, ArchiveBatch, ArchiveLimits, Cell, GroupQuery } from "../../src/account/index.ts";
import {
  sampleArchiveBatch,
  sampleArchivedGroup,
  sampleDivergence,
  sampleItem,
  sampleRecord,
} from "../../src/account/sample.ts";
import { parseRedisUrl } from "../../src/lib/redis-url.ts";
import type { ExchangeRecord } from "../../src/model/index.ts";
import { createRedisArchive, type RedisArchiveOptions } from "../../src/store/archive-redis.ts";

export interface ArchiveOptions {
  readonly limits?: Partial<ArchiveLimits>;
  readonly now?: () => number;
}

/** One archive as the suite needs it: empty at first, and gone after `close`. */
export interface ArchivePlace {
  /** A handle of its own, as another process has it. Its owner closes it. */
  open(options?: ArchiveOptions): Archive;
  /** Path or URL, for another process. */
  readonly address: string;
  /** Every byte that is kept, by whatever means. */
  raw(): Promise<Buffer>;
  /** As if a later version of Sombra had written it. */
  makeNewer(): Promise<void>;
  close(): Promise<void>;
}

/** An archive at an address, by its URL. */
export function redisArchive(url: string, options: Partial<RedisArchiveOptions> = {}): Archive {
  const parsed = parseRedisUrl(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  return createRedisArchive({ target: parsed.target, ...options });
}

export const everything: GroupQuery = { offset: 0, limit: 1_000 };

/** Noon of some day. */
export const noon = Date.parse("2026-01-02T12:00:00.000Z");
export const minute = 60_000;
export const hour = 60 * minute;

/** The cell of a shopper at a moment. */
export const cell = (shopper: string, at = noon): Cell => `${Math.floor(at / (10 * minute))}:${shopper}`;

export function items(substates: Readonly<Record<string, number>>, route = "default"): ArchiveBatch["counts"] {
  return Object.entries(substates).map(([substate, delta]) => ({
    name: "sombra_items_total",
    labels: { route, state: "compared", substate },
    delta,
  }));
}

export function comparedItems(delta: number, kind = "message.text", route = "default"): ArchiveBatch["counts"] {
  return [{ name: "sombra_items_compared_total", labels: { route, item_kind: kind }, delta }];
}

/** An exchange with one divergent item of a shopper. */
export function divergent(exchange: string, shopper = "9f86d081884c7d65"): ExchangeRecord {
  return sampleRecord({
    exchange,
    receivedAt: noon,
    items: [sampleItem({ shopper, divergences: [sampleDivergence()] })],
  });
}

/** A batch in which one group shows these exchanges. */
export function showing(seq: number, records: readonly ExchangeRecord[], signature = "a"): ArchiveBatch {
  const examples = records.map(({ exchange }) => exchange);
  return batch(seq, {
    records,
    groups: [sampleArchivedGroup({ signature, count: records.length, examples, firstSeen: noon, lastSeen: noon })],
  });
}

export function batch(seq: number, changes: Partial<ArchiveBatch> = {}): ArchiveBatch {
  return sampleArchiveBatch({ seq, at: noon, ...changes });
}
