/**
 * Tests that stay valid however often one looks. In go counts, out comes evidence: the logarithm of an e-value, which under
 * the null ever reaches ln(1/alpha) with probability alpha at most (Ville 1939). And what is shown to people beside it: intervals and
 * quantiles. Pure.
 */
export { lnCohort, lnE1, lnE2, lnE3, lnE4, lnShareOff, overTerms, type Excess } from "./e-values.ts";
export { continued, lnDetected, stepped, type Sums } from "./detector.ts";
export { lnShown, neededBelow, neededNoWorse } from "./needed.ts";
export { wilson, type Interval } from "./interval.ts";
export { bucketOf, mergeBuckets, quantile, quantileInterval, type Buckets } from "./sketch.ts";
export { isTwinNoise, type TwinCounts, type TwinOf } from "./twin.ts";
