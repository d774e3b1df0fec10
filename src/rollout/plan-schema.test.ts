import { expect, test } from "vitest";
import { parsePlan, planHash, type PlanProblem } from "./plan-schema.ts";
import type { Plan } from "./plan.ts";

const gates = [{ type: "errorRate", budget: "1%" }];
const phases = [{ name: "shadow" }, { name: "all", serve: 100 }];
const least = { plan: "checkout-v2", flag: "CHECKOUT", phases, gates };

function planOf(changes: object = {}): Plan {
  const parsed = parsePlan({ ...least, ...changes });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
}

function problems(changes: object): readonly string[] {
  const parsed = parsePlan({ ...least, ...changes });
  return parsed.ok ? [] : parsed.problems.map(said);
}

const said = ({ path, is, must }: PlanProblem): string => `${path.join(".")} is ${is}, must be ${must}`;

const phase = (changes: object): object => ({ phases: [{ name: "p", ...changes }] });
const gate = (changes: object): object => ({ gates: [changes] });

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
  ["an unknown key of a phase", phase({ sevre: 1 }), /^phases\.0\.sevre is unknown, must be one of name, kind, /],
  ["no name", { plan: undefined }, /^plan is missing, must be lower-case words/],
  ["a name of capitals", { plan: "Checkout" }, /^plan is "Checkout", must be lower-case words/],
  ["no flag", { flag: undefined }, /^flag is missing, must be 1 to 128 letters/],
  ["no phases", { phases: [] }, /^phases is a list, must be a list of at least one phase$/],
  ["phases that are none", { phases: 3 }, /^phases is 3, must be a list of phases$/],
  [
    "a duration without unit",
    phase({ minDuration: 24 }),
    /^phases\.0\.minDuration is 24, must be a whole number and a unit/,
  ],
  ["a duration of words", phase({ minDuration: "24 hours" }), /^phases\.0\.minDuration is "24 hours", must/],
  ["a negative duration", phase({ minDuration: "-1h" }), /^phases\.0\.minDuration is "-1h", must/],
  ["a fraction of a duration", phase({ minDuration: "1.5h" }), /^phases\.0\.minDuration is "1\.5h", must/],
  ["a duration of years", phase({ minDuration: "999d" }), /^phases\.0\.minDuration is "999d", must .*from 0s to 366d$/],
  [
    "checkpoints without pause",
    { checkpoints: { every: "0s" } },
    /^checkpoints\.every is "0s", must .*from 10s to 7d$/,
  ],
  [
    "a maximum below the minimum",
    phase({ maxDuration: "1h" }),
    /^phases\.0\.maxDuration is "1h", must be at least as long/,
  ],
  [
    "a share above all",
    phase({ serve: 101 }),
    /^phases\.0\.serve is 101, must be a number from 0 to 100 with at most three/,
  ],
  [
    "a share of four decimals",
    phase({ compare: "0.0001%" }),
    /^phases\.0\.compare is "0\.0001%", must be a number from 0/,
  ],
  ["a share below nothing", phase({ serve: -1 }), /^phases\.0\.serve is -1, must/],
  ["a share that is no number", phase({ serve: Number.NaN }), /^phases\.0\.serve is NaN, must/],
  [
    "a decrease",
    {
      phases: [
        { name: "a", serve: 5 },
        { name: "b", serve: 4.999 },
      ],
    },
    /^phases\.1\.serve is 4\.999, must be at least 5, which/,
  ],
  [
    "a list after a share",
    {
      phases: [
        { name: "a", serve: 5 },
        { name: "b", allowlist: ["x"] },
      ],
    },
    /^phases\.1\.allowlist is a list, must be at least 5/,
  ],
  [
    "a phase of the name of another",
    { phases: [{ name: "a" }, { name: "a" }] },
    /^phases\.1\.name is "a", must be a name of its own, not that of phase \[0\]$/,
  ],
  [
    "a list of nobody",
    phase({ allowlist: [] }),
    /^phases\.0\.allowlist is a list, must be left out, or a list of at least one/,
  ],
  ["a share of a list", phase({ allowlist: ["x"], serve: 5 }), /^phases\.0\.serve is 5, must be 0 or 100: of a list/],
  [
    "a list and a share to compare",
    phase({ allowlist: ["x"], compare: 5 }),
    /^phases\.0\.compare is 5, must be left out, or 100/,
  ],
  [
    "a comparison without shadow",
    { shadow: false, ...phase({ serve: 5, compare: 5 }) },
    /^phases\.0\.compare is 5, must be left out, or 0/,
  ],
  [
    "a baseline that serves",
    phase({ kind: "baseline", serve: 5 }),
    /^phases\.0\.serve is 5, must be left out: a baseline/,
  ],
  [
    "a baseline that comes late",
    { phases: [{ name: "a" }, { name: "b", kind: "baseline" }] },
    /^phases\.1\.kind is "baseline", must be before every phase that compares or serves, and "a" does$/,
  ],
  [
    "approvals by too few",
    phase({ approval: { count: 2, names: ["ana"] } }),
    /^phases\.0\.approval\.names is 1 of them, must be a list of at least 2/,
  ],
  [
    "an approval by the author alone",
    { author: "ana", ...phase({ approval: { names: ["ana"] } }) },
    /^phases\.0\.approval\.names is 0 of them, must .*other than the author's/,
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
    "a phase's rollback to itself",
    { phases: [{ name: "a" }, { name: "b", rollbackTo: { phase: "b" } }] },
    /^phases\.1\.rollbackTo\.phase is "b", must be the name of a phase before the last: "a"$/,
  ],
  [
    "a phase's rollback to one behind it",
    { phases: [{ name: "a" }, { name: "b", rollbackTo: { phase: "c" } }, { name: "c" }] },
    /^phases\.1\.rollbackTo\.phase is "c", must be the name of a phase before this one: "a"$/,
  ],
  [
    "a gate's way back to nowhere",
    gate({ type: "alerts", onFail: "rollback", to: { phase: "x" } }),
    /^gates\.0\.to\.phase is "x", must be the name of a phase before the last: "shadow"$/,
  ],
  [
    "a way back of a gate that holds",
    gate({ type: "alerts", to: "off" }),
    /^gates\.0\.to is "off", must be left out: only with `onFail: rollback` or `lower`/,
  ],
  [
    "what is lowered to nobody",
    gate({ type: "alerts", onFail: "lower", to: "off" }),
    /^gates\.0\.to is "off", must be "previous", or \{phase: the name of one\}/,
  ],
  [
    "an adjustment of nothing",
    gate({ type: "alerts", onFail: "adjust" }),
    /^gates\.0\.settings is missing, must be given: `onFail: adjust` writes them/,
  ],
  [
    "settings that nobody writes",
    gate({ type: "alerts", settings: { a: 1 } }),
    /^gates\.0\.settings is a map, must be left out: only `onFail: adjust`/,
  ],
  [
    "settings without a member",
    gate({ type: "alerts", onFail: "adjust", settings: {} }),
    /^gates\.0\.settings is a map, must be a JSON object of at most 4096 bytes.+with at least one member$/,
  ],
  [
    "settings that are none",
    gate({ type: "alerts", onFail: "adjust", settings: [1] }),
    /^gates\.0\.settings is a list, must be a JSON object/,
  ],
  [
    "hours without a break that are none",
    gate({ type: "alerts", within: "24 hours" }),
    /^gates\.0\.within is "24 hours", must be a whole number and a unit .*from 1m to 31d$/,
  ],
  ["events without a bound", gate({ type: "events" }), /^gates\.0 is a map, must be a gate with a bound/],
  [
    "a side that nobody is",
    gate({ type: "serverErrors", max: "1%", side: "twin" }),
    /^gates\.0\.side is "twin", must be "all" or "candidate"$/,
  ],
  [
    "a latency without a limit",
    gate({ type: "latency" }),
    /^gates\.0\.max is missing, must be a whole number and a unit/,
  ],
  [
    "what is to be ticked and is no list",
    phase({ manual: "an alert" }),
    /^phases\.0\.manual is "an alert", must be a list of what is to be ticked$/,
  ],
  [
    "an audience as a whole after a share",
    {
      shadow: false,
      phases: [
        { name: "a", serve: 5 },
        { name: "b", serve: 100, audience: "few" },
      ],
      gates: [{ type: "alerts" }],
    },
    /^phases\.1\.audience is "few", must be at least 5, which/,
  ],
  ["no gate", { gates: [] }, /^gates is a list, must be a list of at least one gate: phase "shadow" has none to pass$/],
  ["a gate of no type", gate({ budget: "1%" }), /^gates\.0\.type is missing, must be "errorRate", "divergence"/],
  ["a gate of an unknown type", gate({ type: "errors" }), /^gates\.0\.type is "errors", must be "errorRate"/],
  [
    "a key that its gate has not",
    gate({ type: "alerts", budget: "1%" }),
    /^gates\.0\.budget is unknown, must be one of type, name, onFail, within, to, settings$/,
  ],
  [
    "a gate without budget",
    gate({ type: "divergence" }),
    /^gates\.0\.budget is missing, must be a percentage such as "0\.1%"/,
  ],
  [
    "a budget of nothing",
    gate({ type: "errorRate", budget: "0%" }),
    /^gates\.0\.budget is "0%", must .*from 0\.0001 % to 50 %$/,
  ],
  [
    "a gate that names no metric",
    gate({ type: "metric", name: "rtf", max: 1 }),
    /^gates\.0 is a map, must be a gate with the metric it asks/,
  ],
  [
    "a metric without a bound",
    gate({ type: "metric", name: "rtf", json: { url: "http://x/", pointer: "" } }),
    /^gates\.0 is a map, must be a gate with a bound/,
  ],
  [
    "a metric without a name",
    gate({ type: "metric", max: 1, json: { url: "http://x/", pointer: "" } }),
    /^gates\.0\.name is missing, must/,
  ],
  [
    "a pointer that is none",
    gate({ type: "metric", name: "m", max: 1, json: { url: "http://x/", pointer: "a" } }),
    /^gates\.0\.json\.pointer is "a", must be an RFC 6901 pointer/,
  ],
  [
    "bounds that cross",
    gate({ type: "metric", name: "m", min: 2, max: 1, json: { url: "http://x/", pointer: "" } }),
    /^gates\.0\.min is 2, must be at most `max`, 1$/,
  ],
  [
    "an address with a password",
    gate({ type: "metric", name: "m", max: 1, prometheus: { url: "http://u:p@x/", query: "up" } }),
    /^gates\.0\.prometheus\.url is text that may be personal \(not shown\), must be an http/,
  ],
  [
    "gates of one name",
    { gates: [...gates, { type: "errorRate", budget: "2%" }] },
    /^gates\.1\.name is "errorRate", must be given a name of its own, not that of gate \[0\]$/,
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

test("a credential that is named is no secret", () => {
  const json = { url: "http://127.0.0.1:9090/x", pointer: "/a/0", headers: { Authorization: "Bearer ${TOKEN}" } };
  expect(planOf(gate({ type: "metric", name: "m", max: 1, json })).gates).toEqual([
    {
      type: "metric",
      name: "m",
      onFail: "rollback",
      consecutive: 2,
      min: null,
      max: 1,
      source: { kind: "json", ...json },
    },
  ]);
});

test("a decrease that is meant is taken, and one of another environment is none", () => {
  const down = [
    { name: "a", serve: 5 },
    { name: "b", serve: 1, allowDecrease: true },
  ];
  expect(problems({ phases: down })).toEqual([]);
  const places = [
    { name: "a", serve: 100, environment: "staging" },
    { name: "b", serve: 1, environment: "production" },
  ];
  expect(problems({ phases: places })).toEqual([]);
  const everywhere = [
    { name: "a", serve: 5, environment: "staging" },
    { name: "b", serve: 1 },
  ];
  expect(problems({ phases: everywhere })).toEqual([
    expect.stringMatching(/^phases\.1\.serve is 1, must be at least 5/),
  ]);
});

test("what a gate does is read with it", () => {
  const written = [
    { type: "latency", max: "8s", within: "24h", onFail: "lower", to: { phase: "shadow" } },
    { type: "events", event: "order.made", min: 1 },
    { type: "serverErrors", side: "candidate", max: "0%", consecutive: 1, onFail: "rollback", to: "previous" },
    { type: "alerts", onFail: "adjust", settings: { model: "small" } },
  ];
  const consecutive = 2;
  expect(planOf({ gates: written }).gates).toEqual([
    {
      type: "latency",
      name: "latency",
      onFail: "lower",
      withinMs: 86_400_000,
      to: { phase: "shadow" },
      maxMs: 8_000,
      budget: 0.05,
      minEffect: 0.01,
    },
    {
      type: "events",
      name: "events",
      onFail: "rollback",
      consecutive,
      side: "candidate",
      event: "order.made",
      min: 1,
      max: null,
    },
    {
      type: "serverErrors",
      name: "serverErrors",
      onFail: "rollback",
      to: "previous",
      consecutive: 1,
      side: "candidate",
      max: 0,
    },
    { type: "alerts", name: "alerts", onFail: "adjust", settings: { model: "small" } },
  ]);
});

test("an audience that is served as a whole may be followed by a share: it stays on", () => {
  const after = [
    { name: "a", serve: 100, audience: "few" },
    { name: "b", serve: 5 },
  ];
  expect(problems({ shadow: false, phases: after, gates: [{ type: "alerts" }] })).toEqual([]);
  expect(problems({ phases: after })).toEqual([expect.stringMatching(/^phases\.1\.serve is 5, must be at least 100/)]);
});

test("a gate of a phase may bear the name of one of the plan's", () => {
  expect(problems({ phases: [{ name: "a", gates }] })).toEqual([]);
  expect(problems({ gates: undefined, phases: [{ name: "a", gates }] })).toEqual([]);
});

test("divergence gates are told apart by their severity", () => {
  const both = ["critical", "minor"].map((severity) => ({ type: "divergence", severity, budget: "1%" }));
  expect(planOf({ gates: both }).gates.map(({ name }) => name)).toEqual(["divergence-critical", "divergence-minor"]);
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
