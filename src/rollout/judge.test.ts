import { describe, expect, it } from "vitest";
import { bucketOf } from "../stats/index.ts";
import { stateOf } from "../flags/sample.ts";
import type { Gate, GateResult } from "./gate.ts";
import { sampleEvidence, sampleGates, sampleJudged, type SampleCounts, type SampleJudged } from "./gates/sample.ts";
import { failuresAfter, holding, judge } from "./judge.ts";

const results = (gates: readonly Gate[], changed: SampleJudged = {}): readonly GateResult[] =>
  judge(sampleJudged(gates, changed)).gates;
const verdicts = (gates: readonly Gate[], changed: SampleJudged = {}) =>
  results(gates, changed).map(({ verdict }) => verdict);

const until = (at: string) => ({ by: "eva", at: "", why: "list phase", until: at });
const acknowledged = [{ gate: "drift", ...until("2026-01-03T00:00:00.000Z") }];
const lapsed = [{ gate: "drift", ...until("2026-01-02T12:00:00.000Z") }];

const members = Array.from({ length: 12 }, (_, n) => `s${n}`);
const drifted: SampleJudged = {
  surroundings: { flags: stateOf([{ key: "FLAG", enabled: true, percent: 1, forceOn: members }]), decidedAlike: true },
  expectedFlags: [{ key: "FLAG", fields: { enabled: true, percent: 0, allowlist: null } }],
};

const answers = (all: number, failed: number) => ({
  evidence: [sampleEvidence({ population: "served-legacy" }, { item: all, failed })],
});

describe("a checkpoint", () => {
  it("is of the shape that others rely on", () => {
    const checkpoint = judge(
      sampleJudged([sampleGates.configDrift, sampleGates.bucketDeterminism], {
        ...drifted,
        ...answers(400, 0),
        rollout: { acknowledged },
      }),
    );
    expect(checkpoint).toMatchObject({
      name: "now",
      at: "2026-01-02T12:05:00.000Z",
      rollout: "r",
      flag: "FLAG",
      phase: "p5",
      scope: "r.1",
      config: { enabled: true, rollout: 1, allowlist_count: 12 },
      metrics: { "5xx_rate": 0 },
      determinism: "PASS",
      status: "WARN",
      alerts: [{ type: "CONFIG_DRIFT", severity: "WARN", message: "rollout=1%, expected=0%", expected: true }],
    });
    expect(holding(checkpoint.gates)).toEqual([]);
  });

  it("shows what is expected until somebody says, and only where it warns", () => {
    const gates = [sampleGates.configDrift];
    expect(results(gates, drifted)).toMatchObject([{ verdict: "WARN", expected: false }]);
    expect(results(gates, { ...drifted, rollout: { acknowledged: lapsed } })).toMatchObject([{ expected: false }]);
    const failing = [{ ...sampleGates.configDrift, onFail: "rollback" } as const];
    expect(results(failing, { ...drifted, rollout: { acknowledged } })).toMatchObject([
      { verdict: "FAIL", expected: false },
    ]);
  });

  it("has the gravest as its status, and hides no failure behind an error", () => {
    const status = (changed: SampleJudged) =>
      judge(sampleJudged([sampleGates.metric, sampleGates.bucketDeterminism, sampleGates.alerts], changed)).status;
    const measured = (kind: "none" | "error") => new Map([["acceptance", { kind, why: "" }]]);
    expect(status({ surroundings: { decidedAlike: false }, measured: measured("error") })).toBe("FAIL");
    expect(status({ surroundings: { decidedAlike: true }, measured: measured("error") })).toBe("ERROR");
    expect(status({ surroundings: { decidedAlike: true }, measured: measured("none") })).toBe("INCONCLUSIVE");
    const value = new Map([["acceptance", { kind: "value", value: 0.5 } as const]]);
    expect(status({ surroundings: { decidedAlike: true }, measured: value })).toBe("INCONCLUSIVE");
    expect(status({ surroundings: { decidedAlike: true }, measured: value, ...answers(9, 0) })).toBe("INCONCLUSIVE");
    const evidence = [sampleEvidence({ population: "served-candidate" }, { item: 1 })];
    expect(status({ surroundings: { decidedAlike: true }, measured: value, evidence })).toBe("PASS");
    expect(
      status({
        surroundings: { decidedAlike: true },
        measured: new Map([["acceptance", { kind: "value", value: 0.3 }]]),
      }),
    ).toBe("WARN");
  });

  it("never does more than warn where a gate is only to warn", () => {
    const gates = [{ ...sampleGates.bucketDeterminism, onFail: "warn" } as const];
    expect(verdicts(gates, { surroundings: { decidedAlike: false } })).toEqual(["WARN"]);
  });

  it("has figures of what is known, and of nothing else", () => {
    const sketches = { candidate: [[bucketOf(50), 10]], added: [[bucketOf(8), 10]] } as const;
    const evidence = [
      sampleEvidence({}, { item: 1_000, minor: 20, critical: 10, "candidate-failed": 5 }, { sketches }),
    ];
    const measured = new Map([["acceptance", { kind: "value", value: 0.5 } as const]]);
    const { metrics } = judge(sampleJudged([sampleGates.metric], { evidence, measured }));
    expect(metrics).toMatchObject({
      pairs: 1_000,
      candidate_failed_rate: 0.005,
      divergence_rate: 0.02,
      critical_divergence_rate: 0.01,
      acceptance: 0.5,
    });
    expect(metrics["candidate_p95_ms"]).toBeCloseTo(50, 0);
    expect(metrics["added_p95_ms"]).toBeCloseTo(8, 0);
    expect(Object.keys(metrics)).not.toContain("5xx_rate");
    expect(Object.keys(metrics)).not.toContain("legacy_p95_ms");
  });

  it("is of what instances decide where no gate asks how determined anything is", () => {
    const of = (decidedAlike: boolean | null) =>
      judge(sampleJudged([], { surroundings: { decidedAlike } })).determinism;
    expect([of(true), of(false), of(null)]).toEqual(["PASS", "FAIL", "INCONCLUSIVE"]);
  });
});

