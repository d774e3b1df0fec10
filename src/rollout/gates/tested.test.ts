import { describe, expect, it } from "vitest";
import { stateOf } from "../../flags/sample.ts";
import type { GateResult } from "../gate.ts";
import { judge } from "../judge.ts";
import {
  sampleEvidence,
  sampleGates,
  sampleJudged,
  samplePhase,
  sampleSlot,
  type SampleCounts,
  type SampleJudged,
} from "./sample.ts";

type Type = keyof typeof sampleGates;

function judged(type: Type, changed: SampleJudged = {}): GateResult {
  const [result] = judge(sampleJudged([sampleGates[type]], changed)).gates;
  if (result === undefined) throw new Error(`${type} is not asked`);
  return result;
}

const pairs = (cells: SampleCounts) => ({ evidence: [sampleEvidence({}, cells)] });

/** Legacy, all of it compared but for a tenth. */
const shadowed = { phase: { serve: 0, compare: 90 } };

function cohorts(candidate: SampleCounts, legacy: SampleCounts): SampleJudged {
  const [one, two] = ["served-candidate", "served-legacy"] as const;
  return { evidence: [sampleEvidence({ population: one }, candidate), sampleEvidence({ population: two }, legacy)] };
}

function heldOut(compared: SampleCounts, rest: SampleCounts): SampleJudged {
  return { ...shadowed, evidence: [sampleEvidence({}, compared), sampleEvidence({ population: "held-out" }, rest)] };
}

const baseline = {
  from: "",
  to: "",
  items: 9,
  errorRate: 0,
  p50Ms: 1,
  p95Ms: 1,
  p99Ms: 1,
  perSecond: 1,
  cells: 10_000,
  failedCells: 50,
};
const served = (cells: SampleCounts): SampleJudged => ({
  evidence: [sampleEvidence({ population: "served-candidate" }, cells)],
});
const legacyAnswers = (cells: SampleCounts): SampleJudged => ({
  ...shadowed,
  rollout: { baseline },
  evidence: [sampleEvidence({ population: "served-legacy" }, cells)],
});

const slower = (slow: number): SampleJudged => ({
  ...legacyAnswers({ item: 10_000, slow }),
  rollout: { baseline, limits: { lateMs: 100, slowMs: baseline.p95Ms, overMs: null } },
});

