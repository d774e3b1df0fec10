import { expect, test } from "vitest";
import { ShopperTable, compileFlag, createSnapshot, decideKey, unsetFlag, withLists } from "../../src/flags/index.ts";

const FLAGS = 11;
const SHOPPERS = 60_000;
const SHARE = 0.05;
/** One in 300,000 two-sided; of 66 comparisons none is further off by chance. */
const SIGMAS = 4.5;

function cohortsOf(keys: readonly string[]): readonly Uint8Array[] {
  const flags = keys.map((key) => {
    const definition = { key, description: "", env: null, default: false, salt: null, bucketing: "murmur3" } as const;
    const flag = { ...unsetFlag(definition, "test"), percent: SHARE * 100 };
    return compileFlag(
      withLists(flag, (members) => ShopperTable.of(members)),
      "code",
    );
  });
  const snapshot = createSnapshot({ version: 1, killed: false, source: "code", forceOff: [], flags, routes: [] });
  // As ids of WhatsApp shoppers are: alike, and one after the other.
  return keys.map((key) =>
    Uint8Array.from({ length: SHOPPERS }, (_, index) =>
      Number(decideKey(snapshot, key, `5511${900_000_000 + index}`).value),
    ),
  );
}

/** How far a count is from what independent draws give, in their standard deviations. */
function deviations(count: number, probability: number): number {
  const expected = SHOPPERS * probability;
  return Math.abs(count - expected) / Math.sqrt(expected * (1 - probability));
}

test("5 % of 60,000 shoppers are on for each of 11 flags, and any two flags share no more of them than chance has it", () => {
  const cohorts = cohortsOf(Array.from({ length: FLAGS }, (_, index) => `FLAG_${String.fromCharCode(65 + index)}`));
  const sizes = cohorts.map((cohort) => cohort.reduce((sum, on) => sum + on, 0));
  const overlaps = cohorts.flatMap((one, index) =>
    cohorts.slice(index + 1).map((two) => one.reduce((sum, on, at) => sum + (on & (two[at] ?? 0)), 0)),
  );
  expect([sizes.length, overlaps.length]).toEqual([11, 55]);
  expect(sizes.filter((size) => deviations(size, SHARE) > SIGMAS)).toEqual([]);
  expect(overlaps.filter((overlap) => deviations(overlap, SHARE ** 2) > SIGMAS)).toEqual([]);
});