describe("a limit", () => {
  const gates = [sampleGates.serverErrors];

  it("fails with the second checkpoint in a row over it", () => {
    const over = answers(1_000, 20);
    const [first] = results(gates, over);
    expect(first).toMatchObject({ verdict: "WARN", figures: { K: 20, N: 1_000, inARow: 1 } });
    const after = failuresAfter({}, results(gates, over));
    expect(after).toEqual({ "5xx": 1 });
    expect(results(gates, { ...over, failuresInARow: after })).toMatchObject([
      { verdict: "FAIL", figures: { inARow: 2 } },
    ]);
  });

  it("of the candidate's answers looks at no others, and puts up with none where it says so", () => {
    const gates = [{ ...sampleGates.serverErrors, side: "candidate" as const, max: 0, consecutive: 1 }];
    const of = (candidate: SampleCounts, legacy: SampleCounts) =>
      results(gates, {
        evidence: [
          sampleEvidence({ population: "served-candidate" }, candidate),
          sampleEvidence({ population: "served-legacy" }, legacy),
        ],
      })[0]?.verdict;
    expect(of({ item: 10 }, { item: 900, failed: 90 })).toBe("PASS");
    expect(of({ item: 10, failed: 1 }, { item: 900 })).toBe("FAIL");
    expect(of({}, { item: 900, failed: 90 })).toBe("INCONCLUSIVE");
    expect(of({ item: 10, failed: 11 }, { item: 900 })).toBe("ERROR");
  });

  it("fails no second time in a window that it has failed in", () => {
    const again = { ...answers(1_000, 20), failuresInARow: { "5xx": 1 }, overlapping: new Set(["5xx"]) };
    expect(results(gates, again)).toMatchObject([{ verdict: "WARN", figures: { inARow: 1 } }]);
    expect(failuresAfter({ "5xx": 1 }, results(gates, again))).toEqual({ "5xx": 1 });
  });

  it("counts anew after a pass, and neither counts nor forgets without data", () => {
    const before = { "5xx": 1, other: 3 };
    expect(failuresAfter(before, results(gates, answers(1_000, 0)))).toEqual({ other: 3 });
    expect(failuresAfter(before, results(gates))).toEqual(before);
    expect(verdicts(gates)).toEqual(["INCONCLUSIVE"]);
  });

  it("is not broken by what chance brings where half as many fail, but by what it does not", () => {
    expect(results(gates, answers(450, 5))).toMatchObject([{ verdict: "WARN" }]);
    expect(failuresAfter({}, results(gates, answers(450, 5)))).toEqual({});
    expect(failuresAfter({}, results(gates, answers(450, 12)))).toEqual({ "5xx": 1 });
    expect(failuresAfter({}, results(gates, answers(100_000, 1_100)))).toEqual({ "5xx": 1 });
  });

  it("is not broken by a few of few, but by many of few", () => {
    expect(results(gates, answers(20, 1))).toMatchObject([{ verdict: "WARN" }]);
    expect(failuresAfter({}, results(gates, answers(20, 1)))).toEqual({});
    expect(failuresAfter({}, results(gates, answers(20, 20)))).toEqual({ "5xx": 1 });
  });

  it("is broken by a candidate that fails among many more answers of legacy, and not by a few of its few", () => {
    const candidate = (item: number, failed: number) => ({
      evidence: [...answers(100_000, 0).evidence, sampleEvidence({ population: "served-candidate" }, { item, failed })],
    });
    expect(results(gates, candidate(1_000, 400))).toMatchObject([
      {
        verdict: "WARN",
        text: expect.stringContaining("400 of 1,000 answers of the candidate"),
        figures: { inARow: 1 },
      },
    ]);
    expect(verdicts(gates, candidate(30, 1))).toEqual(["PASS"]);
  });

  it("is of whoever answered, in the last while", () => {
    const candidate = sampleEvidence({ population: "served-candidate" }, { item: 500, failed: 50 });
    const evidence = [...answers(500, 0).evidence, candidate];
    expect(results(gates, { evidence })).toMatchObject([{ figures: { K: 50, N: 1_000 } }]);
    const old = evidence.map((one) => ({
      ...one,
      slots: one.slots.map((slot) => ({ ...slot, slot: slot.slot - 100 })),
    }));
    expect(verdicts(gates, { evidence: [...old, ...answers(500, 0).evidence] })).toEqual(["PASS"]);
  });

  it.each([
    ["coverage", 0.995, "PASS"],
    ["coverage", 0.9, "WARN"],
    ["coverage", null, "INCONCLUSIVE"],
    ["sensitivity", 1, "PASS"],
    ["sensitivity", 0.99, "WARN"],
    ["sensitivity", Number.NaN, "INCONCLUSIVE"],
  ] as const)("of %s, of which it is %d, says %s", (type, value, verdict) => {
    // Nobody is compared where all are served in a plan without reverse shadow: here all are.
    const phase = { serve: 0 };
    expect(verdicts([sampleGates[type]], { phase, surroundings: { [type]: value } })).toEqual([verdict]);
  });

  it.each([
    [{ kind: "value", value: 0.4 }, "PASS"],
    [{ kind: "value", value: 0.39 }, "WARN"],
    [{ kind: "value", value: Number.NaN }, "INCONCLUSIVE"],
    [{ kind: "value", value: Infinity }, "INCONCLUSIVE"],
    [{ kind: "none", why: "no series" }, "INCONCLUSIVE"],
    [{ kind: "error", why: "timed out" }, "ERROR"],
  ] as const)("of a figure from outside, which is %j, says %s", (measured, verdict) => {
    expect(verdicts([sampleGates.metric], { measured: new Map([["acceptance", measured]]) })).toEqual([verdict]);
  });

  it("has two bounds", () => {
    const between = [{ ...sampleGates.metric, max: 0.6 }];
    const of = (value: number) =>
      verdicts(between, { measured: new Map([["acceptance", { kind: "value", value }]]) })[0];
    expect([0.3, 0.5, 0.7].map(of)).toEqual(["WARN", "PASS", "WARN"]);
    expect(verdicts([sampleGates.metric])).toEqual(["INCONCLUSIVE"]);
  });
});

