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

export function bucketOf(value: number): number {
  return Math.ceil(Math.log(value > LEAST ? Math.min(value, MOST) : LEAST) / LN_BASE);
}
