import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { lnE1, lnE2, lnE3, wilson } from "../../src/stats/index.ts";

/** Reference values to 50 digits, kept beside the repository. */
const file = new URL("../../../shared/conformance/own/stats-vectors.json", import.meta.url);

const count = z.int().nonnegative();
const budget = z.object({ K: count, N: count, p0: z.coerce.number(), lnE: z.number() });
const Vectors = z.object({
  pair: z.array(z.object({ b: count, c: count, theta0: z.coerce.number(), lnE: z.number() })).min(19),
  budget: z.array(budget).min(14),
  below: z.array(budget).min(10),
  "wilson95_z1.959963984540054": z
    .array(z.object({ k: count, n: count, ci: z.tuple([z.number(), z.number()]) }))
    .min(8),
});

/** Relative; where it is 0, absolute. */
const errorOf = (is: number, must: number): number => Math.abs(is - must) / (must === 0 ? 1 : Math.abs(must));

describe.skipIf(!existsSync(file))("the reference values of the statistics", () => {
  const read = () => Vectors.parse(JSON.parse(readFileSync(file, "utf8")));

  test("are those of the three tests", () => {
    const { pair, budget: over, below } = read();
    const errors = [
      ...pair.map(({ b, c, theta0, lnE }) => errorOf(lnE1(b, c, theta0), lnE)),
      ...over.map(({ K, N, p0, lnE }) => errorOf(lnE2(K, N, p0), lnE)),
      ...below.map(({ K, N, p0, lnE }) => errorOf(lnE3(K, N, p0), lnE)),
    ];
    expect(errors.length).toBeGreaterThanOrEqual(43);
    expect(Math.max(...errors)).toBeLessThan(1e-9);
  });

  test("are those of the interval", () => {
    const errors = read()["wilson95_z1.959963984540054"].flatMap(({ k, n, ci }) => {
      const { from, to } = wilson(k, n);
      return [errorOf(from, ci[0]), errorOf(to, ci[1])];
    });
    expect(errors.length).toBeGreaterThanOrEqual(16);
    expect(Math.max(...errors)).toBeLessThan(1e-9);
  });
});
