import { hash } from "node:crypto";
import { murmur3 } from "../lib/murmur3.ts";
import type { Bucketing } from "./flag.ts";

/** Buckets are thousandths of a percent: a percentage holds those below `percent * 1000`. */
export const BUCKETS = 100_000;

/** The bucket of a murmur3 hash. Exact: the product is below 2^53, and the division only moves the binary point. */
export function bucketOfHash(hash32: number): number {
  return Math.floor((hash32 * BUCKETS) / 2 ** 32);
}

/** Which bucket a shopper is in: 0 to BUCKETS - 1. */
export function bucketOf(bucketing: Bucketing, salt: string, shopper: string): number {
  if (bucketing === "md5")
    return (Number.parseInt(hash("md5", shopper, "hex").slice(0, 8), 16) % 100) * (BUCKETS / 100);
  return bucketOfHash(murmur3(`${salt}:${shopper}`, 0));
}
