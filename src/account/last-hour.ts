import type { Labels } from "./batch.ts";

const minuteMs = 60_000;
const minutes = 60;

/** What was counted in a minute, by labels as text. */
interface Minute {
  readonly at: number;
  readonly counts: Map<string, { readonly labels: Labels; n: number }>;
}

/** Counts of the last hour, to the minute. Bounded as the label sets are that it is given. */
export class LastHour {
  /** Oldest first. */
  #minutes: readonly Minute[] = [];

  /** `atMs`: since the epoch, as all times here. */
  add(atMs: number, labels: Labels, n: number): void {
    const at = Math.floor(atMs / minuteMs);
    const minute = this.#minutes.find((one) => one.at === at) ?? this.#begin(at);
    const key = JSON.stringify(labels);
    const known = minute.counts.get(key);
    if (known === undefined) minute.counts.set(key, { labels, n });
    else known.n += n;
  }

  /** Of the minute that `nowMs` is in and the 59 before. */
  at(nowMs: number): readonly { readonly labels: Labels; readonly n: number }[] {
    const now = Math.floor(nowMs / minuteMs);
    const sums = new Map<string, { readonly labels: Labels; n: number }>();
    for (const { at, counts } of this.#minutes) {
      if (at <= now - minutes) continue;
      for (const [key, { labels, n }] of counts) sums.set(key, { labels, n: (sums.get(key)?.n ?? 0) + n });
    }
    return [...sums.values()];
  }

  #begin(at: number): Minute {
    const minute: Minute = { at, counts: new Map() };
    this.#minutes = [...this.#minutes, minute].slice(-minutes);
    return minute;
  }
}
