import type { ExchangeRecord } from "../model/index.ts";
import type { TwinOf } from "../stats/index.ts";
import type { CountDelta, GroupDelta } from "./batch.ts";
import type { CounterValue } from "./book.ts";
import type { Cell, Gravity } from "./cell.ts";
import type { EvidenceDelta, StreamEvidence } from "./evidence.ts";
import type { CounterName } from "./metrics.ts";
import type { AccountReads } from "./reads.ts";

/** Counters that are kept for good and added up over all instances; the others live as long as a process. */
export const archivedCounters: ReadonlySet<string> = new Set<CounterName>([
  "sombra_items_total",
  "sombra_items_compared_total",
  "sombra_items_twinned_total",
  "divergence_count",
  "sombra_details_dropped_total",
  "sombra_rule_hidden_total",
  "canonical_events_published_count",
]);

/** New divergences of one signature, with whom those that are no noise were found with. */
export interface ArchivedGroupDelta extends GroupDelta {
  /** Each once. */
  readonly cells: readonly Cell[];
  /** Items of no known shopper: each is a cell of its own. */
  readonly alone: number;
}

/** What was compared of one shopper on one route in ten minutes. */
export interface CellDelta {
  readonly route: string;
  readonly cell: Cell;
  readonly gravity: Gravity;
}

/** What happened on the data plane since the batch before that is to be kept: applied once. */
export interface ArchiveBatch {
  /** Ascending; numbers may be missing. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly counts: readonly CountDelta[];
  readonly groups: readonly ArchivedGroupDelta[];
  readonly cells: readonly CellDelta[];
  /** Items more in which a signature was found, of those that the twin did as well. */
  readonly twin: readonly TwinOf[];
  readonly evidence: readonly EvidenceDelta[];
  /** Items waiting for an outcome now, by route. */
  readonly pending: Readonly<Record<string, number>>;
  /** Exchanges with divergences, as many as the detail budget allows. */
  readonly records: readonly ExchangeRecord[];
  /** There was more than a batch takes. */
  readonly more: boolean;
}

export interface ArchiveLimits {
  /** Signatures told apart; what is beyond them counts as one group per route, and of a twin as dropped. */
  readonly groups: number;
  /** Exchanges that a group shows: the first one, and the newest. */
  readonly examples: number;
  /** Exchanges kept in all, and their size as JSON, each and together; the oldest go first. */
  readonly exchanges: number;
  readonly exchangeBytes: number;
  readonly exchangesBytes: number;
  /** Shoppers told apart, by group and in all; beyond that a group has at least so many. */
  readonly shoppers: number;
  readonly shoppersInAll: number;
  /** Cells told apart in ten minutes, of routes, groups and evidence each; what is beyond is dropped, and counted as dropped. */
  readonly cells: number;
  /** Label sets of counters. */
  readonly counters: number;
  /** How long exchanges and the hashes of shoppers are kept. */
  readonly retentionMs: number;
  /** How long the cells of ten minutes are told apart after those: a store may be away for so long. */
  readonly cellsMs: number;
  /** A group that was not seen for so long is let go, as is what the twin showed of it. */
  readonly groupMs: number;
  /** Streams of one scope told apart; what is beyond is dropped, and counted as dropped. */
  readonly streams: number;
  /** Shoppers told apart, by stream and in all streams; beyond that a stream has at least so many. */
  readonly streamShoppers: number;
  readonly streamShoppersInAll: number;
  /** The evidence of a scope of which nothing came for so long is let go. */
  readonly evidenceMs: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const archiveLimits: ArchiveLimits = {
  groups: 10_000,
  examples: 20,
  exchanges: 5_000,
  exchangeBytes: 65_536,
  exchangesBytes: 64 * 1_048_576,
  shoppers: 1_000,
  shoppersInAll: 500_000,
  cells: 100_000,
  counters: 20_000,
  retentionMs: 7 * dayMs,
  cellsMs: 3 * hourMs,
  groupMs: 90 * dayMs,
  streams: 500,
  streamShoppers: 10_000,
  streamShoppersInAll: 200_000,
  evidenceMs: 90 * dayMs,
};

/** An instance that has not been heard of for so long has nothing pending any more. */
export const instanceMs = 15_000;

export interface Erased {
  /** Exchanges that were taken out whole, and those that lost some of their items. */
  readonly exchanges: number;
  readonly cut: number;
  /** Marks of whom something was found with. */
  readonly marks: number;
}

/** What the twin showed by signature, over all instances; `seq`: the last batch of one of them that is in it, 0 for none. */
export interface ArchivedTwin {
  readonly seq: number;
  readonly signatures: readonly TwinOf[];
}

/**
 * What people look at later, added up over all instances. Every call may be rejected, and then nothing is half done; none
 * waits longer than its limit. Nothing here is called on the data plane's thread.
 */
export interface Archive extends AccountReads {
  /** Adds a batch once: `repeated` where this one or a later one of the instance was added before. */
  apply(instance: string, batch: ArchiveBatch): Promise<"applied" | "repeated">;
  /** Takes everything out that bears one of these hashes of shoppers, or of items' ids. Counts stay. */
  erase(hashes: readonly string[]): Promise<Erased>;
  /** A counter that is kept (`archivedCounters`), as it stands over all instances. */
  counts(name: CounterName): Promise<readonly CounterValue[]>;
  /** `instance`: whose last batch is told. */
  twin(instance: string): Promise<ArchivedTwin>;
  /** What is known of each stream of a scope; reads sums, however many items there were. */
  evidence(scope: string): Promise<readonly StreamEvidence[]>;
  /** Lets go of what is over its time. */
  expire(): Promise<void>;
  close(): Promise<void>;
}
