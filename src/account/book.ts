import type { ExchangeRecord } from "../model/index.ts";
import type { Batch, GaugeValue, GroupDelta, HistogramDelta, Labels } from "./batch.ts";
import { addCounts, quantileOf } from "./buckets.ts";
import { Exemplars, type Exemplar } from "./exemplars.ts";
import { ExchangeShelf } from "./exchange-shelf.ts";
import { GroupBook } from "./group-book.ts";
import { groupOf, type Group } from "./group-shape.ts";
import { isOverflow } from "./group.ts";
import { History } from "./history.ts";
import { LastHour } from "./last-hour.ts";
import { ledgerOf, type Ledger } from "./ledger.ts";
import { metricOf, type CounterName, type HistogramName, type LabelsOf } from "./metrics.ts";
import { SeriesTable } from "./series.ts";
import { TwinBook } from "./twin-book.ts";

export interface BookLimits {
  /** Signatures told apart; what is beyond them counts as one group per route. */
  readonly groups: number;
  /** Exchanges looked up by id, beside the examples of groups. */
  readonly exchanges: number;
  /** Label sets told apart per metric. */
  readonly series: number;
}

const defaults: BookLimits = { groups: 1_000, exchanges: 2_000, series: 2_000 };

/** A counter as it stands. */
export interface CounterValue {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** A histogram as it stands; `buckets` as in `HistogramDelta`. */
export interface HistogramValue extends HistogramDelta {
  /** By bucket; a bucket may have none. */
  readonly exemplars: readonly (Exemplar | undefined)[];
}

/** Canonical events that the sides declared. */
export interface Events {
  /** Of the last hour. */
  readonly counts: readonly { readonly side: string; readonly type: string; readonly n: number }[];
  /** When the book was opened, or an hour ago; milliseconds since the epoch. */
  readonly since: number;
}

/** Every series, cumulative since the book was opened. */
export interface Series {
  readonly counters: readonly CounterValue[];
  readonly gauges: readonly GaugeValue[];
  readonly histograms: readonly HistogramValue[];
}

/** `gap`: applied, but so many batches before it never came. */
export type Applied =
  | { readonly kind: "applied" }
  | { readonly kind: "repeated" }
  | { readonly kind: "gap"; readonly missing: number };

/** What batches add up to: the control thread's memory, until there is a store. Bounded; holds nothing personal. */
export interface Book {
  /** Adds a batch once. */
  apply(batch: Batch): Applied;
  /** Counts what happened on this thread. */
  count<N extends CounterName>(name: N, labels: LabelsOf<N>, n?: number): void;
  ledger(route?: string): Ledger;
  /** Gravest first, then by count. */
  groups(route?: string): readonly Group[];
  group(signature: string): Group | null;
  exchange(id: string): ExchangeRecord | null;
  /** Lets go of exchanges that bear one of these hashes. */
  erase(hashes: readonly string[]): void;
  /** Newest first. */
  recent(count: number): readonly ExchangeRecord[];
  series(): Series;
  /** Grows with each batch that brought something new. */
  changes(): number;
  /** A day by minutes. */
  readonly history: Pick<History, "stretches" | "since" | "load">;
  /** null: no side has declared one since the book was opened. */
  events(nowMs: number): Events | null;
  /** Estimate over all series that bear these labels; null where nothing was recorded. */
  quantile<N extends HistogramName>(name: N, labels: Partial<LabelsOf<N>>, q: number): number | null;
}

const hourMs = 3_600_000;
const published: CounterName = "canonical_events_published_count";

export function createBook(options: Partial<BookLimits> = {}): Book {
  const limits = { ...defaults, ...options };
  const counters = new SeriesTable(limits.series, (name, labels) => ({ name, labels, value: 0 }));
  const histograms = new SeriesTable(limits.series, emptyHistogram);
  const exemplars = new Exemplars(limits.series);
  const shelf = new ExchangeShelf(limits.exchanges);
  const groups = new GroupBook(limits.groups, shelf);
  const twins = new TwinBook(limits.groups);
  const events = new LastHour();
  const history = new History();
  let openedAt: number | null = null;
  let changes = 0;
  let latest: Pick<Batch, "seq" | "gauges" | "pending"> = { seq: 0, gauges: [], pending: {} };

  const count: Book["count"] = (name, labels, n = 1) => {
    counters.at(name, labels).value += n;
  };
  const sum = (name: CounterName, labels: Labels): number => {
    let total = 0;
    for (const series of counters.values())
      if (series.name === name && bears(series.labels, labels)) total += series.value;
    return total;
  };
  const shown = (delta: GroupDelta): Group => {
    const { route, itemKind } = delta;
    const labels = isOverflow(delta) ? { route } : { route, item_kind: itemKind };
    const compared = sum("sombra_items_compared_total", labels);
    const twinned = sum("sombra_items_twinned_total", { route, item_kind: itemKind });
    const noise = twins.noiseOf(delta.signature, twinned);
    return groupOf(delta, { compared, cells: null, shoppers: null, shoppersAtLeast: false, noise });
  };
  return {
    apply(batch) {
      const missing = batch.seq - latest.seq - 1;
      if (missing < 0) return { kind: "repeated" };
      const { seq, gauges, pending } = batch;
      if (batch.counts.length + batch.histograms.length + batch.records.length > 0) changes += 1;
      latest = { seq, gauges, pending };
      openedAt ??= batch.at;
      history.add(batch);
      for (const { name, labels, delta } of batch.counts) {
        counters.at(name, labels).value += delta;
        if (name === published) events.add(batch.at, labels, delta);
      }
      for (const delta of batch.histograms) fill(histograms.at(delta.name, delta.labels), delta);
      for (const record of batch.records) {
        shelf.put(record);
        exemplars.learn(record);
      }
      for (const delta of batch.groups) groups.add(delta);
      twins.add(batch.twin);
      if (missing === 0) return { kind: "applied" };
      count("sombra_alarms_total", { alarm: "batches-missing" });
      return { kind: "gap", missing };
    },
    count,
    ledger(route) {
      const of = route === undefined ? {} : { route };
      const items = [...counters.values()].filter(
        ({ name, labels }) => name === "sombra_items_total" && bears(labels, of),
      );
      const pending = Object.entries(latest.pending).filter(([name]) => route === undefined || name === route);
      return ledgerOf(
        items,
        pending.reduce((total, [, n]) => total + n, 0),
      );
    },
    groups: (route) =>
      groups
        .list()
        .filter((delta) => route === undefined || delta.route === route)
        .map(shown),
    group(signature) {
      const delta = groups.get(signature);
      return delta === null ? null : shown(delta);
    },
    exchange: (id) => shelf.get(id),
    erase: (hashes) => shelf.erase(hashes),
    recent: (n) => shelf.newest(n),
    series: () => ({
      counters: [...counters.values()],
      gauges: latest.gauges,
      histograms: [...histograms.values()].map((one) => ({ ...one, exemplars: exemplars.of(one.name, one.labels) })),
    }),
    changes: () => changes,
    history,
    events(nowMs) {
      if (sum(published, {}) === 0) return null;
      const counts = events.at(nowMs).map(({ labels: { side = "", event_type: type = "" }, n }) => ({ side, type, n }));
      return { counts, since: Math.max(openedAt ?? nowMs, nowMs - hourMs) };
    },
    quantile(name, labels, q) {
      const counts: number[] = [];
      for (const series of histograms.values()) {
        if (series.name === name && bears(series.labels, labels)) addCounts(counts, series.buckets);
      }
      return quantileOf(metricOf(name)?.bounds ?? [], counts, q);
    },
  };
}

type GrowingHistogram = { -readonly [K in keyof HistogramDelta]: HistogramDelta[K] } & { readonly buckets: number[] };

function emptyHistogram(name: string, labels: Labels): GrowingHistogram {
  const bounds = metricOf(name)?.bounds ?? [];
  return { name, labels, buckets: Array.from({ length: bounds.length + 1 }, () => 0), sum: 0, count: 0 };
}

function fill(series: GrowingHistogram, { buckets, sum, count }: HistogramDelta): void {
  addCounts(series.buckets, buckets);
  series.sum += sum;
  series.count += count;
}

function bears(labels: Labels, wanted: Partial<Labels>): boolean {
  return Object.entries(wanted).every(([label, value]) => labels[label] === value);
}
