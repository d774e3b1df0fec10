import { lnMeanExp } from "./mean-exp.ts";

/** A sum for each alternative, as it stands; plain data. Empty: nothing was seen yet. */
export type Sums = readonly number[];

/**
 * One step of a mixture of CUSUMs, a detector of changes that no good past makes slower (Page 1954; as an e-detector Shin,
 * Ramdas & Rinaldo 2023). `terms`: logarithms of the alternatives' factors of one observation, or of a batch, always of the same
 * test. Without a change it takes T steps on average at least until `lnDetected` reaches ln T.
 */
export function stepped(sums: Sums, terms: readonly number[]): Sums {
  return terms.map((term, index) => Math.max(0, sums[index] ?? 0) + term);
}

/** Further terms of a step that is not over: together they are one, however they come. */
export function continued(sums: Sums, terms: readonly number[]): Sums {
  return terms.map((term, index) => (sums[index] ?? 0) + term);
}

export function lnDetected(sums: Sums): number {
  return sums.length === 0 ? 0 : lnMeanExp(sums);
}
