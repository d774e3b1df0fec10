import { describe, expect, test } from "vitest";
import type { Edit, FlagFields } from "./edit.ts";
import type { Flag } from "./flag.ts";
import { planWrite } from "./plan-write.ts";
import type { Plan, PlanContext, PlanState } from "./plan.ts";
import { ROUTE, definition, planContext, sampleFlag, stateOf, writtenFlag } from "./sample.ts";

const KEY = "CHECKOUT_ENABLED";
const NONE: PlanState = stateOf([]);

const patch = (fields: FlagFields): Edit => ({ kind: "patch", key: KEY, fields });
const put = (fields: FlagFields): Edit => ({ kind: "put", key: KEY, fields });
const allow = (add: readonly string[], remove: readonly string[] = []): Edit => ({
  kind: "members",
  key: KEY,
  list: "allowlist",
  add,
  remove,
});

function changed(
  state: PlanState,
  edits: readonly Edit[],
  context: Partial<PlanContext> = {},
): Extract<Plan, { kind: "change" }> {
  const plan = planWrite(state, edits, planContext(context));
  if (plan.kind !== "change") throw new Error(`a change, not ${JSON.stringify(plan)}`);
  return plan;
}

/** The flag as it is written afterwards; null: no record. */
function written(state: PlanState, edits: readonly Edit[], context: Partial<PlanContext> = {}): Flag | null {
  const flag = changed(state, edits, context).next.flags.get(KEY);
  return flag === undefined ? null : writtenFlag(flag);
}

const STAMP = { version: 8, updatedAt: "2026-02-01T10:00:00.000Z", updatedBy: "ops" };
const stored: Partial<Flag> = {
  key: KEY,
  description: "Stored",
  percent: 5,
  allowlist: ["alice", "bob"],
  denylist: ["dave"],
  version: 3,
  updatedBy: "erin",
};

describe("the base of a patch", () => {
  const environment = [sampleFlag({ percent: 50, forceOn: ["carol"], updatedBy: "environment" })];
  const definitions = [definition(KEY, { description: "Known", default: true, salt: "own" })];

  test("is the record, whatever environment and definition say", () => {
    expect(written(stateOf([stored]), [patch({ enabled: true })], { environment, definitions })).toEqual({
      ...sampleFlag(stored),
      enabled: true,
      ...STAMP,
    });
  });

  test("is the environment where there is no record, lists and all", () => {
    const flag = written(NONE, [patch({ enabled: true })], { environment, definitions });
    expect(flag).toEqual({ ...environment[0], enabled: true, ...STAMP });
  });

  test("is the definition where neither is there, else a blank flag", () => {
    const known = written(NONE, [patch({ percent: 1 })], { definitions });
    expect(known).toMatchObject({ description: "Known", default: true, salt: "own", percent: 1, enabled: null });
    expect(written(NONE, [patch({ percent: 1 })])).toEqual({ ...sampleFlag({ percent: 1 }), ...STAMP });
  });

  test("is the definition where the record cannot be read: the environment does not come back by the way", () => {
    const state = { ...NONE, unreadable: [KEY] };
    expect(written(state, [patch({ description: "x" })], { environment })).toMatchObject({
      percent: null,
      forceOn: [],
    });
  });

  test("serves a kill and members as well", () => {
    const context = { environment, definitions };
    expect(written(NONE, [{ kind: "kill", key: KEY }], context)).toMatchObject({
      enabled: false,
      percent: 50,
      forceOn: ["carol"],
    });
    expect(written(NONE, [allow(["alice"])], context)).toMatchObject({
      allowlist: ["alice"],
      percent: 50,
      forceOn: ["carol"],
    });
  });
});

