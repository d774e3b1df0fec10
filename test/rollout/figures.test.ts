/**
 * What docs/decisions/0015 promises of the statistics, walked through with fixed seeds. Figures that were published with the design
 * come from simulations of a few hundred runs each; "reproduced" is: no further from ours than three standard errors of both together,
 * for quantiles in ranks, where theirs are taken to be of 200 runs (of 400 where the design says so).
 */
import { describe, expect, test } from "vitest";
import { createRandom, type Random } from "../../src/simulate/random.ts";
import { lnDetected, lnE1, lnE2, lnE3, overTerms, stepped, type Sums } from "../../src/stats/index.ts";

const random = (): Random => createRandom(20_260);
const times = <T>(count: number, one: () => T): readonly T[] => Array.from({ length: count }, one);

/** Three standard errors of the difference of two shares. */
function near(share: number, ours: number, theirs: number): number {
  return 3 * Math.sqrt(Math.max(share * (1 - share), 0.001) * (1 / ours + (theirs === Infinity ? 0 : 1 / theirs)));
}

/** Between which values the quantile of a sample of 200 lies, if it is of what ours is of. */
function around(values: readonly number[], quantile: number, theirs = 200): readonly [number, number] {
  const sorted = values.toSorted((one, two) => one - two);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * sorted.length)))] ?? 0;
  const reach = near(quantile, values.length, theirs);
  return [at(quantile - reach), at(quantile + reach)];
}

function expectWithin(figure: number, [from, to]: readonly [number, number], unit = 1): void {
  // As it was rounded when it was printed.
  expect(figure).toBeGreaterThanOrEqual(from - unit / 2);
  expect(figure).toBeLessThanOrEqual(to + unit / 2);
}

/** Up to and with the next bad one. */
const gap = ({ next }: Random, rate: number): number => Math.floor(Math.log(1 - next()) / Math.log1p(-rate)) + 1;

describe("with a look after each pair, where nothing is wrong", () => {
  const walks = 1_000;
  const pairs = 5_000;

  test("T1 alarms at or under alpha (EVIDENCE 6.3), and the usual z test in half of all walks", () => {
    const { next } = random();
    let usual = 0;
    const worst = times(walks, () => {
      let [ours, most, isUsual] = [0, 0, false];
      for (let seen = 1; seen <= pairs; seen += 1) {
        if (next() < 0.5) ours += 1;
        const theirs = seen - ours;
        if (ours <= theirs) continue;
        most = Math.max(most, lnE1(ours, theirs));
        isUsual ||= seen >= 10 && (ours - theirs) / Math.sqrt(seen) > 1.645;
      }
      if (isUsual) usual += 1;
      return most;
    });
    for (const [alpha, published] of [
      [0.05, 0.039],
      [0.01, 0.009],
      [0.001, 0.0008],
    ] as const) {
      const share = worst.filter((lnE) => lnE >= Math.log(1 / alpha)).length / walks;
      expect(share).toBeLessThan(alpha + near(alpha, walks, Infinity));
      expect(Math.abs(share - published)).toBeLessThan(near(published, walks, 5_000));
    }
    expect(Math.abs(usual / walks - 0.45)).toBeLessThan(near(0.45, walks, 200));
  });

  test("T2 alarms at or under alpha exactly at the budget, and T3 passes it falsely at or under five percent", () => {
    const seeded = random();
    const budget = 0.01;
    const worst = times(2 * walks, () => {
      let [bad, all, lnBad, lnGood] = [0, 0, 0, 0];
      while (all < pairs) {
        all += gap(seeded, budget);
        // It is greatest just before the next bad one.
        lnGood = Math.max(lnGood, lnE3(bad, Math.min(all - 1, pairs), budget));
        bad += 1;
        if (all <= pairs) lnBad = Math.max(lnBad, lnE2(bad, all, budget));
      }
      return { lnBad, lnGood };
    });
    const share = (of: "lnBad" | "lnGood", alpha: number): number =>
      worst.filter((walk) => walk[of] >= Math.log(1 / alpha)).length / worst.length;
    for (const [alpha, published] of [
      [0.05, 0.027],
      [0.01, 0.009],
    ] as const) {
      expect(share("lnBad", alpha)).toBeLessThan(alpha + near(alpha, worst.length, Infinity));
      expect(Math.abs(share("lnBad", alpha) - published)).toBeLessThan(near(published, worst.length, 1_000));
    }
    expect(share("lnGood", 0.05)).toBeLessThan(0.05 + near(0.05, worst.length, Infinity));
    expect(Math.abs(share("lnGood", 0.05) - 0.045)).toBeLessThan(near(0.045, worst.length, 1_000));
  });
});

