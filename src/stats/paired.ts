import { lnMeanExp } from "./mean-exp.ts";

/** Alternatives for a fair null; for any other, as shares of what lies above it. */
const FAIR: readonly number[] = [0.6, 0.7, 0.8, 0.9, 0.97];
const SHARES: readonly number[] = [0.2, 0.4, 0.6, 0.8, 0.94];

/**
 * Sequential sign test on discordant pairs, a mixture of likelihood ratios (Robbins & Darling 1967; McNemar 1947 for
 * conditioning on these pairs). Null: of the pairs in which exactly one is bad, `ours` are at most `share` of all.
 * `ours`, `theirs`: pairs in which only the one, only the other was bad.
 */
export function lnPairedEvidence(ours: number, theirs: number, share = 0.5): number {
  const alternatives = share === 0.5 ? FAIR : SHARES.map((part) => share + (1 - share) * part);
  return lnMeanExp(
    alternatives.map((t) => ours * Math.log(t / share) + theirs * (Math.log1p(-t) - Math.log1p(-share))),
  );
}
