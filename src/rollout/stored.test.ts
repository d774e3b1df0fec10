import { expect, test } from "vitest";
import { rollout } from "./controller/sample.ts";
import { readRollout } from "./stored.ts";

test("a rollout is read as it was written", () => {
  const kept = rollout({ lowered: { at: "2026-02-01T10:00:00.000Z", from: "all", reason: "slow" } });
  expect(readRollout(structuredClone(kept))).toEqual(kept);
});

test("what an earlier release did not write is at rest", () => {
  const kept = rollout();
  const { lowered: _, adjusted: __, limits, plan, ...rest } = kept;
  const phases = plan.phases.map(({ rollbackTo: ___, manual: ____, ...phase }) => phase);
  const earlier = { ...rest, plan: { ...plan, phases }, limits: { lateMs: limits.lateMs, slowMs: limits.slowMs } };
  expect(readRollout(earlier)).toEqual(kept);
});

test.each([null, {}, { ...rollout(), visit: -1 }, { ...rollout(), limits: {} }])("%j is none", (value) => {
  expect(readRollout(value)).toBeNull();
});
