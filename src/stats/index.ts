/**
 * Tests that stay valid however often one looks. In go counts, out comes evidence: the logarithm of an e-value, which under
 * the null ever reaches ln(1/alpha) with probability alpha at most (Ville 1939). Pure.
 */
export { isTwinNoise, type TwinCounts, type TwinOf } from "./twin.ts";
