import { describe, expect, test } from "vitest";
import { lnFactorial } from "./ln-factorial.ts";
import { normalBelow } from "./normal.ts";
import { createRandom } from "./random.ts";

const DRAWS = 20_000;

function drawn(draw: () => number): readonly number[] {
  return Array.from({ length: DRAWS }, draw);
}

/** Shares of each value against what they are to be: chi squared over its degrees of freedom, which is about 1. */
function misfit(values: readonly number[], chance: (value: number) => number): number {
  const counts = Map.groupBy(values, (value) => value);
  const often = Array.from({ length: Math.max(...values) + 1 }, (_, value) => value).filter(
    (value) => chance(value) * DRAWS >= 10,
  );
  const squares = often.map((value) => {
    const expected = chance(value) * DRAWS;
    return ((counts.get(value)?.length ?? 0) - expected) ** 2 / expected;
  });
  return squares.reduce((sum, square) => sum + square, 0) / squares.length;
}

describe("chance", () => {
  test("is the same for the same seed, and another for another", () => {
    const [one, same, other] = [createRandom(7), createRandom(7), createRandom(8)];
    const of = ({ next }: typeof one): readonly number[] => [next(), next(), next()];
    expect(of(one)).toEqual(of(same));
    expect(of(other)).not.toEqual(of(createRandom(7)));
    expect(drawn(one.next).every((value) => value >= 0 && value < 1)).toBe(true);
  });

  test.each([0.2, 3, 11.9, 12.1, 80, 400])("draws from a Poisson distribution of mean %d", (mean) => {
    const { poisson } = createRandom(1);
    const chance = (k: number): number => Math.exp(k * Math.log(mean) - mean - lnFactorial(k));
    expect(
      misfit(
        drawn(() => poisson(mean)),
        chance,
      ),
    ).toBeLessThan(1.7);
  });

  test.each([
    [1, 0.3],
    [20, 0.1],
    [100, 0.5],
    [1_000, 0.004],
    [5_000, 0.07],
    [300, 0.93],
  ])("draws from a binomial distribution of %d at %d", (all, share) => {
    const { binomial } = createRandom(2);
    const chance = (k: number): number =>
      k > all
        ? 0
        : Math.exp(
            lnFactorial(all) -
              lnFactorial(k) -
              lnFactorial(all - k) +
              k * Math.log(share) +
              (all - k) * Math.log1p(-share),
          );
    expect(
      misfit(
        drawn(() => binomial(all, share)),
        chance,
      ),
    ).toBeLessThan(1.7);
  });

  test("that is none or sure draws nothing and all", () => {
    const { poisson, binomial } = createRandom(3);
    expect([poisson(0), binomial(0, 0.5), binomial(9, 0), binomial(9, 1)]).toEqual([0, 0, 0, 9]);
  });

  test("of times has the median and the spread that it is given", () => {
    const { time } = createRandom(4);
    const sorted = drawn(() => time(40, 0.5)).toSorted((one, two) => one - two);
    expect(sorted[DRAWS / 2]).toBeCloseTo(40, -1);
    expect((sorted[0.8413 * DRAWS] ?? 0) / 40).toBeCloseTo(Math.exp(0.5), 1);
  });
});

test("n! and the normal distribution are what tables say", () => {
  expect(lnFactorial(5)).toBeCloseTo(Math.log(120), 12);
  // Where the series begins, it goes on from what is tabled.
  expect(lnFactorial(256) - lnFactorial(255)).toBeCloseTo(Math.log(256), 11);
  expect([normalBelow(0), normalBelow(1.959963984540054), normalBelow(-3)]).toEqual([
    0.5,
    expect.closeTo(0.975, 12),
    expect.closeTo(0.0013498980316301, 14),
  ]);
  expect([normalBelow(-9), normalBelow(9)]).toEqual([0, 1]);
});
