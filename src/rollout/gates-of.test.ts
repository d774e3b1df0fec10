import { describe, expect, it } from "vitest";
import { gatesOf } from "./gates-of.ts";
import { sampleGates, samplePhase, samplePlan } from "./gates/sample.ts";
import type { Phase } from "./plan.ts";

const everything = Object.values(sampleGates);
const always = ["bucketDeterminism", "configDrift", "serverErrors", "alerts", "metric"];
const ofPairs = [
  "errorRate",
  "divergence",
  "divergenceCount",
  "candidateLatency",
  "determinism",
  "coverage",
  "sensitivity",
];

const ofServing = ["latency", "events"];

const asked = (phase: Partial<Phase>, shadow = true): readonly string[] =>
  gatesOf(samplePlan({ shadow, gates: everything }), samplePhase(phase)).map(({ type }) => type);

describe("gates of a phase", () => {
  it.each<readonly [string, Partial<Phase>, boolean, readonly string[]]>([
    ["where all are compared", { serve: 0 }, true, [...ofPairs, "addedLatency", "baseline"]],
    [
      "where most are compared",
      { serve: 0, compare: 90 },
      false,
      [...ofPairs, "addedLatency", "baseline", "observerEffect"],
    ],
    [
      "where a list is compared",
      { serve: 0, compare: 0, allowlist: ["a"] },
      true,
      [...ofPairs, "addedLatency", "baseline", "observerEffect"],
    ],
    [
      "where some are served and all compared",
      { serve: 5 },
      true,
      [...ofPairs, ...ofServing, "addedLatency", "baseline", "cohorts"],
    ],
    ["where some are served and nobody compared", { serve: 5 }, false, [...ofServing, "baseline", "cohorts"]],
    ["where all are served and compared", { serve: 100 }, true, [...ofPairs, ...ofServing]],
    ["where all are served", { serve: 100, compare: 0 }, true, ofServing],
    [
      "where a list is served",
      { serve: 100, allowlist: ["a"] },
      true,
      [...ofPairs, ...ofServing, "baseline", "cohorts"],
    ],
    ["of legacy alone", { kind: "baseline", serve: 0 }, true, []],
  ])("%s are those that have an answer there", (_, phase, shadow, gates) => {
    expect(asked(phase, shadow).toSorted()).toEqual([...always, ...gates].toSorted());
  });

  it("of the candidate's answers are asked where it gives some", () => {
    const gates = [{ ...sampleGates.serverErrors, side: "candidate" as const }];
    const count = (phase: Partial<Phase>): number => gatesOf(samplePlan({ gates }), samplePhase(phase)).length;
    expect([count({ serve: 0 }), count({ kind: "baseline", serve: 0 }), count({ serve: 5 })]).toEqual([0, 0, 1]);
  });

  it("are the plan's, and the phase's own in place of those of the same name", () => {
    const own = [
      { ...sampleGates.serverErrors, max: 0.5 },
      { ...sampleGates.alerts, name: "mine" },
    ];
    const plan = samplePlan({ gates: [sampleGates.serverErrors, sampleGates.alerts] });
    expect(gatesOf(plan, samplePhase({ gates: own }))).toEqual([sampleGates.alerts, ...own]);
  });
});