describe("each edit", () => {
  test("put: what is absent takes the default of the definition", () => {
    const definitions = [definition(KEY, { description: "Known", default: true, bucketing: "md5" })];
    const environment = [sampleFlag({ percent: 50 })];
    const flag = written(stateOf([stored]), [put({ enabled: true, denylist: undefined })], {
      definitions,
      environment,
    });
    const unset = sampleFlag({ description: "Known", default: true, bucketing: "md5" });
    expect(flag).toEqual({ ...unset, enabled: true, ...STAMP });
  });

  test("patch: null is a value, undefined is none", () => {
    const flag = written(stateOf([stored]), [patch({ allowlist: null, percent: null, denylist: undefined })]);
    expect(flag).toMatchObject({ allowlist: null, percent: null, denylist: ["dave"], description: "Stored" });
  });

  test("kill: `enabled` is false and the rest is kept", () => {
    const { next, edited } = changed(stateOf([stored]), [{ kind: "kill", key: KEY }]);
    const flag = next.flags.get(KEY);
    expect(flag && writtenFlag(flag)).toEqual({ ...sampleFlag(stored), enabled: false, ...STAMP });
    expect(edited.map(({ action }) => action)).toEqual(["flag-killed"]);
  });

  test("what follows a kill in the same write makes it a change like any other", () => {
    const { edited } = changed(stateOf([stored]), [{ kind: "kill", key: KEY }, patch({ enabled: true })]);
    expect(edited.map(({ action }) => action)).toEqual(["flag-set"]);
  });

  test("remove: the record goes with its lists", () => {
    const { change, next, edited } = changed(stateOf([stored]), [{ kind: "remove", key: KEY }]);
    expect(change).toEqual({
      flags: [{ kind: "removed", key: KEY }],
      lists: [
        { kind: "dropped", list: `allowlist:${KEY}` },
        { kind: "dropped", list: `denylist:${KEY}` },
      ],
    });
    expect(next.flags.size).toBe(0);
    expect(edited).toMatchObject([
      { action: "flag-removed", subject: KEY, before: { allowlist: 2, version: 3 }, after: null },
    ]);
    expect(edited[0]?.members).toEqual([
      { list: `allowlist:${KEY}`, added: [], removed: ["alice", "bob"] },
      { list: `denylist:${KEY}`, added: [], removed: ["dave"] },
    ]);
  });

  test("remove: a record that nobody can read goes with whatever lists it has", () => {
    const { change } = changed({ ...NONE, unreadable: [KEY] }, [{ kind: "remove", key: KEY }]);
    const lists = ["allowlist", "denylist", "forceOn"].map((list) => ({ kind: "dropped", list: `${list}:${KEY}` }));
    expect(change).toEqual({ flags: [{ kind: "removed", key: KEY }], lists });
  });

  test("members: the first closes the list, and the last leaves it closed", () => {
    expect(written(stateOf([{ key: KEY }]), [allow(["alice"])])).toMatchObject({ allowlist: ["alice"] });
    expect(written(stateOf([stored]), [allow([], ["alice", "bob"])])).toMatchObject({ allowlist: [] });
  });

  test("audiences: stored, edited, emptied, removed", () => {
    const state = stateOf([], { vip: ["alice"] });
    const after = (edit: Edit): readonly string[] | null => {
      const table = changed(state, [edit]).next.audiences.get("vip");
      return table === undefined ? null : [...table.members()];
    };
    expect(after({ kind: "audience", name: "vip", members: ["bob", "carol"] })).toEqual(["bob", "carol"]);
    expect(after({ kind: "audience-members", name: "vip", add: ["bob"], remove: ["alice"] })).toEqual(["bob"]);
    expect(after({ kind: "audience", name: "vip", members: [] })).toEqual([]);
    expect(after({ kind: "remove-audience", name: "vip" })).toBeNull();
    const { next, edited } = changed(NONE, [{ kind: "audience", name: "vip", members: [] }]);
    expect(next.audiences.get("vip")?.size).toBe(0);
    expect(edited).toEqual([{ action: "audience-set", subject: "vip", before: null, after: 0, members: [] }]);
  });

  test.each<[string, Edit]>([
    ["kill", { kind: "kill", key: KEY }],
    ["remove", { kind: "remove", key: KEY }],
    ["members", allow(["alice"])],
  ])("%s of a flag that nobody knows is unknown", (_, edit) => {
    expect(planWrite(NONE, [edit], planContext())).toEqual({ kind: "unknown", subject: KEY });
  });

  test.each<[string, Edit]>([
    ["members", { kind: "audience-members", name: "vip", add: ["a"], remove: [] }],
    ["removal", { kind: "remove-audience", name: "vip" }],
  ])("%s of an audience that is not stored is unknown", (_, edit) => {
    expect(planWrite(NONE, [edit], planContext())).toEqual({ kind: "unknown", subject: "vip" });
  });
});

function fieldsOf({ key: _key, version: _version, updatedBy: _by, ...fields }: Partial<Flag>): FlagFields {
  return fields;
}

describe("what a machine switched off", () => {
  const off = stateOf([{ ...stored, enabled: false, updatedBy: "automatic:drill" }]);

  test.each<[string, Edit]>([
    ["kill", { kind: "kill", key: KEY }],
    ["patch", patch({ enabled: false })],
  ])("is off by the word of whoever switches it off as well: %s", (_, edit) => {
    expect(written(off, [edit])).toMatchObject({ enabled: false, version: 8, updatedBy: "ops" });
    expect(planWrite(off, [edit], planContext({ by: "automatic:rollout" })).kind).toBe("unchanged");
    const byHand = stateOf([{ ...stored, enabled: false, updatedBy: "token:erin" }]);
    expect(planWrite(byHand, [edit], planContext()).kind).toBe("unchanged");
  });
});

