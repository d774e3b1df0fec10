import { describe, expect, test } from "vitest";
import type { RouteFlags } from "../model/index.ts";
import type { CompiledFlag } from "./compile.ts";
import type { Flag } from "./flag.ts";
import { describeProblem } from "./problem.ts";
import { flagRoles, roleProblems } from "./roles.ts";
import { ROUTE, compiled } from "./sample.ts";

const OTHER: RouteFlags = {
  enabled: "OTHER",
  shadow: "OTHER_SHADOW",
  dualRun: "OTHER_DUAL",
  reverseShadow: "OTHER_REVERSE",
};

test("each flag has its role, and the `enabled` flag leads", () => {
  expect(flagRoles([ROUTE, OTHER])).toEqual(
    new Map([
      [ROUTE.enabled, { failOn: false, leader: ROUTE.enabled }],
      [ROUTE.shadow, { failOn: true, leader: ROUTE.enabled }],
      [ROUTE.dualRun, { failOn: true, leader: ROUTE.enabled }],
      [ROUTE.reverseShadow, { failOn: false, leader: ROUTE.enabled }],
      [OTHER.enabled, { failOn: false, leader: OTHER.enabled }],
      [OTHER.shadow, { failOn: true, leader: OTHER.enabled }],
      [OTHER.dualRun, { failOn: true, leader: OTHER.enabled }],
      [OTHER.reverseShadow, { failOn: false, leader: OTHER.enabled }],
    ]),
  );
});

test("a flag in two roles fails on if either does", () => {
  const roles = flagRoles([ROUTE, { ...OTHER, enabled: ROUTE.shadow, reverseShadow: ROUTE.dualRun }]);
  expect([roles.get(ROUTE.shadow)?.failOn, roles.get(ROUTE.dualRun)?.failOn]).toEqual([true, true]);
});

describe("what routes may not do with flags", () => {
  const problems = (routes: readonly RouteFlags[], ...flags: readonly Partial<Flag>[]): readonly string[] => {
    const byKey = new Map<string, CompiledFlag>(flags.map((flag) => [flag.key ?? "", compiled(flag)]));
    return roleProblems(byKey, routes).map(describeProblem);
  };
  const sharing: RouteFlags = { ...OTHER, shadow: ROUTE.shadow };

  test("routes with flags of their own, or the same four, are in order", () => {
    expect(problems([ROUTE, OTHER])).toEqual([]);
    expect(problems([ROUTE, { ...ROUTE }])).toEqual([]);
    expect(problems([ROUTE, { ...OTHER, enabled: ROUTE.enabled }])).toEqual([]);
  });

  test("a flag in two roles is refused", () => {
    expect(problems([{ ...ROUTE, dualRun: ROUTE.shadow }])).toEqual([
      "WHATSAPP_CANONICAL_SHADOW_MODE must be in one role only: it is `shadow` and `dualRun`",
    ]);
    expect(problems([ROUTE, { ...OTHER, enabled: ROUTE.shadow }])).toEqual([
      "WHATSAPP_CANONICAL_SHADOW_MODE must be in one role only: it is `shadow` and `enabled`",
    ]);
  });

  test("a flag shared by routes with different salts is refused", () => {
    const problem =
      "WHATSAPP_CANONICAL_SHADOW_MODE must be given a salt of its own, as the `enabled` flags of its routes have different ones: " +
      "it is shared by the routes of WHATSAPP_CANONICAL_EVENTS_ENABLED and OTHER";
    expect(problems([ROUTE, sharing])).toEqual([problem]);
    expect(problems([ROUTE, sharing], { key: ROUTE.enabled, salt: "one" }, { key: "OTHER", salt: "two" })).toEqual([
      problem,
    ]);
    expect(problems([ROUTE, sharing], { key: "OTHER", bucketing: "md5" })).toEqual([problem]);
  });

  test("a salt of its own, or the same salt on both sides, puts it in order", () => {
    expect(problems([ROUTE, sharing], { key: ROUTE.shadow, salt: "own" })).toEqual([]);
    expect(problems([ROUTE, sharing], { key: ROUTE.enabled, salt: "one" }, { key: "OTHER", salt: "one" })).toEqual([]);
    expect(problems([ROUTE, sharing], { key: "OTHER", salt: ROUTE.enabled })).toEqual([]);
  });
});
