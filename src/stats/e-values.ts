import { lnMeanExp } from "./mean-exp.ts";

/**
 * Mixtures of likelihood ratios: each alternative's product has mean 1 at most under the null, whatever came before, and so
 * has their mean (Wald 1945, Ville 1939, Robbins & Darling 1967). A test is its alternatives' logarithms, which is also what
 * a detector of changes steps by.
 */
const ln = lnMeanExp;

/** Alternatives to a fair null; to any other, as shares of what lies above it. */
const FAIR: readonly number[] = [0.6, 0.7, 0.8, 0.9, 0.97];
const SHARES: readonly number[] = [0.2, 0.4, 0.6, 0.8, 0.94];
/** Alternatives to a budget, as multiples of it; those that would be nearly certain are left out. */
const ABOVE: readonly number[] = [1.5, 2, 3, 5, 10, 20, 50];
const CERTAIN = 0.95;
const BELOW: readonly number[] = [0, 0.1, 0.25, 0.5, 0.75];
/** For small excesses among many that cancel out. */
const NEAR: readonly number[] = [0.9, 0.97, 0.99, 0.997];

/** Zero times anything is zero: what never happened says nothing, however impossible it was. */
const times = (count: number, x: number): number => (count === 0 ? 0 : count * x);

/**
 * T1, the sequential sign test on discordant pairs (McNemar 1947 for conditioning on these). Null: of what is bad on one side
 * only, `ours` are at most the share `theta0`, which is between 0 and 1.
 */
export function lnE1(ours: number, theirs: number, theta0 = 0.5): number {
  return ln(pairTerms(ours, theirs, theta0));
}

function pairTerms(ours: number, theirs: number, theta0: number): readonly number[] {
  const alternatives = theta0 === 0.5 ? FAIR : SHARES.map((part) => theta0 + (1 - theta0) * part);
  return alternatives.map(
    (t) => times(ours, Math.log(t / theta0)) + times(theirs, Math.log1p(-t) - Math.log1p(-theta0)),
  );
}

/**
 * The same of two cohorts, ours the share `share` of all. Where that is small T1 looks only far above it: T2 asks of all that is bad
 * whether more than the share is ours, and the mean of both is evidence as well.
 */
export function lnCohort(ours: number, theirs: number, share: number): number {
  return ln([lnE1(ours, theirs, share), lnE2(ours, ours + theirs, share)]);
}

/** How far from a share, as multiples of it, or of the rest where that is less. */
const OFF: readonly number[] = [0.5, 0.8, 0.9, 0.95, 1.05, 1.1, 1.25, 2];

/** Null: each of all is ours with the chance `share`, neither more nor less. */
export function lnShareOff(ours: number, theirs: number, share: number): number {
  if (share > 0.5) return lnShareOff(theirs, ours, 1 - share);
  return ln(
    OFF.filter((ratio) => ratio * share < CERTAIN).map(
      (ratio) => times(ours, Math.log(ratio)) + times(theirs, Math.log1p(-ratio * share) - Math.log1p(-share)),
    ),
  );
}

/** T2, over budget. Null: at most the share `budget` is bad. A budget that leaves no room above it is never shown exceeded. */
export function lnE2(bad: number, all: number, budget: number): number {
  const terms = overTerms(bad, all, budget);
  return terms.length === 0 ? 0 : ln(terms);
}

export function overTerms(bad: number, all: number, budget: number): readonly number[] {
  return ABOVE.filter((ratio) => ratio * budget < CERTAIN).map(
    (ratio) => times(bad, Math.log(ratio)) + times(all - bad, Math.log1p(-ratio * budget) - Math.log1p(-budget)),
  );
}

/** T3, below budget. Null: at least the share `budget` is bad. */
export function lnE3(bad: number, all: number, budget: number): number {
  return ln(belowTerms({ ours: bad, theirs: 0, all }, { margin: budget, up: 1, down: 1 }, BELOW));
}

/** What is bad on one side only, of all that both were asked. */
export interface Excess {
  readonly ours: number;
  readonly theirs: number;
  readonly all: number;
}

/**
 * T4, no worse than by a margin. Null: ours are bad more often than theirs by the share `margin` at least. A bet on the mean of
 * +1 (ours), -1 (theirs) and 0 (Waudby-Smith & Ramdas 2024), of which T3 is the case without theirs. Where the sides
 * are two cohorts, ours the share `share` of all, the marks are weighted by 1/share and 1/(1-share), which makes their mean
 * the difference of both rates.
 */
export function lnE4(excess: Excess, margin: number, share: number | null = null): number {
  const [up, down] = share === null ? [1, 1] : [1 / share, 1 / (1 - share)];
  return ln(belowTerms(excess, { margin, up, down }, [...BELOW, ...NEAR]));
}

function belowTerms(
  { ours, theirs, all }: Excess,
  { margin, up, down }: Readonly<Record<"margin" | "up" | "down", number>>,
  ratios: readonly number[],
): readonly number[] {
  return ratios.map((ratio) => {
    const stake = (1 - ratio) / (up - margin);
    const rest = all - ours - theirs;
    return (
      times(ours, Math.log(ratio)) +
      times(theirs, Math.log1p(stake * (margin + down))) +
      times(rest, Math.log1p(stake * margin))
    );
  });
}
