import { lnE3, lnE4, type Excess } from "./e-values.ts";

/** What is shown is shown 20 to 1 against chance, however often it was looked at. */
export const lnShown = Math.log(20);

/** More of them nobody waits for. */
const MOST = 2 ** 53;

/** How many it takes, with so many bad among them, until the rate is shown to be below the budget; null: no number would do. */
export function neededBelow(bad: number, budget: number): number | null {
  return leastFrom(bad, (all) => lnE3(bad, all, budget) >= lnShown);
}

/** How many it takes until ours are shown to be no worse by the margin, if neither side has anything bad any more. */
export function neededNoWorse({ ours, theirs }: Excess, margin: number, share: number | null = null): number | null {
  return leastFrom(ours + theirs, (all) => lnE4({ ours, theirs, all }, margin, share) >= lnShown);
}

/** The least number from `from` on for which something holds that holds for all above it. */
function leastFrom(from: number, holds: (all: number) => boolean): number | null {
  let reach = 1;
  while (!holds(from + reach)) {
    reach *= 2;
    if (from + reach > MOST) return null;
  }
  let [least, most] = [from - 1, from + reach];
  while (most - least > 1) {
    const middle = least + Math.floor((most - least) / 2);
    if (holds(middle)) most = middle;
    else least = middle;
  }
  return most;
}
