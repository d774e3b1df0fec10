import { expect, test } from "vitest";
import type { SelfTestReport } from "../../../admin/index.ts";
import { selfTestChecks } from "./self-test-checks.ts";

const route = { route: "default", tried: 9, found: 9, sensitivity: 1 };
const report: SelfTestReport = {
  sensitivity: 1,
  routes: [route],
  mutations: [],
  hidden: [],
  untried: [],
  pairs: { kept: 1, made_up: 2 },
};
const said = (told: SelfTestReport | null): readonly string[] =>
  selfTestChecks(told).map(({ name, status, text }) => `${status} ${name}: ${text}`);

test("what is planted and found is one line, and what hides it one each", () => {
  expect(said(report)).toEqual([
    "ok comparison: finds all of 9 differences planted into 1 pairs of traffic and 2 made up",
  ]);
  const hidden = [
    { by: "rule", name: "any", route: "default", count: 2, mutation: "field-dropped", place: "/body/a" },
  ] as const;
  expect(said({ ...report, routes: [{ ...route, found: 7 }], hidden })).toEqual([
    expect.stringMatching(/^fail default: comparison: rule any hides 2 of 9 planted differences: field-dropped at/),
  ]);
  expect(said(null)).toEqual([expect.stringMatching(/^warn comparison: /)]);
});

test("a rule whose masks take too long to be tried is named, whatever else was found", () => {
  const untried = [{ rule: "greedy", route: "default", count: 3 }];
  const line =
    "warn default: comparison: masks of rule greedy take too long to be tried: 3 planted differences were left out";
  expect(said({ ...report, untried })).toEqual([expect.stringMatching(/^ok /), line]);
  expect(said({ ...report, routes: [], untried })).toEqual([expect.stringMatching(/^warn comparison: nothing /), line]);
});
