import type { HistogramDelta, Labels } from "./batch.ts";
import { bucketOf } from "./buckets.ts";
import { metricOf } from "./metrics.ts";

export interface Histogram {
  record(value: number): void;
}

export class Buckets implements Histogram {
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
