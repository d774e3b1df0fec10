import type { Clock } from "../lib/clock.ts";
import type { Divergence, ExchangeRecord } from "../model/index.ts";
import type { Batch, CountDelta, GaugeValue, HistogramDelta, Labels } from "./batch.ts";
import { bucketOf } from "./buckets.ts";
import { Budget } from "./budget.ts";
import { GroupTally, type Subject } from "./group-tally.ts";
import { metricOf, type CounterName, type HistogramName, type LabelsOf } from "./metrics.ts";
import { SeriesTable } from "./series.ts";

/** A count that only grows. To be held on to where it is used often: adding is one addition. */
export interface Counter {
  add(n?: number): void;
}

export interface Histogram {
  record(value: number): void;
}

export interface TallyOptions {
  /** Records kept per second: of ordinary exchanges, of those that are divergent or failed, of those that are traced. */
  readonly ordinaryPerSecond: number;
  readonly notablePerSecond: number;
  readonly sampledPerSecond: number;
  /** Records that may wait to be drawn off. */
  readonly records: number;
  /** Signatures told apart per batch; what is beyond them counts as one group per route. */
  readonly groups: number;
  /** Label sets told apart per metric. */
  readonly series: number;
}

const defaults: TallyOptions = {
  ordinaryPerSecond: 50,
  notablePerSecond: 100,
  sampledPerSecond: 2_000,
  records: 500,
  groups: 2_000,
  series: 1_000,
};

/** Why an exchange may be looked at. */
export type Interest = "ordinary" | "notable" | "sampled";

/** What the data plane counts, in memory, until it is drawn off as a batch. Never waits, never throws. */
export interface Tally {
  counter<N extends CounterName>(name: N, labels: LabelsOf<N>): Counter;
  histogram<N extends HistogramName>(name: N, labels: LabelsOf<N>): Histogram;
  /** Counts one divergence of an exchange. */
  diverged(exchange: string, subject: Subject, divergence: Divergence): void;
  /** Whether there is room for the details of one more exchange; the room is taken then. If not, that is counted. */
  admits(interest: Interest): boolean;
  /** Whether `admits` would say yes now. */
  hasRoom(interest: Interest): boolean;
  /** Puts an admitted exchange into the next batch. */
  keep(record: ExchangeRecord): void;
  /** Everything since the last batch. `at`: milliseconds since the epoch. */
  drain(at: number, now: { pending: Readonly<Record<string, number>>; gauges: readonly GaugeValue[] }): Batch;
}

export function createTally(clock: Clock, options: Partial<TallyOptions> = {}): Tally {
  const limits = { ...defaults, ...options };
  const counts = new SeriesTable(limits.series, (name, labels) => new Count(name, labels));
  const histograms = new SeriesTable(limits.series, (name, labels) => new Buckets(name, labels));
  const groups = new GroupTally(limits.groups);
  const budgets: Readonly<Record<Interest, Budget>> = {
    ordinary: new Budget(limits.ordinaryPerSecond, clock),
    notable: new Budget(limits.notablePerSecond, clock),
    sampled: new Budget(limits.sampledPerSecond, clock),
  };
  const counter: Tally["counter"] = (name, labels) => counts.at(name, labels);
  const recordsLost = counter("sombra_details_dropped_total", { detail: "record" });
  let records: ExchangeRecord[] = [];
  let recordsDropped = 0;
  let seq = 0;
  return {
    counter,
    histogram: (name, labels) => histograms.at(name, labels),
    diverged(exchange, subject, divergence) {
      counter("divergence_count", { route: subject.route, severity: divergence.severity }).add();
      groups.add(exchange, subject, divergence);
    },
    admits(interest) {
      if (records.length < limits.records && budgets[interest].take()) return true;
      recordsDropped += 1;
      recordsLost.add();
      return false;
    },
    hasRoom: (interest) => records.length < limits.records && budgets[interest].hasRoom,
    keep: (record) => void records.push(record),
    drain(at, { pending, gauges }) {
      seq += 1;
      const batch: Batch = {
        seq,
        at,
        counts: grown(counts.values()),
        histograms: grown(histograms.values()),
        gauges,
        groups: groups.drain(),
        pending,
        records,
        recordsDropped,
      };
      records = [];
      recordsDropped = 0;
      return batch;
    },
  };
}

function grown<T>(series: Iterable<{ take(): T | null }>): readonly T[] {
  const deltas: T[] = [];
  for (const one of series) {
    const delta = one.take();
    if (delta !== null) deltas.push(delta);
  }
  return deltas;
}

class Count implements Counter {
  readonly #name: string;
  readonly #labels: Labels;
  #n = 0;

  constructor(name: string, labels: Labels) {
    this.#name = name;
    this.#labels = labels;
  }

  add(n = 1): void {
    this.#n += n;
  }

  take(): CountDelta | null {
    if (this.#n === 0) return null;
    const delta = { name: this.#name, labels: this.#labels, delta: this.#n };
    this.#n = 0;
    return delta;
  }
}

class Buckets implements Histogram {
  readonly #name: string;
  readonly #labels: Labels;
  readonly #bounds: readonly number[];
  #buckets: number[];
  #sum = 0;
  #count = 0;

  constructor(name: string, labels: Labels) {
    this.#name = name;
    this.#labels = labels;
    this.#bounds = metricOf(name)?.bounds ?? [];
    this.#buckets = this.#empty();
  }

  record(value: number): void {
    if (!Number.isFinite(value)) return;
    const bucket = bucketOf(this.#bounds, value);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#sum += value;
    this.#count += 1;
  }

  take(): HistogramDelta | null {
    if (this.#count === 0) return null;
    const delta = {
      name: this.#name,
      labels: this.#labels,
      buckets: this.#buckets,
      sum: this.#sum,
      count: this.#count,
    };
    this.#buckets = this.#empty();
    this.#sum = 0;
    this.#count = 0;
    return delta;
  }

  #empty(): number[] {
    return Array.from({ length: this.#bounds.length + 1 }, () => 0);
  }
}