describe("unchanged", () => {
  const state = stateOf([stored], { vip: ["alice"] });

  test.each<[string, readonly Edit[]]>([
    ["nothing", []],
    ["an empty patch", [patch({})]],
    ["a patch to what is there", [patch({ percent: 5, allowlist: ["bob", "alice"], settings: {} })]],
    ["an empty patch of a flag that nobody knows", [{ kind: "patch", key: "NEW", fields: { percent: undefined } }]],
    ["a member who is in the list", [allow(["alice"])]],
    ["a member who is not in the list taken out", [allow([], ["carol"])]],
    [
      "a member taken out of a list that is not there",
      [{ kind: "members", key: ROUTE.enabled, list: "allowlist", add: [], remove: ["x"] }],
    ],
    ["there and back again", [allow(["carol"]), allow([], ["carol"])]],
    ["removed and put as it was", [{ kind: "remove", key: KEY }, put(fieldsOf(stored))]],
    ["the removal of a flag without a record", [{ kind: "remove", key: ROUTE.enabled }]],
    ["the same audience", [{ kind: "audience", name: "vip", members: ["alice"] }]],
    [
      "an audience stored and removed",
      [
        { kind: "audience", name: "new", members: ["a"] },
        { kind: "remove-audience", name: "new" },
      ],
    ],
  ])("%s", (_, edits) => {
    expect(planWrite(state, edits, planContext())).toEqual({ kind: "unchanged" });
  });

  test.each<[string, Edit]>([
    ["a patch that says nothing", patch({})],
    ["a member who is not in the list taken out", allow([], ["alice"])],
  ])("%s leaves a record that nobody can read where it is", (_, edit) => {
    const environment = [sampleFlag({ enabled: true })];
    const plan = planWrite({ ...NONE, unreadable: [KEY] }, [edit], planContext({ environment }));
    expect(plan).toEqual({ kind: "unchanged" });
  });

  test("a flag that only the environment has is written once it is patched to the same: its record is new", () => {
    const environment = [sampleFlag({ percent: 50 })];
    expect(written(NONE, [patch({ percent: 50 })], { environment })).toMatchObject({ percent: 50, version: 8 });
  });
});

describe("the change", () => {
  test("of one member travels as that one, and of most of them as the whole list", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => `shopper-${index}`);
    const state = stateOf([{ key: KEY, allowlist: hundred }]);
    const lists = (edit: Edit): unknown => changed(state, [edit]).change.lists;
    const list = `allowlist:${KEY}`;
    expect(lists(allow(["alice"], ["shopper-7"]))).toEqual([
      { kind: "edited", list, added: ["alice"], removed: ["shopper-7"] },
    ]);
    expect(lists(patch({ allowlist: [...hundred, "alice"] }))).toEqual([
      { kind: "edited", list, added: ["alice"], removed: [] },
    ]);
    expect(lists(patch({ allowlist: ["shopper-7", "alice"] }))).toEqual([
      { kind: "replaced", list, members: ["shopper-7", "alice"] },
    ]);
    expect(lists(patch({ allowlist: null }))).toEqual([{ kind: "dropped", list }]);
    expect(lists(patch({ allowlist: [] }))).toEqual([{ kind: "dropped", list }]);
    expect(lists(patch({ percent: 5 }))).toEqual([]);
  });

  test("stamps what it sets, and nothing else", () => {
    const state = stateOf([stored, { key: "B", version: 2, updatedBy: "erin" }, { key: "C", percent: 1, version: 1 }]);
    const edits: Edit[] = [patch({ percent: 6 }), { kind: "patch", key: "C", fields: { percent: 1 } }];
    const { next, change } = changed(state, edits);
    expect(change.flags.map((one) => (one.kind === "set" ? one.flag.key : one.key))).toEqual([KEY]);
    expect(next.flags.get(KEY)).toMatchObject(STAMP);
    expect(next.flags.get("B")).toBe(state.flags.get("B"));
    expect(next.flags.get("C")).toBe(state.flags.get("C"));
  });

  test("tells counts before and after, and members apart", () => {
    const { edited } = changed(stateOf([stored]), [allow(["carol"], ["alice"]), patch({ percent: 6 })]);
    expect(edited).toMatchObject([
      {
        action: "flag-set",
        subject: KEY,
        before: { percent: 5, allowlist: 2, version: 3 },
        after: { percent: 6, allowlist: 2, ...STAMP },
      },
    ]);
    expect(edited[0]?.members).toEqual([{ list: `allowlist:${KEY}`, added: ["carol"], removed: ["alice"] }]);
    expect(JSON.stringify([edited[0]?.before, edited[0]?.after])).not.toMatch(/alice|carol/);
  });

  test("stores an audience before the flag that names it, in either order of edits", () => {
    const edits: Edit[] = [patch({ audience: "vip" }), { kind: "audience", name: "vip", members: ["alice"] }];
    for (const order of [edits, edits.toReversed()]) {
      const { next } = changed(NONE, order);
      expect([next.flags.get(KEY)?.audience, next.audiences.get("vip")?.size]).toEqual(["vip", 1]);
    }
  });
});

test("what one of several edits cannot do, none does", () => {
  const state = stateOf([stored]);
  const before = structuredClone([...state.flags.values()].map(writtenFlag));
  const plan = planWrite(state, [patch({ percent: 50 }), { kind: "remove", key: "NOBODY_KNOWS" }], planContext());
  expect(plan).toEqual({ kind: "unknown", subject: "NOBODY_KNOWS" });
  expect([...state.flags.values()].map(writtenFlag)).toEqual(before);
});
