import type { DivergenceKind, ExchangeRecord, Severity } from "../model/index.ts";

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
  readonly severity: Severity;
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Exchange ids, at most 5. */
  readonly examples: readonly string[];
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
  /** Items waiting for an outcome now, by route. */
  readonly pending: Readonly<Record<string, number>>;
  /** Exchanges closed since, as many as the detail budget allows; the counts above are of all. */
  readonly records: readonly ExchangeRecord[];
  readonly recordsDropped: number;
}
