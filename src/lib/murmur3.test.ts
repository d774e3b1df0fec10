import { existsSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { murmur3 } from "./murmur3.ts";
import { anyCharacter } from "../../test/support/any-character.ts";

// Beside the repository, where the conformance data is checked out.
const vectorsFile = new URL("../../../shared/conformance/own/bucket-vectors.json", import.meta.url);

const Vectors = z.object({
  hash: z.array(z.object({ input: z.string(), seed0: z.int(), seed86028157: z.int() })).min(19),
  optimizelyStyle: z
    .array(z.object({ bucketInput: z.string(), seed: z.int(), buckets: z.int(), expected: z.int() }))
    .min(4),
  unleashStyle: z.array(z.object({ id: z.string(), groupId: z.string(), expected1to100: z.int() })).min(6),
});

describe.skipIf(!existsSync(vectorsFile))("the shared conformance vectors", () => {
  const vectors = (): z.infer<typeof Vectors> => Vectors.parse(JSON.parse(readFileSync(vectorsFile, "utf8")));

  test("hashes agree for both seeds", () => {
    for (const { input, seed0, seed86028157 } of vectors().hash) {
      expect([input, murmur3(input, 0), murmur3(input, 86028157)]).toEqual([input, seed0, seed86028157]);
    }
  });

  test("buckets of two other flag systems come out as theirs", () => {
    for (const { bucketInput, seed, buckets, expected } of vectors().optimizelyStyle) {
      expect(Math.floor((murmur3(bucketInput, seed) / 2 ** 32) * buckets)).toBe(expected);
    }
    for (const { groupId, id, expected1to100 } of vectors().unleashStyle) {
      expect((murmur3(`${groupId}:${id}`, 0) % 100) + 1).toBe(expected1to100);
    }
  });
});

test.each([
  ["", 0, 0],
  ["", 1, 0x514e28b7],
  ["", 0xffffffff, 0x81f16f39],
  ["a", 0, 0x3c2569b2],
  ["ab", 0, 2613040991],
  ["abc", 0, 0xb3dd93fa],
  ["abcd", 0, 0x43ed676a],
  ["checkout:ñandú", 0, 2601257929],
  ["checkout:日本語", 0, 3693969956],
  ["checkout:👩‍💻", 0, 2261527008],
])("murmur3(%j, %i) is a known value", (text, seed, hash) => {
  expect(murmur3(text, seed)).toBe(hash);
});

test("any text is hashed as its UTF-8 bytes, short or long, ASCII or not", () => {
  const anyUnits = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
  const anyText = fc.oneof(fc.string(), fc.string({ unit: anyCharacter }), anyUnits);
  const padding = fc.constantFrom(0, 0, 0, 0, 1020, 1024);
  fc.assert(
    fc.property(anyText, padding, fc.nat(0xffffffff), (text, pad, seed) => {
      const padded = "x".repeat(pad) + text;
      expect(murmur3(padded, seed)).toBe(reference(new TextEncoder().encode(padded), seed));
    }),
    { numRuns: 300 },
  );
});

test.each([1023, 1024, 1025, 5000])("%i characters of three bytes each are all hashed", (count) => {
  const text = "日".repeat(count);
  expect(murmur3(text, 7)).toBe(reference(new TextEncoder().encode(text), 7));
});

/** The published algorithm in unbounded integers, reduced after each step. */
function reference(bytes: Uint8Array, seed: number): number {
  const M = 0xffffffffn;
  const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (32n - by))) & M;
  const scramble = (block: bigint): bigint => (rotate((block * 0xcc9e2d51n) & M, 15n) * 0x1b873593n) & M;
  let hash = BigInt(seed);
  for (let at = 0; at < bytes.length; at += 4) {
    const block = bytes.subarray(at, at + 4).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    hash ^= scramble(block);
    if (at + 4 <= bytes.length) hash = (rotate(hash, 13n) * 5n + 0xe6546b64n) & M;
  }
  hash ^= BigInt(bytes.length);
  hash = ((hash ^ (hash >> 16n)) * 0x85ebca6bn) & M;
  hash = ((hash ^ (hash >> 13n)) * 0xc2b2ae35n) & M;
  return Number(hash ^ (hash >> 16n));
}
