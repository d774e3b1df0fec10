import { expect, test } from "vitest";
import type { Progress } from "../rollout/index.ts";
import { readProgress } from "./journal-records.ts";

const kept: Progress = {
  visit: 3,
  runningMs: 500_000_000,
  at: "2026-01-02T12:00:00.000Z",
  checkpointAt: null,
  sinceCheckpointMs: 0,
  failures: { errors: 1 },
  sinceFailureMs: {},
  errors: 0,
  withoutDataMs: 0,
  told: [],
};

test("progress that an earlier release kept is read, so that no running time is lost by an upgrade", () => {
  const { sinceFailureMs: _, ...earlier } = kept;
  expect(readProgress(JSON.stringify(earlier))).toEqual(kept);
});

test.each(["", "{}", "null"])("%j is no progress", (text) => {
  expect(readProgress(text)).toBeNull();
});