describe("what a candidate that is over its budget takes (EVIDENCE 6.3)", () => {
  /** Budget, times over it, median and 90th percentile of pairs, bad ones among them. */
  test.each([
    [0.05, 1.5, 863, 1_838, 64],
    [0.05, 2, 245, 546, 24],
    [0.05, 3, 66, null, 9],
    [0.05, 5, 22, null, 5],
    [0.05, 10, 7, null, 3],
    [0.01, 1.5, 4_404, 11_252, 66],
    [0.01, 2, 1_426, 2_790, 28],
    [0.01, 3, 370, null, 11],
    [0.01, 5, 123, null, 6],
    [0.01, 10, 33, null, 3],
    [0.001, 1.5, 56_361, null, 84],
    [0.001, 2, 14_330, null, 28],
    [0.001, 3, 3_778, null, 11],
    [0.001, 5, 1_277, null, 6],
    [0.001, 10, 366, null, 3],
  ])("budget %d, %d times over it: a median of %d pairs", (budget, over, median, p90, bad) => {
    const seeded = random();
    const runs = times(1_000, () => {
      let [seen, all] = [0, 0];
      do {
        all += gap(seeded, budget * over);
        seen += 1;
      } while (lnE2(seen, all, budget) < Math.log(100));
      return { seen, all };
    });
    const pairs = runs.map(({ all }) => all);
    expectWithin(median, around(pairs, 0.5));
    if (p90 !== null) expectWithin(p90, around(pairs, 0.9));
    // Bad ones are whole: a median on the edge between two is either.
    expectWithin(
      bad,
      around(
        runs.map(({ seen }) => seen),
        0.5,
      ),
      2,
    );
  });

  test.each([
    [0.0001, { pass: 1, fail: 0 }],
    [0.0003, { pass: 0.9, fail: 0 }],
    [0.0005, { pass: 0.4, fail: 0 }],
    [0.001, { pass: 0.01, fail: 0 }],
    [0.002, { pass: 0, fail: 0.52 }],
    [0.005, { pass: 0, fail: 1 }],
  ])("an operator sees of a true rate of %d in 24 looks at 20,000 pairs: %j", (rate, published) => {
    const seeded = random();
    const runs = 1_000;
    const said = times(runs, () => {
      let [bad, all, isFail, isPass] = [0, 0, false, false];
      for (let look = 1; look <= 24; look += 1) {
        const more = Math.round((20_000 * look) / 24) - all;
        all += more;
        bad += seeded.binomial(more, rate);
        isFail ||= lnE2(bad, all, 0.001) >= Math.log(1_000) && bad / all - 0.001 >= 0.0002;
        isPass ||= lnE3(bad, all, 0.001) >= Math.log(20);
      }
      return isFail ? "FAIL" : isPass ? "PASS" : "HOLD";
    });
    const share = (what: string): number => said.filter((one) => one === what).length / runs;
    expect(Math.abs(share("PASS") - published.pass)).toBeLessThan(near(published.pass, runs, 400));
    expect(Math.abs(share("FAIL") - published.fail)).toBeLessThan(near(published.fail, runs, 400));
  });
});

