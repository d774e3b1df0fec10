import type { Random } from "./random.ts";

/** From here on nobody who comes at all comes only once, as far as anybody could count. */
const OFTEN = 30;

/**
 * How many of those who were not seen before come, and how many items they all bring, if each shopper brings `mean` at random: drawn
 * as if each were, by how many come at least once, at least twice and so on.
 */
export function usually(
  random: Random,
  { unseen, seen, mean }: { readonly unseen: number; readonly seen: number; readonly mean: number },
): { readonly fresh: number; readonly items: number } {
  const fresh = random.binomial(unseen, -Math.expm1(-mean));
  const again = random.poisson(seen * mean);
  if (mean > OFTEN) return { fresh, items: again + random.poisson(fresh * mean) };
  let items = again + fresh;
  let tail = -Math.expm1(-mean);
  let term = mean * Math.exp(-mean);
  for (let times = 2, left = fresh; left > 0 && tail > term; times += 1) {
    left = random.binomial(left, (tail - term) / tail);
    items += left;
    tail -= term;
    term *= mean / times;
  }
  return { fresh, items };
}