describe("what has no statistics", () => {
  it("is broken by the first divergence, however few shoppers it was of", () => {
    const of = (critical: number, item = 1_000) =>
      verdicts([sampleGates.divergenceCount], { evidence: [sampleEvidence({}, { item, critical })] })[0];
    expect([of(0), of(1), of(0, 0)]).toEqual(["PASS", "FAIL", "INCONCLUSIVE"]);
  });

  it("knows each alarm by its name", () => {
    const gates = [sampleGates.alerts];
    const on = (...alarms: string[]) => ({ surroundings: { alarms } });
    const expects = { rollout: { acknowledged: [{ gate: "breaker", ...until("2026-01-03T00:00:00.000Z") }] } };
    expect(results(gates, on())).toMatchObject([{ verdict: "PASS" }]);
    expect(results(gates, { ...on("breaker"), ...expects })).toMatchObject([{ verdict: "WARN", expected: true }]);
    expect(results(gates, { ...on("breaker", "queue"), ...expects })).toMatchObject([
      { verdict: "FAIL", text: "alarms that nobody expects: queue" },
    ]);
  });

  it("tells drift of any field of any flag, and of lists their number only", () => {
    const state = stateOf([
      { key: "FLAG", enabled: false, percent: null, allowlist: ["ann", "bob"] },
      { key: "SHADOW", percent: 100, salt: "x" },
    ]);
    const expectedFlags = [
      { key: "FLAG", fields: { enabled: true, percent: 5, allowlist: ["ann"] } },
      { key: "SHADOW", fields: { percent: 95 } },
      { key: "DUAL", fields: { percent: 95 } },
    ];
    expect(results([sampleGates.configDrift], { surroundings: { flags: state }, expectedFlags })).toMatchObject([
      {
        verdict: "WARN",
        text:
          "rollout=none, expected=5%; enabled=false, expected=true; allowlist=2, expected=1; " +
          "SHADOW: rollout=100%, expected=95%; DUAL: it is not there",
      },
    ]);
    const same = [{ key: "FLAG", fields: { enabled: false, allowlist: ["bob", "ann", "bob"] } }];
    expect(verdicts([sampleGates.configDrift], { surroundings: { flags: state }, expectedFlags: same })).toEqual([
      "PASS",
    ]);
    expect(verdicts([sampleGates.configDrift])).toEqual(["INCONCLUSIVE"]);
  });
});
