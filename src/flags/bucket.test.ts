import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { murmur3 } from "../lib/murmur3.ts";
import { bucketOf, bucketOfHash } from "./bucket.ts";
import { decide } from "./decide.ts";
import { compiled } from "./sample.ts";

// Beside the repository, where the conformance data is checked out.
const vectorsFile = new URL("../../../shared/conformance/own/bucket-vectors.json", import.meta.url);

const Vectors = z.object({
  hash: z.array(z.object({ input: z.string(), bucket100000: z.int() })).min(19),
  boundaries: z.array(z.object({ bucketInput: z.string(), percent: z.number(), expected: z.boolean() })).min(8),
});

describe.skipIf(!existsSync(vectorsFile))("the shared conformance vectors", () => {
  const vectors = (): z.infer<typeof Vectors> => Vectors.parse(JSON.parse(readFileSync(vectorsFile, "utf8")));

  test("buckets agree", () => {
    for (const { input, bucket100000 } of vectors().hash) {
      expect([input, bucketOfHash(murmur3(input, 0))]).toEqual([input, bucket100000]);
    }
  });

  test("boundaries agree", () => {
    for (const { bucketInput, percent, expected } of vectors().boundaries) {
      const { milliPercent } = compiled({ percent });
      expect([bucketInput, percent, bucketOfHash(murmur3(bucketInput, 0)) < (milliPercent ?? -1)]).toEqual([
        bucketInput,
        percent,
        expected,
      ]);
    }
  });
});

describe("shoppers on a boundary", () => {
  // Found by running the hash backwards: what `CHECKOUT_ENABLED:<shopper>` hashes to.
  const FIRST = "0000130cKHg"; // 0
  const SECOND = "0000551VUo6"; // 1
  const LAST_BELOW_HALF = "0000306oYTG"; // 0x7fffffff
  const FIRST_ABOVE_HALF = "0000142SQcP"; // 0x80000000
  const LAST = "0001139WdC9"; // 0xffffffff

  test.each([
    [FIRST, 0, false, 0],
    [FIRST, 0.001, true, 0],
    [SECOND, 0, false, 0],
    [SECOND, 0.001, true, 0],
    [LAST_BELOW_HALF, 49.999, false, 49_999],
    [LAST_BELOW_HALF, 50, true, 49_999],
    [FIRST_ABOVE_HALF, 50, false, 50_000],
    [FIRST_ABOVE_HALF, 50.001, true, 50_000],
    [LAST, 99.999, false, 99_999],
    [LAST, 100, true, 99_999],
  ])("%s at %d percent: %s", (shopper, percent, value, bucket) => {
    const flag = compiled({ percent });
    expect(decide(flag, shopper, flag.salt)).toEqual({ value, reason: "percent", bucket });
  });
});

test("the salt is the one given, and another salt deals the shoppers anew", () => {
  const shoppers = Array.from({ length: 1000 }, (_, index) => `shopper-${index}`);
  const one = shoppers.map((shopper) => bucketOf("murmur3", "one", shopper));
  const two = shoppers.map((shopper) => bucketOf("murmur3", "two", shopper));
  expect(one).toEqual(shoppers.map((shopper) => bucketOfHash(murmur3(`one:${shopper}`, 0))));
  expect(one.filter((bucket, index) => bucket === two[index]).length).toBeLessThan(10);
});

describe("md5", () => {
  // md5("a") = 0cc175b9..., md5("abc") = 90015098... (RFC 1321, A.5).
  test.each([
    ["a", 0x0cc175b9 % 100],
    ["abc", 0x90015098 % 100],
    ["message digest", 0xf96b697d % 100],
  ])("%s is in bucket %i of 100, whatever the salt", (shopper, bucket) => {
    expect(bucketOf("md5", "one", shopper)).toBe(bucket * 1000);
    expect(bucketOf("md5", "two", shopper)).toBe(bucket * 1000);
    const at = (percent: number): boolean => decide(compiled({ percent, bucketing: "md5" }), shopper, "").value;
    expect([at(bucket), at(bucket + 1)]).toEqual([false, true]);
  });
});
