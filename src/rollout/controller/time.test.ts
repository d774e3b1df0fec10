import { describe, expect, test } from "vitest";
import type { Progress } from "../state.ts";
import { AT0, HOUR, phase, rollout, statuses, T0 } from "./sample.ts";
import { freshProgress, isDue, marksOf, passTime } from "./time.ts";

const SECOND = 1_000;
const kept: Progress = { ...freshProgress(1, AT0), runningMs: HOUR, sinceCheckpointMs: 60 * SECOND };
const pass = (
  elapsedMs: number | null,
  changes: { nowMs?: number; hadData?: boolean | null; kept?: Progress } = {},
): Progress =>
  passTime(rollout(), changes.kept ?? kept, {
    nowMs: changes.nowMs ?? T0,
    elapsedMs,
    intervalMs: SECOND,
    hadData: changes.hadData ?? null,
  });

describe("running time", () => {
  test.each([
    ["counts what passed", SECOND, SECOND],
    ["counts a missed look", 2 * SECOND, 2 * SECOND],
    ["counts at most two intervals of a long gap", 5 * HOUR, 2 * SECOND],
    ["counts nothing that nobody measured", null, 0],
    ["counts nothing backwards", -HOUR, 0],
  ])("%s", (_, elapsedMs, more) => {
    expect(pass(elapsedMs).runningMs - kept.runningMs).toBe(more);
  });

  test.each([-HOUR * 24 * 365, HOUR * 24 * 365])("is not moved by a wall clock that jumps by %d ms", (jumpMs) => {
    const { at: _, ...jumped } = pass(SECOND, { nowMs: T0 + jumpMs });
    const { at: __, ...steady } = pass(SECOND);
    expect(jumped).toEqual(steady);
  });

  test.each(statuses.filter(({ name }) => name !== "running"))("stands still in $name", (status) => {
    const next = passTime(rollout({ status }), kept, {
      nowMs: T0,
      elapsedMs: SECOND,
      intervalMs: SECOND,
      hadData: false,
    });
    expect([next.runningMs, next.withoutDataMs, next.sinceCheckpointMs]).toEqual([HOUR, 0, 61 * SECOND]);
  });

  test("begins at nothing in a new stay", () => {
    const next = passTime(rollout({ visit: 2 }), kept, {
      nowMs: T0,
      elapsedMs: SECOND,
      intervalMs: SECOND,
      hadData: null,
    });
    expect(next).toEqual(freshProgress(2, AT0));
  });
});

test("time without data runs until there is some, and is told anew the next time", () => {
  const dry = { ...kept, withoutDataMs: HOUR, told: ["no-data", "max-duration"] };
  expect(pass(SECOND, { kept: dry, hadData: false }).withoutDataMs).toBe(HOUR + SECOND);
  expect(pass(SECOND, { kept: dry, hadData: null }).withoutDataMs).toBe(HOUR);
  expect(pass(SECOND, { kept: dry, hadData: true })).toMatchObject({ withoutDataMs: 0, told: ["max-duration"] });
});

describe("a checkpoint is due", () => {
  const stay = phase("shadow", { minMs: 2 * HOUR });
  test("by its cadence, once however long nobody looked", () => {
    const late = pass(5 * HOUR);
    expect(isDue(rollout(), late, stay)).toBe(true);
    expect(isDue(rollout(), { ...late, sinceCheckpointMs: 0 }, stay)).toBe(false);
  });

  test("for a new leader by how long ago the one before looked", () => {
    const at = (agoMs: number): Progress => ({ ...kept, at: new Date(T0 - agoMs).toISOString() });
    expect(isDue(rollout(), pass(null, { kept: at(58 * 60 * SECOND) }), stay)).toBe(false);
    expect(isDue(rollout(), pass(null, { kept: at(59 * 60 * SECOND) }), stay)).toBe(true);
    expect(isDue(rollout(), pass(null, { kept: at(-HOUR) }), stay)).toBe(false);
  });

  test("while it is paused, too", () => {
    const paused = rollout({ status: { name: "paused", phase: 0, since: AT0, by: "anna", reason: "lunch" } });
    expect(isDue(paused, { ...kept, sinceCheckpointMs: HOUR }, stay)).toBe(true);
    expect(isDue(paused, { ...kept, runningMs: 2 * HOUR }, stay)).toBe(false);
  });

  test("once as the phase has run for as long as it must", () => {
    const ran = { ...kept, runningMs: 2 * HOUR };
    expect(isDue(rollout(), { ...ran, runningMs: 2 * HOUR - 1 }, stay)).toBe(false);
    expect(isDue(rollout(), ran, stay)).toBe(true);
    expect(isDue(rollout(), { ...ran, told: marksOf(rollout(), ran, stay) }, stay)).toBe(false);
  });

  test("once as the last approval comes in", () => {
    const asking = phase("shadow", { minMs: 2 * HOUR, approval: { count: 1, names: [], notAuthor: false } });
    const given = rollout({ approvals: [{ by: "carl", at: AT0, visit: 1, evidence: "e" }] });
    expect(isDue(rollout(), kept, asking)).toBe(false);
    expect(isDue(given, kept, asking)).toBe(true);
    expect(isDue(given, { ...kept, told: marksOf(given, kept, asking) }, asking)).toBe(false);
  });
});
