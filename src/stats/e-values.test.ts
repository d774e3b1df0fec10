import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { lnE1 } from "./e-values.ts";

const path = resolve(import.meta.dirname, "../../../shared/conformance/own/stats-vectors.json");
const schema = z.object({
  pair: z.array(z.object({ b: z.int(), c: z.int(), theta0: z.coerce.number(), lnE: z.number() })).min(10),
});

describe("paired evidence", () => {
  it.skipIf(!existsSync(path))("is that of the reference values", () => {
    for (const { b, c, theta0, lnE } of schema.parse(JSON.parse(readFileSync(path, "utf8"))).pair) {
      expect(Math.abs(lnE1(b, c, theta0) - lnE)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(lnE)));
    }
  });

  it("is none without discordant pairs, and reaches ln 20 with the sixth of six", () => {
    expect(lnE1(0, 0)).toBe(0);
    expect(lnE1(5, 0)).toBeLessThan(Math.log(20));
    expect(lnE1(6, 0)).toBeGreaterThanOrEqual(Math.log(20));
  });

  it("has under the null an expected value of one: no look can be bought with another", () => {
    const steps = fc.tuple(fc.nat(200), fc.nat(200), fc.constantFrom(0.5, 0.1, 0.9));
    fc.assert(
      fc.property(steps, ([b, c, share]) => {
        const now = Math.exp(lnE1(b, c, share));
        const next = share * Math.exp(lnE1(b + 1, c, share)) + (1 - share) * Math.exp(lnE1(b, c + 1, share));
        expect(next / now).toBeCloseTo(1, 9);
      }),
    );
  });
});
