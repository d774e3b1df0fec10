import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { marks, populations, type StreamEvidence } from "../account/index.ts";
import { sampleRandom } from "../stats/sample.ts";
import type { GateResult } from "./gate.ts";
import { createFastLane } from "./fast-lane.ts";
import { sampleCounts, sampleEvidence, sampleGates, sampleJudged, sampleSlot, sampleStream } from "./gates/sample.ts";
import { groupsOf } from "./groups.ts";
import { judge } from "./judge.ts";

/** Also what cannot be: less than none, halves, more bad than all, nothing that is a number. */
const anyCount = fc.oneof(
  fc.nat(100),
  fc.nat(1_000_000),
  fc.constantFrom(0, 0, 0, 1, 2 ** 53, 1e300, -1, 0.5, Number.NaN, Infinity, -Infinity),
);
const anyCounts = fc.array(anyCount, { minLength: 0, maxLength: marks.length + 2 });

const anyEvidence: fc.Arbitrary<StreamEvidence> = fc.record({
  stream: fc.record({
    scope: fc.constant("r.1"),
    route: fc.constantFrom("a", "b"),
    population: fc.constantFrom(...populations),
    legacyVersion: fc.constantFrom("", "1"),
    candidateVersion: fc.constantFrom("", "1", "2"),
    rules: fc.constantFrom("aa", "bb"),
  }),
  firstSeen: fc.oneof(fc.nat(), fc.constantFrom(0, Date.parse("2026-01-02T12:00:00.000Z"), 8e15)),
  slots: fc.array(
    fc.record({
      slot: fc.oneof(fc.constant(sampleSlot), fc.integer({ min: sampleSlot - 300, max: sampleSlot + 300 })),
      raw: anyCounts,
      cells: anyCounts,
    }),
    { maxLength: 4 },
  ),
  sketches: fc.record({
    legacy: fc.array(fc.tuple(fc.integer({ min: -400, max: 2_000 }), anyCount), { maxLength: 3 }),
  }),
  shoppers: fc.record({ count: anyCount, atLeast: fc.boolean() }),
});

const everything = Object.values(sampleGates);
const baseline = {
  from: "",
  to: "",
  items: 1,
  errorRate: 0,
  p50Ms: 1,
  p95Ms: 1,
  p99Ms: 1,
  perSecond: 1,
  cells: 500,
  failedCells: 2,
};

const numbersOf = (value: unknown): readonly number[] =>
  typeof value === "number"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(numbersOf)
      : [];

describe("whatever is counted", () => {
  it("no gate throws, and every figure is a number", () => {
    fc.assert(
      fc.property(
        fc.array(anyEvidence, { maxLength: 6 }),
        fc.constantFrom({ serve: 0, compare: 90 }, { serve: 5 }, { serve: 100 }),
        fc.constantFrom(0, 600_000, 8e14),
        (evidence, phase, runningMs) => {
          const judged = sampleJudged(everything, { evidence, phase, runningMs, rollout: { baseline } });
          const checkpoint = judge(judged);
          expect(checkpoint.gates.length).toBeGreaterThan(4);
          expect(
            numbersOf([checkpoint.metrics, checkpoint.gates.map(({ figures }) => figures)]).filter(
              (n) => !Number.isFinite(n),
            ),
          ).toEqual([]);
          expect(checkpoint.gates.flatMap(({ missing }) => (missing === null || missing > 0 ? [] : [missing]))).toEqual(
            [],
          );
          expect(() => groupsOf({ ...judged, results: checkpoint.gates })).not.toThrow();
        },
      ),
      { numRuns: 300 },
    );
  });

  it("the fast lane does not throw, nor trip by what is no number", () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyCounts, { maxLength: 4 }), { maxLength: 4 }), (batches) => {
        const watch = createFastLane({ lane: { falseAlarmEvery: 1_000, budget: 0.01 }, baseline });
        for (const batch of batches) {
          const trip = watch.step(
            batch.map((cells) => ({ stream: sampleStream(), slot: 1, raw: cells, cells })),
            "leader",
          );
          if (trip !== null) expect(numbersOf(trip.figures).every(Number.isFinite)).toBe(true);
        }
      }),
    );
  });

  it("nothing passes for want of data: with less of it than proves anything, of anything, no gate on evidence says PASS", () => {
    // Four streams of these have fewer than the 74 that a budget of 5 % takes.
    const few = fc.nat(18);
    const little = fc.array(
      fc.record({ population: fc.constantFrom(...populations), item: few, twinned: few, timed: few }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(little, (streams) => {
        const evidence = streams.map(({ population, ...cells }) => sampleEvidence({ population }, cells));
        for (const phase of [{ serve: 0, compare: 90 }, { serve: 5 }]) {
          const judged = sampleJudged(everything, { evidence, phase, rollout: { baseline } });
          const hasData = (population: string): boolean =>
            streams.some((one) => one.population === population && one.item > 0);
          // A limit is on what there is, be it little; on nothing there is none.
          const limited: Readonly<Record<string, boolean>> = {
            divergenceCount: hasData("pairs"),
            serverErrors: hasData("served-candidate") || hasData("served-legacy"),
            alerts: true,
          };
          const passed = judge(judged).gates.filter(({ verdict }) => verdict === "PASS");
          expect(passed.filter(({ type }) => limited[type] !== true)).toEqual([]);
        }
      }),
    );
  });
});

/** As many bad of as many as came, slot by slot, judged at each hour of a day. */
function day(seed: number, rate: number, perSlot: number): readonly GateResult["verdict"][] {
  const random = sampleRandom(seed);
  const gate = sampleGates.divergence;
  const slots = Array.from({ length: 144 }, (_, n) => {
    const bad = Array.from({ length: perSlot }, random).filter((x) => x < rate).length;
    const cells = sampleCounts({ item: perSlot, major: bad });
    return { slot: sampleSlot - 143 + n, cells, raw: cells };
  });
  return Array.from({ length: 24 }, (_, hour) => {
    const seen = slots.slice(0, 6 * (hour + 1));
    const nowMs = ((seen.at(-1)?.slot ?? 0) + 0.99) * 600_000;
    return judge(sampleJudged([gate], { evidence: [sampleEvidence({}, {}, { slots: seen })], nowMs })).status;
  });
}

/** EVIDENCE 6.3: a budget of 0.1 %, 20,000 pairs in a day, looked at each hour. */
describe("in a day of 20,000 pairs under a budget of 0.1 %, of 30 days", () => {
  const days = (rate: number) => Array.from({ length: 30 }, (_, seed) => day(seed, rate, 139));

  it("no candidate at half the budget fails, most that are well below pass, and none passes at the budget", () => {
    expect(days(0.0005).flat()).not.toContain("FAIL");
    expect(days(0.0002).filter((verdicts) => verdicts.at(-1) === "PASS").length).toBeGreaterThan(20);
    expect(
      days(0.001)
        .flat()
        .filter((verdict) => verdict === "PASS").length,
    ).toBeLessThan(10);
  });

  it("every candidate at five times the budget fails", () => {
    expect(days(0.005).filter((verdicts) => !verdicts.includes("FAIL"))).toEqual([]);
  });
});
