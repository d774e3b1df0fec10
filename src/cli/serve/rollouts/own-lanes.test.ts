import { expect, test } from "vitest";
import { marks, type OwnEvidence, type Population } from "../../../account/index.ts";
import { rollout } from "../../../admin/calls/sample.ts";
import type { Rollout } from "../../../rollout/index.ts";
import { createOwnLanes } from "./own-lanes.ts";

/** So many cells that the candidate alone failed in. */
function failures(scope: string, cells: number): OwnEvidence {
  const counts = marks.map((mark) => (mark === "item" || mark === "candidate-failed" ? cells : 0));
  const versions = { legacyVersion: "1", candidateVersion: "2", rules: "" };
  const population: Population = "pairs";
  return { stream: { scope, route: "default", population, ...versions }, slot: 1, raw: counts, cells: counts };
}

const { plan } = rollout();
const watched = { ...plan, fastLane: { falseAlarmEvery: 1_000_000, budget: 0.01 } };

function trippedBy(changes: Partial<Rollout>, cells = 40): readonly string[] {
  const one = rollout({ plan: watched, ...changes });
  const tripped: string[] = [];
  const lanes = createOwnLanes({
    rollouts: () => [one],
    instances: () => 2,
    tripped: ({ status }, reason) => tripped.push(`${status.name}: ${reason}`),
  });
  lanes.saw([failures(`${one.id}.${one.visit}`, cells)]);
  return tripped;
}

const back = { name: "rolled-back", phase: 2, since: "", by: "rollout", reason: "errors" } as const;

test("what this instance saw trips while it runs, and where a rollback still serves somebody", () => {
  expect(trippedBy({})).toEqual([expect.stringContaining("running: 40 of 40 cells")]);
  expect(trippedBy({ status: { ...back, to: "previous" } })).toEqual([
    expect.stringContaining("rolled-back: 40 of 40"),
  ]);
  expect(trippedBy({ status: { ...back, to: { phase: "five" } } })).toHaveLength(1);
});

test("nothing trips where nobody is served any more, by too little, or by what only observes", () => {
  expect(trippedBy({ status: { ...back, to: "shadow" } })).toEqual([]);
  expect(trippedBy({ status: { ...back, to: { phase: "list" } } })).toEqual([]);
  expect(trippedBy({}, 2)).toEqual([]);
  expect(trippedBy({ plan: { ...watched, mode: "observe" } })).toEqual([]);
  expect(trippedBy({ plan })).toEqual([]);
});
