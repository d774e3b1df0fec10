import type { ExchangeRecord, Side } from "../model/index.ts";
import type { Labels } from "./batch.ts";
import { bucketOf } from "./buckets.ts";
import { metricOf, type HistogramName, type LabelsOf } from "./metrics.ts";
import { SeriesTable } from "./series.ts";

/** One value of a histogram's bucket that can be looked up. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface Measured {
  readonly name: HistogramName;
  readonly labels: Labels;
  readonly spanId: string;
  readonly value: number;
}

/**
 * The newest exemplar of each bucket, never an older one after it, though deliveries are over in any order: a scraper would refuse
 * it. From records whose trace is sampled: nothing is asked of the data plane.
 */
export class Exemplars {
  readonly #series: SeriesTable<(Exemplar | undefined)[]>;

  constructor(limit: number) {
    this.#series = new SeriesTable(limit, () => []);
  }

  learn(record: ExchangeRecord): void {
    const { traceId, sampled } = record.trace;
    if (!sampled) return;
    const at = record.receivedAt + record.latencyMs;
    for (const { name, labels, spanId, value } of measuredIn(record)) {
      const buckets = this.#series.at(name, labels);
      const bucket = bucketOf(metricOf(name)?.bounds ?? [], value);
      if ((buckets[bucket]?.at ?? 0) <= at) buckets[bucket] = { traceId, spanId, value, at };
    }
  }

  /** By bucket, as the histogram of that name and labels has them. */
  of(name: string, labels: Labels): readonly (Exemplar | undefined)[] {
    return this.#series.at(name, labels);
  }
}

/** What the histograms counted of a delivery; the values of one that makes no items are in none. */
function measuredIn({ route, trace, overheadMs, calls, items }: ExchangeRecord): readonly Measured[] {
  if (items.length === 0) return [];
  const measured: Measured[] = [];
  const add = <N extends HistogramName>(name: N, labels: LabelsOf<N>, of: Pick<Measured, "spanId" | "value">): void =>
    void measured.push({ name, labels, ...of });
  if (overheadMs > 0) add("sombra_overhead_ms", { route }, { spanId: trace.spanId, value: overheadMs });
  for (const { side, status, spanId, latencyMs, waitedMs } of calls) {
    if (status !== null) add("latency_ms", { route, side }, { spanId, value: latencyMs });
    if (side !== "legacy") add("sombra_wait_ms", { route }, { spanId, value: waitedMs });
  }
  for (const [i, { addedLatencyMs }] of items.entries()) {
    if (addedLatencyMs === null) continue;
    const spanId = calls.findLast((call) => call.side === candidate && call.items.includes(i))?.spanId ?? trace.spanId;
    add("sombra_added_latency_ms", { route }, { spanId, value: addedLatencyMs });
  }
  return measured;
}

const candidate: Side = "candidate";
