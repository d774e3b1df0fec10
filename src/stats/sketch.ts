import { ranksAround } from "./interval.ts";

/**
 * Quantiles of millions of times in a few hundred integers that add up over instances: logarithmic buckets, each value off by
 * 1 % at most (Masson, Rim & Lee 2019, "DDSketch").
 */
const ACCURACY = 0.01;
const BASE = (1 + ACCURACY) / (1 - ACCURACY);
const LN_BASE = Math.log(BASE);

/** Milliseconds; what lies outside counts as one of these. */
const LEAST = 0.001;
const MOST = 1e9;

/** How many values are in each bucket. */
export type Buckets = readonly (readonly [bucket: number, count: number])[];

export function bucketOf(value: number): number {
  return Math.ceil(Math.log(value > LEAST ? Math.min(value, MOST) : LEAST) / LN_BASE);
}

/** The value that is nearest to all of a bucket, relatively. */
export function valueOf(bucket: number): number {
  return (2 * BASE ** bucket) / (1 + BASE);
}

/** null: there is no value. */
export function quantile(buckets: Buckets, share: number): number | null {
  const values = ascending(buckets);
  return valueAt(values, share * (sizeOf(values) - 1));
}

/** Where the quantile lies with 95 %; null: too few to bound it on that side. For one look. */
export function quantileInterval(
  buckets: Buckets,
  share: number,
): { readonly from: number | null; readonly to: number | null } {
  const values = ascending(buckets);
  const { from, to } = ranksAround(share, sizeOf(values));
  return {
    from: from === null ? null : valueAt(values, from - 1),
    to: to === null ? null : valueAt(values, to - 1),
  };
}

function valueAt(values: Buckets, rank: number): number | null {
  let below = 0;
  const found = values.find(([, count]) => (below += count) > rank);
  return found === undefined ? null : valueOf(found[0]);
}

const sizeOf = (values: Buckets): number => values.reduce((sum, [, count]) => sum + count, 0);

/** Those that can be. */
function ascending(buckets: Buckets): Buckets {
  const sound = buckets.filter(([, count]) => count > 0 && Number.isSafeInteger(count));
  return sound.toSorted(([one], [two]) => one - two);
}

export function mergeBuckets(all: readonly Buckets[]): Buckets {
  const counts = new Map<number, number>();
  for (const buckets of all) {
    for (const [bucket, count] of buckets) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  }
  return [...counts];
}
