import { expect, test } from "vitest";
import type { Edit, FlagFields } from "./edit.ts";
import { planWrite } from "./plan-write.ts";
import { describeProblem } from "./problem.ts";
import { ROUTE, planContext, stateOf } from "./sample.ts";

const KEY = "CHECKOUT_ENABLED";
const NONE = stateOf([]);

const patch = (fields: FlagFields): Edit => ({ kind: "patch", key: KEY, fields });
const put = (fields: FlagFields): Edit => ({ kind: "put", key: KEY, fields });
const allow = (add: readonly string[], remove: readonly string[] = []): Edit => ({
  kind: "members",
  key: KEY,
  list: "allowlist",
  add,
  remove,
});

function problems(edits: readonly Edit[], state = NONE): readonly string[] {
  const plan = planWrite(state, edits, planContext());
  return plan.kind === "invalid" ? plan.problems.map(describeProblem) : [plan.kind];
}

const percentMust = `flags.${KEY}.percent must be a number from 0 to 100 with at most three decimals, or null: it is`;

test.each<[unknown, string]>([
  [Number.NaN, "NaN"],
  [-1, "-1"],
  [100.5, "100.5"],
  ["5", '"5"'],
  [5.12345, "5.12345"],
])("percent %s is refused, with its place", (percent, is) => {
  for (const edit of [patch, put]) {
    // @ts-expect-error What a caller sends before anything has checked it.
    expect(problems([edit({ percent })])).toEqual([`${percentMust} ${is}`]);
  }
});

test.each<[string, readonly string[], string]>([
  ["a duplicate", ["alice", "bob", "alice"], "[2] must be different from entry [0]: it is text of 5 characters"],
  ["a blank", ["alice", " "], "[1] must be a shopper id"],
  ["an empty entry", [""], "[0] must be a shopper id"],
  ["a lone surrogate", ["alice", "\ud800"], "[1] must be a shopper id"],
  ["spaces around", [" alice"], "[0] must be a shopper id"],
])("%s is refused in every list of every edit, with its place", (_, list, text) => {
  const vip = { name: "vip" };
  const said = [
    [patch({ denylist: list }), `flags.${KEY}.denylist`],
    [put({ allowlist: list }), `flags.${KEY}.allowlist`],
    [allow(list), `flags.${KEY}.add`],
    [allow([], list), `flags.${KEY}.remove`],
    [{ kind: "audience", ...vip, members: list }, "audiences.vip.members"],
    [{ kind: "audience-members", ...vip, add: list, remove: [] }, "audiences.vip.add"],
    [{ kind: "audience-members", ...vip, add: [], remove: list }, "audiences.vip.remove"],
  ] as const;
  for (const [edit, where] of said) {
    const [problem, ...others] = problems([edit], stateOf([{ key: KEY }], { vip: [] }));
    expect([problem?.slice(0, where.length + text.length), others]).toEqual([where + text, []]);
  }
});

test("a shopper cannot be both added and taken out", () => {
  expect(problems([allow(["alice", "bob"], ["carol", "bob"])])).toEqual([
    `flags.${KEY}.remove[1] must be none of those in \`add\`: it is text of 3 characters`,
  ]);
});

test("a list has at most a million shoppers, at once and after one more", () => {
  const million = Array.from({ length: 1_000_000 }, (_, index) => `55119${index}`);
  const state = stateOf([{ key: KEY, allowlist: million }]);
  const must = "must be a list of at most 1000000 different shoppers";
  expect(problems([patch({ denylist: [...million, "alice"] })])).toEqual([
    `flags.${KEY}.denylist ${must} (1000001 entries): it is a list`,
  ]);
  expect(problems([allow(["alice"])], state)).toEqual([
    `flags.${KEY}.allowlist ${must}: it is a list of 1000001 shoppers`,
  ]);
  const plan = planWrite(state, [allow(["alice"], ["551190"])], planContext());
  expect(plan).toMatchObject({ kind: "change", change: { lists: [{ added: ["alice"], removed: ["551190"] }] } });
});

test.each(["two words", "", "_KEY", "K".repeat(129), "a/b"])("the key %o is refused in every edit", (key) => {
  const must = "must be 1 to 128 letters, digits, `_`, `.` or `-`, the first a letter or digit";
  const edits: readonly Edit[] = [
    { kind: "put", key, fields: {} },
    { kind: "patch", key, fields: {} },
    { kind: "kill", key },
    { kind: "remove", key },
    { kind: "members", key, list: "forceOn", add: [], remove: [] },
  ];
  for (const edit of edits) expect(problems([edit])[0]).toMatch(new RegExp(`^key ${must}`));
  expect(problems([{ kind: "audience", name: key, members: [] }])[0]).toMatch(new RegExp(`^name ${must}`));
});

test("a flag can be given only an audience that is stored", () => {
  expect(problems([patch({ audience: "vip" })])).toEqual([
    `flags.${KEY}.audience must be the name of a stored audience, or null: it is "vip"`,
  ]);
  const gone = stateOf([{ key: KEY, audience: "vip" }]);
  expect(problems([patch({ percent: 5 })], gone)).toEqual(["change"]);
});

test("every problem of every edit is told, and the sound ones are not written", () => {
  const edits: Edit[] = [
    patch({ percent: -1, denylist: [""] }),
    { kind: "kill", key: "two words" },
    patch({ enabled: true }),
  ];
  expect(problems(edits).map((text) => text.split(" must ")[0])).toEqual([
    `flags.${KEY}.percent`,
    `flags.${KEY}.denylist[0]`,
    "key",
  ]);
});

const manyFlags = (count: number): readonly Edit[] =>
  Array.from({ length: count }, (_, index) => ({ kind: "put", key: `F${index}`, fields: {} }));

test("a store holds a thousand flags and audiences and no more, and what holds more may not grow", () => {
  expect(problems(manyFlags(1_000))).toEqual(["change"]);
  expect(problems(manyFlags(1_001))).toEqual(["flags must be at most 1000 in the store: it is 1001 of them"]);
  const audiences = Array.from({ length: 1_001 }, (_, index): Edit => ({
    kind: "audience",
    name: `a${index}`,
    members: [],
  }));
  expect(problems(audiences)).toEqual(["audiences must be at most 1000 in the store: it is 1001 of them"]);
  const full = stateOf(Array.from({ length: 1_002 }, (_, index) => ({ key: `F${index}` })));
  expect(problems([{ kind: "remove", key: "F1" }], full)).toEqual(["change"]);
  expect(problems([{ kind: "patch", key: "F1", fields: { percent: 5 } }], full)).toEqual(["change"]);
  expect(problems([{ kind: "kill", key: ROUTE.enabled }], full)).toEqual(["change"]);
  expect(problems([put({})], full)).toEqual(["flags must be at most 1000 in the store: it is 1003 of them"]);
});

test("settings of all flags together have a limit", () => {
  const fields = { settings: { text: "x".repeat(4_000) } };
  const edits = Array.from({ length: 300 }, (_, index): Edit => ({ kind: "put", key: `F${index}`, fields }));
  expect(problems(edits.slice(0, 200))).toEqual(["change"]);
  expect(problems(edits)).toEqual([
    "flags must be at most 1048576 bytes of settings in all flags together: it is 1203300 bytes",
  ]);
});
