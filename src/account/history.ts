import type { Batch, CountDelta, HistogramDelta } from "./batch.ts";
import { addCounts, quantileOf } from "./buckets.ts";
import { metricOf, type CounterName, type HistogramName } from "./metrics.ts";

const minuteMs = 60_000;
/** A day. */
const maxMinutes = 1_440;
/** Of one minute; more are not told apart in time, and counted in the book all the same. */
const maxSeries = 400;

/** Stands in no label. */
const between = "\u0000";

/** What is followed over time. Histograms of all routes are one. */
const counters: ReadonlySet<string> = new Set<CounterName>([
  "sombra_deliveries_total",
  "sombra_answers_total",
  "sombra_items_total",
  "divergence_count",
]);
const histograms: ReadonlySet<string> = new Set<HistogramName>([
  "latency_ms",
  "sombra_added_latency_ms",
  "sombra_overhead_ms",
]);

/** What was counted in one minute, as it is kept: a name with its labels, and how often. */
export interface Minute {
  /** Minutes since the epoch. */
  readonly at: number;
  readonly counts: readonly (readonly [series: string, n: number])[];
  /** Buckets by name, those of `latency_ms` with the side. */
  readonly buckets: readonly (readonly [series: string, buckets: readonly number[]])[];
}

/** Of a stretch of whole minutes. */
export interface Stretch {
  /** Its beginning, milliseconds since the epoch. */
  readonly fromMs: number;
  /** Sum over all series of this name whose labels are these. */
  count(name: CounterName, labels?: Readonly<Record<string, string>>): number;
  /** Values of a label, with how often each. */
  by(name: CounterName, label: string, labels?: Readonly<Record<string, string>>): ReadonlyMap<string, number>;
  /** null: nothing was recorded. `side`: of `latency_ms`. */
  quantile(name: HistogramName, q: number, side?: string): number | null;
}

interface Growing {
  readonly at: number;
  readonly counts: Map<string, number>;
  readonly buckets: Map<string, number[]>;
}

/** A day by minutes, of what this process saw and the ones before it on the same disk. */
export class History {
  /** Oldest first. */
  #minutes: Growing[] = [];

  add({ at, counts, histograms: added }: Batch): void {
    const followed = counts.filter(({ name }) => counters.has(name));
    const grown = added.filter(({ name }) => histograms.has(name));
    if (followed.length + grown.length === 0) return;
    const minute = this.#minuteAt(Math.floor(at / minuteMs));
    for (const delta of followed) count(minute, delta);
    for (const delta of grown) fill(minute, delta);
  }

  /** Those that are over and began at or after this one. */
  since(at: number, nowMs: number): readonly Minute[] {
    const now = Math.floor(nowMs / minuteMs);
    return this.#minutes
      .filter((minute) => minute.at >= at && minute.at < now)
      .map((minute) => ({ at: minute.at, counts: [...minute.counts], buckets: [...minute.buckets] }));
  }

  /** Takes up what was kept, beside what was added since. */
  load(minutes: readonly Minute[]): void {
    const all = new Map(this.#minutes.map((minute) => [minute.at, minute]));
    for (const { at, counts, buckets } of minutes) {
      const minute = all.get(at) ?? begun(at);
      all.set(at, minute);
      for (const [series, n] of counts) minute.counts.set(series, (minute.counts.get(series) ?? 0) + n);
      for (const [series, more] of buckets) addCounts(bucketsOf(minute, series), more);
    }
    this.#minutes = [...all.values()].toSorted((one, other) => one.at - other.at).slice(-maxMinutes);
  }

  /** The last so many stretches of so many minutes, oldest first; the last one ends with the minute that `nowMs` is in. */
  stretches(
    nowMs: number,
    { minutes, count }: { readonly minutes: number; readonly count: number },
  ): readonly Stretch[] {
    const end = Math.floor(nowMs / minuteMs) + 1;
    const begin = end - minutes * count;
    const all = Array.from({ length: count }, (): Growing[] => []);
    for (const minute of this.#minutes) all[Math.floor((minute.at - begin) / minutes)]?.push(minute);
    return all.map((within, i) => stretchOf((begin + i * minutes) * minuteMs, within));
  }

  #minuteAt(at: number): Growing {
    const last = this.#minutes.at(-1);
    // A clock that is set back goes on in the minute it had come to.
    if (last !== undefined && last.at >= at) return last;
    const minute = begun(at);
    this.#minutes.push(minute);
    this.#minutes = this.#minutes.filter((one) => one.at > at - maxMinutes);
    return minute;
  }
}

function begun(at: number): Growing {
  return { at, counts: new Map(), buckets: new Map() };
}

/** A name and its labels in one text, in the order that the metric has them. */
function seriesOf(name: string, labels: Readonly<Record<string, string>>): string {
  return [name, ...(metricOf(name)?.labels ?? []).map((label) => labels[label] ?? "")].join(between);
}

function count({ counts }: Growing, { name, labels, delta }: CountDelta): void {
  const series = seriesOf(name, labels);
  const known = counts.get(series);
  if (known === undefined && counts.size >= maxSeries) return;
  counts.set(series, (known ?? 0) + delta);
}

function fill(minute: Growing, { name, labels, buckets }: HistogramDelta): void {
  addCounts(bucketsOf(minute, name === "latency_ms" ? `${name} ${labels["side"]}` : name), buckets);
}

function bucketsOf({ buckets }: Growing, series: string): number[] {
  const known = buckets.get(series);
  if (known !== undefined) return known;
  const made = Array.from({ length: (metricOf(series.split(" ")[0] ?? "")?.bounds ?? []).length + 1 }, () => 0);
  buckets.set(series, made);
  return made;
}

function stretchOf(fromMs: number, minutes: readonly Growing[]): Stretch {
  const series = new Map<string, number>();
  for (const { counts } of minutes) for (const [key, n] of counts) series.set(key, (series.get(key) ?? 0) + n);
  const read = [...series].map(([key, n]) => ({ ...namedIn(key), n }));
  const fitting = (name: string, labels: Readonly<Record<string, string>>) =>
    read.filter(
      (one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    );
  return {
    fromMs,
    count: (name, labels = {}) => fitting(name, labels).reduce((sum, { n }) => sum + n, 0),
    by(name, label, labels = {}) {
      const values = new Map<string, number>();
      for (const one of fitting(name, labels)) {
        const value = one.labels[label] ?? "";
        values.set(value, (values.get(value) ?? 0) + one.n);
      }
      return values;
    },
    quantile(name, q, side) {
      const key = side === undefined ? name : `${name} ${side}`;
      const sum: number[] = [];
      for (const { buckets } of minutes) addCounts(sum, buckets.get(key) ?? []);
      return quantileOf(metricOf(name)?.bounds ?? [], sum, q);
    },
  };
}

function namedIn(series: string): { readonly name: string; readonly labels: Readonly<Record<string, string>> } {
  const [name = "", ...values] = series.split(between);
  const labels = metricOf(name)?.labels ?? [];
  return { name, labels: Object.fromEntries(labels.map((label, i) => [label, values[i] ?? ""])) };
}