describe("a gate that is put to a test", () => {
  it.each<readonly [string, Type, SampleJudged, GateResult["verdict"]]>([
    ["a candidate alone failing", "errorRate", pairs({ item: 20_000, "candidate-failed": 100 }), "FAIL"],
    [
      "more failing than legacy, within the budget",
      "errorRate",
      pairs({ item: 100_000, "candidate-failed": 60, "legacy-failed": 2 }),
      "FAIL",
    ],
    [
      "as much failing as legacy, within the budget",
      "errorRate",
      pairs({ item: 100_000, "candidate-failed": 40, "legacy-failed": 40 }),
      "PASS",
    ],
    ["nothing failing, of enough", "errorRate", pairs({ item: 3_778 }), "PASS"],
    ["nothing failing, of one too few", "errorRate", pairs({ item: 3_777 }), "INCONCLUSIVE"],
    ["one failing of few", "errorRate", pairs({ item: 900, "candidate-failed": 1 }), "WARN"],
    ["gravely different ones", "divergence", pairs({ item: 1_000, minor: 50, major: 40 }), "FAIL"],
    ["slightly different ones", "divergence", pairs({ item: 4_000, minor: 400 }), "PASS"],
    ["a tenth that is late", "addedLatency", pairs({ item: 2_000, timed: 1_000, late: 100 }), "FAIL"],
    ["a hundredth that is late", "addedLatency", pairs({ item: 2_000, timed: 1_000, late: 10 }), "PASS"],
    ["a fifth that takes too long", "latency", served({ item: 1_000, over: 200 }), "FAIL"],
    ["a hundredth that takes too long", "latency", served({ item: 1_000, over: 10 }), "PASS"],
    ["nobody served", "latency", served({}), "INCONCLUSIVE"],
    [
      "answers that were held against another limit",
      "latency",
      { ...served({ item: 900 }), rollout: { limits: { lateMs: null, slowMs: null, overMs: 50 } } },
      "ERROR",
    ],
    ["none that was timed", "addedLatency", pairs({ item: 2_000 }), "INCONCLUSIVE"],
    [
      "a candidate alone slow",
      "candidateLatency",
      pairs({ item: 5_000, "candidate-slow": 400, "legacy-slow": 200 }),
      "FAIL",
    ],
    [
      "both slow alike",
      "candidateLatency",
      pairs({ item: 50_000, "candidate-slow": 1_000, "legacy-slow": 1_000 }),
      "PASS",
    ],
    [
      "a candidate that differs where the twin does not",
      "determinism",
      pairs({ item: 9_000, twinned: 900, "candidate-only": 30 }),
      "FAIL",
    ],
    [
      "a candidate that differs as the twin does",
      "determinism",
      pairs({ item: 9_000, twinned: 90_000, "candidate-only": 2_000, "twin-only": 2_000 }),
      "PASS",
    ],
    ["no twin", "determinism", pairs({ item: 9_000 }), "INCONCLUSIVE"],
    [
      "legacy failing where it is compared",
      "observerEffect",
      heldOut({ item: 9_000, failed: 200 }, { item: 1_000 }),
      "FAIL",
    ],
    [
      "legacy slow where it is compared",
      "observerEffect",
      heldOut({ item: 9_000, slow: 900 }, { item: 1_000, slow: 10 }),
      "FAIL",
    ],
    [
      "legacy alike, compared or not",
      "observerEffect",
      heldOut({ item: 90_000, failed: 90, slow: 4_500 }, { item: 10_000, failed: 10, slow: 500 }),
      "PASS",
    ],
    ["nothing held out", "observerEffect", heldOut({ item: 90_000 }, {}), "INCONCLUSIVE"],
    [
      "shoppers of the candidate faring worse",
      "cohorts",
      cohorts({ item: 5_000, failed: 100 }, { item: 95_000, failed: 100 }),
      "FAIL",
    ],
    ["shoppers faring alike", "cohorts", cohorts({ item: 5_000, failed: 5 }, { item: 95_000, failed: 100 }), "PASS"],
    ["nobody served by the candidate", "cohorts", cohorts({}, { item: 95_000 }), "INCONCLUSIVE"],
    ["legacy worse than it was", "baseline", legacyAnswers({ item: 10_000, failed: 200 }), "FAIL"],
    ["legacy as it was", "baseline", legacyAnswers({ item: 20_000, failed: 100 }), "PASS"],
    ["legacy slower than it was", "baseline", slower(2_000), "FAIL"],
    ["legacy a little slower than it was", "baseline", slower(800), "PASS"],
    [
      "legacy without a past",
      "baseline",
      { ...legacyAnswers({ item: 9_000 }), rollout: { baseline: null } },
      "INCONCLUSIVE",
    ],
    [
      "a limit that was never fixed",
      "candidateLatency",
      { ...pairs({ item: 9_000 }), rollout: { limits: { lateMs: null, slowMs: null, overMs: null } } },
      "INCONCLUSIVE",
    ],
    [
      "items that were held against another limit",
      "addedLatency",
      { ...pairs({ item: 9_000 }), rollout: { limits: { lateMs: 50, slowMs: null, overMs: null } } },
      "ERROR",
    ],
    ["more bad than there are", "errorRate", pairs({ item: 5, "candidate-failed": 6 }), "ERROR"],
  ])("says of %s (%s)", (_, type, changed, verdict) => {
    expect(judged(type, changed).verdict).toBe(verdict);
  });

  it("says how many more it takes, how long that takes, and by which figures", () => {
    const result = judged("errorRate", pairs({ item: 1_889 }));
    expect(result).toMatchObject({
      verdict: "INCONCLUSIVE",
      missing: 1_889,
      figures: { K: 0, N: 1_889, b: 0, c: 0, budget: 0.001 },
    });
    expect(result.text).toContain("1,889 more cells without another bad one would show it, 24 h at this rate");
    expect(judged("errorRate").missing).toBe(3_778);
  });

  it("finds what a long good time hides in the last 60 min", () => {
    const good = sampleEvidence({}, { item: 20_000, "candidate-failed": 1 }).slots[0];
    const bad = sampleEvidence({}, { item: 500, "candidate-failed": 15 }).slots[0];
    if (good === undefined || bad === undefined) throw new Error("No sample");
    const past = Array.from({ length: 100 }, (_, n) => ({ ...good, slot: sampleSlot - 143 + n }));
    const result = judged("errorRate", { evidence: [sampleEvidence({}, {}, { slots: [...past, bad] })] });
    expect(result).toMatchObject({ verdict: "FAIL", figures: { K: 115, N: 2_000_500 } });
    expect(result.text).toContain(
      "15 of 500 cells with a failure of the candidate alone (3 %), budget 0.1 %, in the last 60 min",
    );
    expect(judged("errorRate", { evidence: [sampleEvidence({}, {}, { slots: past })] }).verdict).toBe("PASS");
  });

  it("finds what one route does among others, and asks for more the more there are", () => {
    const routes = (count: number) =>
      Array.from({ length: count }, (_, n) => sampleEvidence({ route: `r${n}` }, { item: 100_000 }));
    const broken = sampleEvidence({ route: "broken" }, { item: 400, "candidate-failed": 10 });
    const result = judged("errorRate", { evidence: [...routes(3), broken] });
    expect(result).toMatchObject({ verdict: "FAIL" });
    expect(result.text).toContain("on route broken");
    const needed = (count: number, phases = 1) => {
      const plan = { phases: Array.from({ length: phases }, () => samplePhase()) };
      return judged("errorRate", { evidence: routes(count), plan }).figures["lnENeeded"] ?? 0;
    };
    // Two questions, in the phase and in its windows; two routes and both together; as many phases as the plan has.
    expect(needed(1)).toBeCloseTo(Math.log(4_000), 9);
    expect(needed(2)).toBeCloseTo(Math.log(12_000), 9);
    expect(needed(1, 5)).toBeCloseTo(Math.log(20_000), 9);
  });

  it("lets pass what is certain and too small to matter", () => {
    const trifle = { item: 10_000_000, "candidate-failed": 1_500, "legacy-failed": 500 };
    expect(judged("errorRate", pairs(trifle))).toMatchObject({ verdict: "PASS", figures: { effect: 0.0001 } });
  });

  it("counts cells, and shows items beside them", () => {
    const [slot] = sampleEvidence({}, { item: 100, major: 5 }).slots;
    const raw = sampleEvidence({}, { item: 5_000, major: 250 }).slots[0]?.raw ?? [];
    if (slot === undefined) throw new Error("No sample");
    const evidence = [sampleEvidence({}, {}, { slots: [{ ...slot, raw }] })];
    const figures = { K: 5, N: 100, itemsK: 250, itemsN: 5_000 };
    expect(judged("divergence", { evidence })).toMatchObject({ figures });
  });
});

describe("cohorts", () => {
  const alike = cohorts({ item: 5_000 }, { item: 95_000 });
  const shoppers = (candidate: number, legacy: number, atLeast = false): SampleJudged => ({
    evidence: (alike.evidence ?? []).map((one, index) => ({
      ...one,
      shoppers: { count: index === 0 ? candidate : legacy, atLeast },
    })),
  });

  it.each([
    ["as many as the share says", 500, 9_500, "PASS"],
    ["many more than the share says", 800, 9_200, "WARN"],
    ["many fewer than the share says", 250, 9_750, "WARN"],
    ["a few that may be by chance", 6, 94, "PASS"],
  ])("of %s (%d and %d)", (_, candidate, legacy, verdict) => {
    const surroundings = { flags: stateOf([{ key: "FLAG", percent: 5 }]) };
    expect(judged("cohorts", { ...shoppers(candidate, legacy), surroundings }).verdict).toBe(verdict);
  });
});
