import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ranksAround, wilson } from "./interval.ts";
import { sampleRandom } from "./sample.ts";
import { bucketOf, mergeBuckets, quantile, valueOf, type Buckets } from "./sketch.ts";

describe("an interval of a rate", () => {
  it("holds the rate, is within 0 and 1, and is the mirror of that of the others", () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (bad, good) => {
        const { from, to } = wilson(bad, bad + good);
        const rate = bad + good === 0 ? 0.5 : bad / (bad + good);
        expect(0 <= from && from <= rate && rate <= to && to <= 1).toBe(true);
        expect(wilson(good, bad + good).to).toBeCloseTo(1 - from, 12);
      }),
    );
  });
});

describe("ranks around a quantile", () => {
  it("are those of EVIDENCE 6.8", () => {
    expect(ranksAround(0.95, 100)).toEqual({ from: 90, to: 100 });
    expect(ranksAround(0.95, 1_000)).toEqual({ from: 936, to: 964 });
    const { from, to } = ranksAround(0.95, 10_000);
    expect([from, to].map((rank) => Math.round((rank ?? 0) / 10))).toEqual([946, 954]);
  });

  it("bound it on no side where there is too little", () => {
    expect(ranksAround(0.95, 0)).toEqual({ from: null, to: null });
    expect(ranksAround(0.95, 50).to).toBeNull();
    expect(ranksAround(0.5, 3)).toEqual({ from: null, to: null });
  });

  it("hold it in 95 % of samples", () => {
    const random = sampleRandom(3);
    const [n, share] = [200, 0.9];
    const { from, to } = ranksAround(share, n);
    const held = Array.from({ length: 1_000 }, () => {
      const sample = Array.from({ length: n }, random).toSorted((a, b) => a - b);
      return (sample[(from ?? 0) - 1] ?? -1) <= share && share <= (sample[(to ?? 0) - 1] ?? 2);
    }).filter(Boolean).length;
    expect(held).toBeGreaterThan(930);
  });
});

describe("a sketch", () => {
  const random = sampleRandom(5);
  const times = Array.from({ length: 20_000 }, () =>
    Math.exp(3 + 1.2 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())),
  );
  const sketchOf = (values: readonly number[]): Buckets =>
    mergeBuckets([values.map((value) => [bucketOf(value), 1] as const)]);

  it.each([0.01, 0.5, 0.95, 0.99, 0.999])("has the quantile %d within 1 % of the value that it is", (share) => {
    const exact = times.toSorted((a, b) => a - b)[Math.floor(share * (times.length - 1))] ?? 0;
    expect(Math.abs((quantile(sketchOf(times), share) ?? 0) / exact - 1)).toBeLessThanOrEqual(0.0101);
  });

  it("of all is the sum of those of the parts, in some hundred buckets", () => {
    const parts = [times.slice(0, 5_000), times.slice(5_000)].map(sketchOf);
    expect(new Map(mergeBuckets(parts))).toEqual(new Map(sketchOf(times)));
    expect(sketchOf(times).length).toBeLessThan(600);
  });

  it("takes what is no time for the least or most there is, and knows nothing of nothing", () => {
    expect(new Set([0, -1, Number.NaN, -Infinity, 0.001].map(bucketOf)).size).toBe(1);
    expect(bucketOf(Infinity)).toBe(bucketOf(1e9));
    expect(valueOf(bucketOf(42))).toBeCloseTo(42, 0);
    expect(quantile([], 0.95)).toBeNull();
    expect(quantile([[3, 0]], 0.95)).toBeNull();
  });
});
