import { describe, expect, it } from "vitest";
import { stateOf } from "../flags/sample.ts";
import { bucketOf, type Buckets } from "../stats/index.ts";
import { sampleEvidence, sampleGates, sampleJudged } from "./gates/sample.ts";
import { groupsOf } from "./groups.ts";
import { judge } from "./judge.ts";

/** As many of each of these milliseconds. */
const times = (...ms: number[]): Buckets => ms.map((one) => [bucketOf(one), 1] as const);

const evidence = [
  sampleEvidence(
    { population: "served-candidate" },
    { item: 500, failed: 5 },
    {
      shoppers: { count: 50, atLeast: false },
      sketches: { candidate: times(...Array.from({ length: 100 }, (_, n) => n + 1)) },
    },
  ),
  sampleEvidence(
    { population: "served-legacy" },
    { item: 9_500, failed: 95 },
    { shoppers: { count: 950, atLeast: false } },
  ),
];

const judged = sampleJudged(
  ["acceptance-candidate", "acceptance-legacy", "cpu"].map((name) => ({ ...sampleGates.metric, name })),
  {
    evidence,
    measured: new Map([
      ["acceptance-candidate", { kind: "value", value: 0.5 }],
      ["acceptance-legacy", { kind: "value", value: 0.6 }],
      ["cpu", { kind: "value", value: 3 }],
    ]),
    surroundings: { flags: stateOf([{ key: "FLAG", percent: 5 }]) },
  },
);

describe("the groups of a rollout", () => {
  const groups = groupsOf({ ...judged, results: judge(judged).gates });

  it("are who was answered by either side, and how they fared", () => {
    expect(groups).toMatchObject({
      rollout: "r",
      phase: "p5",
      candidate: { users: 50, users_at_least: false, items: 500, failed: 5, error_rate: 0.01 },
      legacy: { users: 950, items: 9_500, failed: 95, error_rate: 0.01, p95_ms: null },
      sample_ratio: { kind: "as-expected", text: "50 of 1,000 shoppers (5 %) are the candidate's, 5 % expected" },
    });
    const { candidate, legacy } = groups;
    expect(candidate.error_rate_from).toBeLessThan(legacy.error_rate_from);
    expect(candidate.error_rate_to).toBeGreaterThan(legacy.error_rate_to);
    // Ranks 90 and 100, within 1 %.
    expect(Math.abs((candidate.p95_from_ms ?? 0) / 90 - 1)).toBeLessThan(0.0101);
    expect(Math.abs((candidate.p95_to_ms ?? 0) / 100 - 1)).toBeLessThan(0.0101);
    expect([candidate.p50_ms, candidate.p95_ms, candidate.p99_ms].map((ms) => Math.round(ms ?? 0))).toEqual([
      50, 95, 99,
    ]);
  });

  it("have each their own of what is measured outside of both", () => {
    expect(groups.candidate.metrics).toEqual({ acceptance: 0.5 });
    expect(groups.legacy.metrics).toEqual({ acceptance: 0.6 });
    expect(groups.metrics).toEqual({ cpu: 3 });
  });

  it("are empty of nothing", () => {
    const none = groupsOf({ ...sampleJudged([]), results: [] });
    expect(none.candidate).toMatchObject({
      users: 0,
      items: 0,
      error_rate: null,
      error_rate_from: 0,
      error_rate_to: 1,
      p50_ms: null,
    });
    expect(none.sample_ratio?.kind).toBe("unknown");
  });
});
