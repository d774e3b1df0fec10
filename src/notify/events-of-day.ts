import type { Cursor } from "./cursor.ts";

type Counts = Readonly<Record<string, number>>;
type Samples = Cursor["events"];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The most frequent: nobody reads more. */
const maxTypes = 20;

export function isSampleDue(samples: Samples, nowMs: number): boolean {
  const last = samples.at(-1);
  return last === undefined || nowMs - last.atMs >= hourMs;
}

/** With one more where an hour has passed, and without those that are older than is asked for. */
export function sampled(samples: Samples, counts: Counts, nowMs: number): Samples {
  if (!isSampleDue(samples, nowMs)) return samples;
  const from = samples.findLastIndex(({ atMs }) => nowMs - atMs >= dayMs);
  return [...samples.slice(Math.max(0, from)), { atMs: nowMs, counts: { ...counts } }];
}

/** Of the last 24 hours, or since there are samples, by type; null: nothing was ever declared. */
export function ofLastDay(samples: Samples, counts: Counts, nowMs: number): Counts | null {
  if (Object.keys(counts).length === 0) return null;
  const then = samples.findLast(({ atMs }) => nowMs - atMs >= dayMs) ?? samples[0];
  const since = Object.entries(counts).map(([type, n]): readonly [string, number] => {
    const before = then?.counts[type] ?? 0;
    // Counts that shrank are of another store.
    return [type, n >= before ? n - before : n];
  });
  const most = since.toSorted(([, a], [, b]) => b - a).slice(0, maxTypes);
  return Object.fromEntries(most.filter(([, n]) => n > 0));
}
