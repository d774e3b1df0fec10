/**
 * Tests that stay valid however often one looks. In go counts, out comes evidence: the logarithm of an e-value, which under
 * the null ever reaches ln(1/alpha) with probability alpha at most (Ville 1939). Pure.
 */
export { bucketOf } from "./sketch.ts";
export { isTwinNoise, type TwinCounts } from "./twin.ts";
