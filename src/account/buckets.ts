/** Index of the bucket that a value falls in. */
export function bucketOf(bounds: readonly number[], value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (bounds[middle] ?? Number.POSITIVE_INFINITY)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Adds `from` to `into`, bucket by bucket. */
export function addCounts(into: number[], from: readonly number[]): void {
  for (const [i, count] of from.entries()) into[i] = (into[i] ?? 0) + count;
}

/**
 * Estimate by linear interpolation inside the bucket; null where nothing was recorded. A value above all bounds counts
 * as the greatest bound: the estimate is then too small.
 */
export function quantileOf(bounds: readonly number[], counts: readonly number[], q: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = q * total;
  let below = 0;
  for (const [i, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const upper = bounds[i] ?? bounds.at(-1) ?? 0;
      const lower = bounds[i - 1] ?? Math.min(0, upper);
      return i < bounds.length ? lower + (upper - lower) * ((rank - below) / count) : upper;
    }
    below += count;
  }
  return bounds.at(-1) ?? null;
}