describe("pairs against a canary of fixed size, one-sided 5 % (EVIDENCE 6.4)", () => {
  const runs = 2_000;
  const sure = 1.645;
  const power = (one: () => number): number => times(runs, one).filter((z) => z > sure).length / runs;

  test.each([
    [0.05, 0.005, 49_206, [25_965, 13_600, 3_708, 1_235]],
    [0.01, 0.005, 12_210, [6_181, 3_708, 1_730, 1_235]],
    [0.001, 0.004, 4_622, [2_317, 1_930, 1_621, 1_544]],
  ])("legacy %d, worse by %d: both see it in 80 % or more at the sizes that are said", (legacy, worse, both, pairs) => {
    const seeded = random();
    const least = 0.8 - near(0.8, runs, Infinity);
    const half = both / 2;
    const canary = power(() => {
      const [theirs, ours] = [seeded.binomial(half, legacy), seeded.binomial(half, legacy + worse)];
      const rate = (ours + theirs) / both;
      return (ours - theirs) / Math.sqrt(2 * half * rate * (1 - rate));
    });
    const paired = pairs.map((size, index) => {
      const shared = legacy * ([0, 0.5, 0.9, 1][index] ?? 0);
      const [alone, oursAlone] = [legacy - shared, legacy + worse - shared];
      return power(() => {
        const ours = seeded.binomial(size, oursAlone);
        const theirs = seeded.binomial(size - ours, alone / (1 - oursAlone));
        return ours + theirs === 0 ? 0 : (ours - theirs) / Math.sqrt(ours + theirs);
      });
    });
    for (const one of [canary, ...paired]) expect(one).toBeGreaterThan(least);
    // They are sized by the normal approximation, which asks for more than it takes where few are bad.
    if (legacy > 0.001) {
      expect(Math.abs(canary - 0.8)).toBeLessThan(near(0.8, runs, Infinity));
      expect(Math.abs((paired[0] ?? 0) - 0.8)).toBeLessThan(near(0.8, runs, Infinity));
    }
  });
});

describe("three hours in a row over 1 %, in a week (EVIDENCE 6.5)", () => {
  test.each([
    [50, 0.005, 0.77, 58],
    [200, 0.008, 0.75, 57],
    [1_000, 0.008, 0.59, 66],
    [5_000, 0.008, 0.02, null],
    [200, 0.015, 1, 7],
    [1_000, 0.2, 1, 3],
  ])("%d an hour at a rate of %d: rolled back in %d of runs, after %d hours", (perHour, rate, published, median) => {
    const seeded = random();
    const runs = 1_000;
    const hours = times(runs, () => {
      for (let hour = 1, row = 0; hour <= 168; hour += 1) {
        row = seeded.binomial(perHour, rate) / perHour > 0.01 ? row + 1 : 0;
        if (row === 3) return hour;
      }
      return Infinity;
    });
    const back = hours.filter(Number.isFinite);
    expect(Math.abs(back.length / runs - published)).toBeLessThan(near(published, runs, 200));
    if (median !== null) expectWithin(median, around(back, 0.5));
  });

  test.each([
    [100, 0.2, 20, 7],
    [1_000, 0.05, 22, 18],
    [10_000, 0.05, 2, 17],
    [10_000, 0.5, 3 / 60, 4],
    [100, 0.02, 33 * 60, null],
  ])(
    "%d an hour at %d: the fast lane takes a median of %d minutes and %d bad answers",
    (perHour, rate, minutes, bad) => {
      const seeded = random();
      const runs = times(500, () => {
        const { all, seen } = detected(seeded, rate, 1e6);
        return { minutes: (all / perHour) * 60, seen };
      });
      expectWithin(
        minutes,
        around(
          runs.map((run) => run.minutes),
          0.5,
        ),
        Math.max(minutes / 20, 1 / 60),
      );
      if (bad !== null)
        expectWithin(
          bad,
          around(
            runs.map(({ seen }) => seen),
            0.5,
          ),
          2,
        );
    },
  );

  test("exactly at its budget the fast lane trips once in far more observations than it promises", () => {
    const seeded = random();
    const lengths = times(60, () => detected(seeded, 0.01, 1e4).all);
    const mean = lengths.reduce((sum, one) => sum + one, 0) / lengths.length;
    expect(mean).toBeGreaterThan(10_000);
    // About as scattered as it is long: three standard errors.
    expect(Math.abs(mean - 257_000)).toBeLessThan(3 * 257_000 * Math.sqrt(1 / 60 + 1 / 60));
  });
});

/** Budget 1 %. What is well between two bad ones is one step, as it adds up to the same. */
function detected(random: Random, rate: number, falseAlarmEvery: number) {
  let sums: Sums = [];
  let [all, seen] = [0, 0];
  while (lnDetected(sums) < Math.log(falseAlarmEvery)) {
    const step = gap(random, rate);
    if (step > 1) sums = stepped(sums, overTerms(0, step - 1, 0.01));
    sums = stepped(sums, overTerms(1, 1, 0.01));
    all += step;
    seen += 1;
  }
  return { all, seen };
}
