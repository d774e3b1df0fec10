import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lnCohort, lnE1, lnE2, lnE3, lnE4, lnShareOff } from "./e-values.ts";
import { neededBelow, neededNoWorse } from "./needed.ts";
import { sampleRandom } from "./sample.ts";

/** A mean of e-values over everything that may come next, against the one before. */
const expected = (now: number, next: readonly (readonly [chance: number, lnE: number])[]): number =>
  next.reduce((sum, [chance, lnE]) => sum + chance * Math.exp(lnE - now), 0);

describe("under the null an e-value is expected to stay as it is, so that no look can be bought with another:", () => {
  const some = fc.nat(200);
  const rate = fc.constantFrom(0.5, 0.1, 0.01, 0.001);

  it("of discordant pairs", () => {
    fc.assert(
      fc.property(some, some, fc.constantFrom(0.5, 0.1, 0.9), (b, c, share) => {
        const next = [[share, lnE1(b + 1, c, share)] as const, [1 - share, lnE1(b, c + 1, share)] as const];
        expect(expected(lnE1(b, c, share), next)).toBeCloseTo(1, 9);
      }),
    );
  });

  it.each([
    ["of what is bad in either cohort", lnCohort],
    ["of who is in either cohort", lnShareOff],
  ])("%s", (_, lnE) => {
    fc.assert(
      fc.property(some, some, fc.constantFrom(0.001, 0.05, 0.4, 0.9), (ours, theirs, share) => {
        const next = [
          [share, lnE(ours + 1, theirs, share)] as const,
          [1 - share, lnE(ours, theirs + 1, share)] as const,
        ];
        expect(expected(lnE(ours, theirs, share), next)).toBeCloseTo(1, 9);
      }),
    );
  });

  it.each([
    ["over budget", lnE2],
    ["below budget", lnE3],
  ])("%s", (_, lnE) => {
    fc.assert(
      fc.property(some, some, rate, (bad, good, budget) => {
        const all = bad + good;
        const next = [
          [budget, lnE(bad + 1, all + 1, budget)] as const,
          [1 - budget, lnE(bad, all + 1, budget)] as const,
        ];
        expect(expected(lnE(bad, all, budget), next)).toBeCloseTo(1, 9);
      }),
    );
  });

  it("of pairs that are worse by the margin", () => {
    fc.assert(
      fc.property(
        some,
        some,
        some,
        fc.constantFrom(0.001, 0.01, 0.1),
        fc.double({ min: 0, max: 0.4, noNaN: true }),
        (ours, theirs, rest, margin, noise) => {
          const all = ours + theirs + rest;
          const next = [
            [noise + margin, lnE4({ ours: ours + 1, theirs, all: all + 1 }, margin)] as const,
            [noise, lnE4({ ours, theirs: theirs + 1, all: all + 1 }, margin)] as const,
            [1 - 2 * noise - margin, lnE4({ ours, theirs, all: all + 1 }, margin)] as const,
          ];
          expect(expected(lnE4({ ours, theirs, all }, margin), next)).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it("of a cohort that is worse by the margin", () => {
    fc.assert(
      fc.property(
        some,
        some,
        some,
        fc.constantFrom(0.01, 0.3, 0.9),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (ours, theirs, rest, share, noise) => {
          const margin = 0.05;
          const all = ours + theirs + rest;
          const chances = [share * (noise + margin), (1 - share) * noise] as const;
          const next = [
            [chances[0], lnE4({ ours: ours + 1, theirs, all: all + 1 }, margin, share)] as const,
            [chances[1], lnE4({ ours, theirs: theirs + 1, all: all + 1 }, margin, share)] as const,
            [1 - chances[0] - chances[1], lnE4({ ours, theirs, all: all + 1 }, margin, share)] as const,
          ];
          expect(expected(lnE4({ ours, theirs, all }, margin, share), next)).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});

/** EVIDENCE 6.3. */
describe("the published tables", () => {
  it.each([
    [0.05, [6, 9, 12, 18, 27, 43, 86]],
    [0.01, [9, 12, 15, 22, 32, 48, 93]],
    [0.001, [13, 16, 19, 27, 37, 55, 101]],
    [0.0001, [16, 20, 23, 31, 42, 61, 108]],
  ])("say how many failures of the candidate alone fail at alpha %d", (alpha, row) => {
    const least = [0, 1, 2, 5, 10, 20, 50].map((c) => {
      let b = 0;
      while (lnE1(b, c) < Math.log(1 / alpha)) b += 1;
      return b;
    });
    expect(least).toEqual(row);
  });

  it.each([
    [0.05, [74, 132, 212, 440]],
    [0.01, [376, 670, 1_074, 2_224]],
    [0.005, [754, 1_343, 2_151, 4_453]],
    [0.001, [3_778, 6_726, 10_766, 22_288]],
    [0.0005, [7_557, 13_454, 21_536, 44_581]],
    [0.0001, [37_791, 67_282, 107_692, 222_928]],
  ])("say how many pairs prove a rate below %d", (budget, row) => {
    expect([0, 1, 3, 10].map((bad) => neededBelow(bad, budget))).toEqual(row);
  });

  it.each([
    [0.05, 3, 66, 9],
    [0.01, 3, 370, 11],
    [0.01, 5, 123, 6],
    [0.001, 10, 366, 3],
  ])("say how soon a rate over %d by %d times is found", (budget, times, pairs, bad) => {
    const random = sampleRandom(7);
    const runs = Array.from({ length: 400 }, () => {
      let [all, found] = [0, 0];
      do {
        all += 1;
        if (random() < budget * times) found += 1;
      } while (lnE2(found, all, budget) < Math.log(100));
      return { all, found };
    });
    const median = (of: "all" | "found") => runs.map((run) => run[of]).toSorted((a, b) => a - b)[200] ?? 0;
    // The median of 400 such runs is off by a tenth or so.
    expect(Math.abs(median("all") / pairs - 1)).toBeLessThan(0.2);
    // Of as many as the median has, on average: what ends by a bad one has a few more.
    expect(Math.abs(median("found") - bad)).toBeLessThanOrEqual(2);
  });
});

/** How many of 400 runs ever come to say what is not so, looked at after every draw. */
function inTheWrong(draws: number, start: () => (random: () => number) => boolean): number {
  const random = sampleRandom(11);
  return Array.from({ length: 400 }, () => {
    const look = start();
    for (let n = 0; n < draws; n += 1) if (look(random)) return 1;
    return 0;
  }).reduce<number>((sum, one) => sum + one, 0);
}

const ln20 = Math.log(20);
/** Of 400 at 5 %, with three standard deviations. */
const atMost = 400 * 0.05 + 3 * Math.sqrt(400 * 0.05 * 0.95);

describe("of 400 runs right at the limit, looked at after every draw, no more than 5 % end in the wrong", () => {
  const pairs = () => {
    let [b, c] = [0, 0];
    return (random: () => number) => {
      if (random() < 0.5) b += 1;
      else c += 1;
      return { b, c };
    };
  };

  it("by discordant pairs, where the usual z test does in a fourth and more", () => {
    const honest = () => {
      const draw = pairs();
      return (random: () => number) => {
        const { b, c } = draw(random);
        return lnE1(b, c) >= ln20;
      };
    };
    const usual = () => {
      const draw = pairs();
      return (random: () => number) => {
        const { b, c } = draw(random);
        return (b - c) / Math.sqrt(b + c) > 1.645;
      };
    };
    expect(inTheWrong(1_000, honest)).toBeLessThanOrEqual(atMost);
    expect(inTheWrong(1_000, usual)).toBeGreaterThan(100);
  });

  it.each([
    ["over budget", lnE2],
    ["below budget", lnE3],
  ])("%s", (_, lnE) => {
    const start = () => {
      let [bad, all] = [0, 0];
      return (random: () => number) => {
        all += 1;
        if (random() < 0.05) bad += 1;
        return lnE(bad, all, 0.05) >= ln20;
      };
    };
    expect(inTheWrong(1_000, start)).toBeLessThanOrEqual(atMost);
  });

  it.each([
    ["by pairs", null],
    ["by a cohort of a fifth", 0.2],
  ])("no worse by a margin, %s", (_, share) => {
    const margin = 0.05;
    const start = () => {
      let [ours, theirs, all] = [0, 0, 0];
      return (random: () => number) => {
        all += 1;
        const [worse, better] = share === null ? [0.15, 0.1] : [share * 0.15, (1 - share) * 0.1];
        const drawn = random();
        if (drawn < worse) ours += 1;
        else if (drawn < worse + better) theirs += 1;
        return lnE4({ ours, theirs, all }, margin, share) >= ln20;
      };
    };
    expect(inTheWrong(1_000, start)).toBeLessThanOrEqual(atMost);
  });
});

describe("evidence", () => {
  it("is none without anything to go by, and of what never happened", () => {
    expect([lnE1(0, 0), lnE2(0, 0, 0.01), lnE3(0, 0, 0.01), lnE4({ ours: 0, theirs: 0, all: 0 }, 0.01)]).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it("of being below a budget is that of being no worse than nothing by it, but for what looks at small excesses", () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(10_000), fc.constantFrom(0.1, 0.01, 0.001), (bad, good, budget) => {
        const all = bad + good;
        const [few, more] = [lnE3(bad, all, budget), lnE4({ ours: bad, theirs: 0, all }, budget)];
        // A mean of nine terms of which five are those of the other.
        expect(more).toBeGreaterThanOrEqual(few + Math.log(5 / 9) - 1e-9);
      }),
    );
  });

  it("finds a small cohort that is twice as bad, which fair pairs of one in twenty would not", () => {
    expect(lnCohort(40, 400, 0.05)).toBeGreaterThan(ln20);
    expect(lnE1(40, 400, 0.05)).toBeLessThan(0);
  });

  it("shows two noisy sides to be alike, which a budget of their noise's size never would", () => {
    const all = 100_000;
    expect(lnE4({ ours: 10_000, theirs: 10_000, all }, 0.01)).toBeGreaterThan(ln20);
    expect(lnE3(10_000, all, 0.01)).toBeLessThan(0);
  });

  it("that needs more and more never comes where no number would do", () => {
    expect(neededNoWorse({ ours: 0, theirs: 0, all: 0 }, 0)).toBeNull();
    expect(neededBelow(0, 0)).toBeNull();
    expect(neededNoWorse({ ours: 3, theirs: 1, all: 0 }, 0.01)).toBeGreaterThan(376);
  });
});
