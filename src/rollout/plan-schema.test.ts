import { expect, test } from "vitest";
import { parsePlan, planHash } from "./plan-schema.ts";
import type { Plan } from "./plan.ts";
import { gate, least, phase, planOf, problems } from "./sample.ts";

test("a plan that says the least has a default for everything else", () => {
  expect(planOf()).toEqual({
    name: "checkout-v2",
    audiences: [],
    description: "",
    flag: "CHECKOUT",
    shadow: true,
    mode: "act",
    author: "",
    phases: ["shadow", "all"].map((name, index) => ({
      name,
      kind: "serve",
      environment: null,
      serve: index * 100,
      compare: 100,
      allowlist: null,
      forceOn: [],
      audience: null,
      minMs: 86_400_000,
      maxMs: null,
      approval: null,
      gates: [],
      allowDecrease: false,
      rollbackTo: null,
      manual: [],
    })),
    gates: [{ type: "errorRate", name: "errorRate", onFail: "rollback", budget: 0.01, minEffect: 0.002 }],
    fastLane: { falseAlarmEvery: 1_000_000, budget: 0.01 },
    checkpoints: { everyMs: 3_600_000, windowMs: 3_600_000 },
    noData: { graceMs: 86_400_000 },
    prechecks: { automatic: [], manual: [] },
    rollback: { to: "shadow", procedures: [] },
    keepFlagsMs: 2_592_000_000,
  });
});

test("sections that are left empty, as YAML has them, change nothing", () => {
  const empty = { fastLane: null, checkpoints: null, noData: {}, prechecks: null, rollback: { procedures: null } };
  expect(planOf(empty)).toEqual(planOf());
  expect(planOf({ fastLane: false }).fastLane).toBeNull();
});

test("everything that can be said is read", () => {
  const plan = planOf({
    description: "Why",
    shadow: false,
    mode: "observe",
    author: "team",
    fastLane: { falseAlarmEvery: 1e9, budget: 0.05 },
    checkpoints: { every: "30m", window: "2h" },
    noData: { grace: "90m" },
    prechecks: { automatic: ["store", { "list-size": 10 }], manual: ["backup"] },
    rollback: {
      to: { phase: "one" },
      procedures: [
        { component: "db", steps: ["look"], expected: "5m", webhook: { url: "http://127.0.0.1/x", body: { a: [1] } } },
      ],
    },
    keepFlags: "60d",
    phases: [
      { name: "legacy", kind: "baseline" },
      {
        name: "one",
        serve: "0.1%",
        audience: "members",
        approval: { count: 2, names: ["ana", "bea"] },
        maxDuration: "7d",
      },
      { name: "all", serve: 100, environment: "production", forceOn: ["x"] },
    ],
  });
  expect(plan).toMatchObject({
    mode: "observe",
    fastLane: { falseAlarmEvery: 1e9, budget: 0.05 },
    checkpoints: { everyMs: 1_800_000, windowMs: 7_200_000 },
    noData: { graceMs: 5_400_000 },
    prechecks: { automatic: [{ name: "store" }, { name: "list-size", atLeast: 10 }], manual: ["backup"] },
    keepFlagsMs: 5_184_000_000,
    phases: [
      { kind: "baseline", serve: 0, compare: 0 },
      { serve: 0.1, compare: 0, maxMs: 604_800_000, approval: { count: 2, names: ["ana", "bea"], notAuthor: true } },
      { environment: "production", forceOn: ["x"] },
    ],
  });
  expect(plan.rollback).toEqual({
    to: { phase: "one" },
    procedures: [
      {
        component: "db",
        steps: ["look"],
        expectedMs: 300_000,
        webhook: { url: "http://127.0.0.1/x", body: { a: [1] } },
      },
    ],
  });
});

test("the target of a rollback that is not said is shadow, or off without shadow, and that is told", () => {
  expect(planOf({ shadow: false }).rollback.to).toBe("off");
  expect(parsePlan(least)).toMatchObject({ ok: true, unsaid: ["rollback.to", "author"] });
  expect(parsePlan({ ...least, author: "a", rollback: { to: "off" } })).toMatchObject({ ok: true, unsaid: [] });
});

test.each<[string, object, RegExp]>([
  ["an unknown key", { phase: [] }, /^phase is unknown, must be one of plan, description, flag, /],
  ["no name", { plan: undefined }, /^plan is missing, must be lower-case words/],
  ["a name of capitals", { plan: "Checkout" }, /^plan is "Checkout", must be lower-case words/],
  ["no flag", { flag: undefined }, /^flag is missing, must be 1 to 128 letters/],
  ["no phases", { phases: [] }, /^phases is a list, must be a list of at least one phase$/],
  ["phases that are none", { phases: 3 }, /^phases is 3, must be a list of phases$/],
  [
    "checkpoints without pause",
    { checkpoints: { every: "0s" } },
    /^checkpoints\.every is "0s", must .*from 10s to 7d$/,
  ],
  [
    "a rollback to a phase that is not there",
    { rollback: { to: { phase: "x" } } },
    /^rollback\.to\.phase is "x", must be the name of a phase before the last: "shadow"$/,
  ],
  [
    "a rollback to the last phase",
    { rollback: { to: { phase: "all" } } },
    /^rollback\.to\.phase is "all", must be the name of a phase before/,
  ],
  [
    "a rollback to somewhere",
    { rollback: { to: "there" } },
    /^rollback\.to is "there", must be "shadow", "previous", "off", or/,
  ],
  [
    "a precheck nobody knows",
    { prechecks: { automatic: ["luck"] } },
    /^prechecks\.automatic\.0 is "luck", must be "baseline"/,
  ],
])("%s is refused, with where it is, what it is and what it must be", (_what, changes, wanted) => {
  expect(problems(changes)).toEqual([expect.stringMatching(wanted)]);
});

test("no shopper and no secret is in what is wrong", () => {
  const secret = {
    type: "metric",
    name: "m",
    max: 1,
    json: { url: "http://x/", pointer: "", headers: { Authorization: "Bearer s3cret" } },
  };
  const found = [
    ...problems(phase({ allowlist: ["ana ", 5_511_999], forceOn: ["bea", "bea"] })),
    ...problems({ ...gate(secret) }),
    ...problems(phase({ allowlist: "ana" })),
  ];
  expect(found).toHaveLength(4);
  for (const text of found) expect(text).not.toMatch(/ana |bea|5511999|s3cret|"ana"/);
  expect(found[2]).toMatch(
    /^gates\.0\.json\.headers\.Authorization is text of 13 characters, must be the name of a variable/,
  );
});

test("the hash is that of the plan, however its members are ordered", () => {
  const plan = planOf();
  const turned: Plan = JSON.parse(JSON.stringify(plan, Object.keys(plan).toReversed().concat(keysOf(plan))));
  expect(planHash(turned)).toBe(planHash(plan));
  expect(planHash(planOf({ description: "other" }))).not.toBe(planHash(plan));
  expect(planHash(plan)).toMatch(/^[\da-f]{64}$/);
});

function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return [...Object.keys(value), ...Object.values(value).flatMap(keysOf)].toSorted().toReversed();
}

test.each([null, undefined, 3, "plan", [], [1]])("%j is no plan", (value) => {
  const parsed = parsePlan(value);
  expect(parsed).toMatchObject({
    ok: false,
    problems: [{ path: [], must: expect.stringMatching(/^a map of plan, /) }],
  });
});
