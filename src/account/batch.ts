import type { DivergenceKind, ExchangeRecord, LoneCallRecord, Severity } from "../model/index.ts";
import type { OwnEvidence } from "./evidence.ts";
import type { TwinCounts } from "../stats/index.ts";

export type Labels = Readonly<Record<string, string>>;

/** A counter's growth since the batch before. */
export interface CountDelta {
  readonly name: string;
  readonly labels: Labels;
  readonly delta: number;
}

/** A histogram's growth since the batch before. */
export interface HistogramDelta {
  readonly name: string;
  readonly labels: Labels;
  /** The i-th counts values above bound i-1 and up to bound i of the metric; one more counts those above all bounds. */
  readonly buckets: readonly number[];
  readonly sum: number;
  readonly count: number;
}

export interface GaugeValue {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** New divergences of one signature. Counts are exact whatever records were kept. */
export interface GroupDelta {
  readonly signature: string;
  readonly route: string;
  readonly itemKind: string;
  readonly where: "answer" | "effect";
  /** Without what varies from item to item: indexes are `*`, hidden names `{*}`. */
  readonly path: string;
  readonly kind: DivergenceKind;
  /** Class of change. */
  readonly change: string;
  /** The gravest of those that are no noise; `noise` where all are. */
  readonly severity: Severity;
  /** All of them: `noise` and `downstream` are counted in it. */
  readonly count: number;
  readonly noise: number;
  /** Those that followed an earlier divergence of the shopper. */
  readonly downstream: number;
  /** Items that were found to differ in it, other than by noise. */
  readonly items: number;
  /** Of those that are no noise; of noise where all are. Milliseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Hours since the epoch with how many were found in each, other than noise, of the latest 48. */
  readonly hours: readonly (readonly [hour: number, count: number])[];
  /** Exchange ids, at most 5. */
  readonly examples: readonly string[];
}

/** Items more in which a signature was found, of those that the twin did as well. */
export interface TwinDelta extends TwinCounts {
  readonly signature: string;
}

/**
 * What happened on the data plane since the batch before: numbered from 1 without gaps and applied once, so that the
 * ledger (`sombra_items_total` by route, state, substate, with `pending`) reconciles at every batch.
 */
export interface Batch {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly counts: readonly CountDelta[];
  readonly histograms: readonly HistogramDelta[];
  readonly gauges: readonly GaugeValue[];
  readonly groups: readonly GroupDelta[];
  readonly twin: readonly TwinDelta[];
  readonly evidence: readonly OwnEvidence[];
  /** Items waiting for an outcome now, by route. */
  readonly pending: Readonly<Record<string, number>>;
  /** Exchanges closed since, as many as the detail budget allows; the counts above are of all. */
  readonly records: readonly ExchangeRecord[];
  /** Of those `records` and `calls` that there was no room for. */
  readonly recordsDropped: number;
  /** Calls outside that no record tells of, for their traces. */
  readonly calls: readonly LoneCallRecord[];
}
