import { expect, test } from "vitest";
import { readOptions } from "./options.ts";

test("without options every subject is measured in five rounds", () => {
  expect(readOptions([])).toMatchObject({
    rounds: 5,
    seconds: 4,
    firstWarmUpSeconds: 30,
    ratePerSecond: 2_000,
    connections: 64,
  });
  expect(readOptions([]).only).toContain("dual-run-hang");
});

test("--quick is one round, unless rounds are given", () => {
  expect(readOptions(["--quick"]).rounds).toBe(1);
  expect(readOptions(["--quick", "--rounds", "3"]).rounds).toBe(3);
});

test("nothing need be warmed up", () => {
  expect(readOptions(["--warm-up", "0"]).firstWarmUpSeconds).toBe(0);
});

test.each([
  ["--rate=0"],
  ["--warm-up=-1"],
  ["--rounds=1.5"],
  ["--connections=many"],
  ["--only=direct,apache"],
  ["--fast"],
  ["main.ts"],
])("%s is refused", (option) => {
  expect(() => readOptions([option])).toThrow();
});
