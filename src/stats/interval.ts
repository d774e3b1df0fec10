/** Of the normal distribution: 97.5 % lie below. */
const Z95 = 1.959963984540054;

/** For people to look at once; nothing may be decided by it again and again. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Where a rate lies with 95 % (Wilson 1927). Nothing asked: anywhere. */
export function wilson(bad: number, all: number): Interval {
  if (all <= 0) return { from: 0, to: 1 };
  const rate = Math.min(1, Math.max(0, bad / all));
  const wide = Z95 ** 2 / all;
  const middle = rate + wide / 2;
  const half = Z95 * Math.sqrt((rate * (1 - rate)) / all + wide / (4 * all));
  return {
    from: rate === 0 ? 0 : Math.max(0, (middle - half) / (1 + wide)),
    to: rate === 1 ? 1 : Math.min(1, (middle + half) / (1 + wide)),
  };
}

/**
 * Ranks, from 1, of the values of a sample of `count` between which the quantile lies with 95 %, whatever the distribution. null: the
 * sample is too small to bound it on that side.
 */
export function ranksAround(
  quantile: number,
  count: number,
): { readonly from: number | null; readonly to: number | null } {
  const from = binomialQuantile(0.025, count, quantile);
  const to = binomialQuantile(0.975, count, quantile) + 1;
  return { from: from < 1 ? null : from, to: to > count ? null : to };
}

/** Terms below this share of the greatest add nothing to a sum of doubles. */
const NOTHING = 1e-18;

/** The least k with P(X <= k) >= p for X of `n` draws: sums terms relative to the greatest, some standard deviations either way. */
function binomialQuantile(p: number, n: number, chance: number): number {
  const mode = Math.min(n, Math.floor((n + 1) * chance));
  const below: number[] = [];
  for (let k = mode, term = 1; k > 0 && term > NOTHING; k -= 1) {
    term *= (k / (n - k + 1)) * ((1 - chance) / chance);
    below.push(term);
  }
  const above: number[] = [];
  for (let k = mode, term = 1; k < n && term > NOTHING; k += 1) {
    term *= ((n - k) / (k + 1)) * (chance / (1 - chance));
    above.push(term);
  }
  const terms = [...below.toReversed(), 1, ...above];
  let left = p * terms.reduce((sum, term) => sum + term, 0);
  const index = terms.findIndex((term) => (left -= term) <= 0);
  return mode - below.length + (index === -1 ? terms.length - 1 : index);
}
