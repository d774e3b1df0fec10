import { describe, expect, test } from "vitest";
import type { Flag } from "./flag.ts";
import { percentageOf, phaseOf, type FlagPhase } from "./phase.ts";
import { sampleFlag, tabled } from "./sample.ts";

describe("the percentage", () => {
  test.each<[string, Partial<Flag>, number]>([
    ["unset", {}, 0],
    ["unset, on by default", { default: true }, 100],
    ["enabled", { enabled: true }, 100],
    ["enabled with a percent", { enabled: true, percent: 12.5 }, 12.5],
    ["a percent alone", { percent: 12.5 }, 12.5],
    ["percent 0, on by default", { enabled: true, percent: 0, default: true }, 0],
    ["disabled with a percent", { enabled: false, percent: 50, default: true }, 0],
    ["a closed list", { enabled: true, percent: 50, allowlist: ["alice"] }, 0],
    ["a closed list of nobody", { enabled: true, allowlist: [] }, 0],
    ["an empty list beside a percent", { allowlist: [], percent: 50 }, 50],
    ["shoppers forced on", { percent: 2, forceOn: ["alice"] }, 2],
  ])("%s", (_, changes, percentage) => {
    expect(percentageOf(tabled(sampleFlag(changes)))).toBe(percentage);
  });
});

test.each<[number, FlagPhase]>([
  [0, "disabled"],
  [0.001, "canary_2pct"],
  [5, "canary_2pct"],
  [5.001, "canary_10pct"],
  [15, "canary_10pct"],
  [15.001, "canary_50pct"],
  [60, "canary_50pct"],
  [60.001, "full_rollout"],
  [100, "full_rollout"],
])("%d percent is %s", (percentage, phase) => {
  expect(phaseOf(percentage)).toBe(phase);
});
