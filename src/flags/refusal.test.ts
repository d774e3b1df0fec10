import { describe, expect, test } from "vitest";
import type { Edit, FlagFields } from "./edit.ts";
import type { Flag } from "./flag.ts";
import { parseForm } from "./forms.ts";
import { parseGuideForm } from "./guide-form.ts";
import { planWrite } from "./plan-write.ts";
import type { PlanContext, PlanState } from "./plan.ts";
import { ROUTE, planContext, sampleFlag, stateOf } from "./sample.ts";

const ON = { enabled: true };
const OFF = { enabled: false };
const FAIL_ON = [ROUTE.shadow, ROUTE.dualRun];

interface Before {
  readonly flags?: readonly Partial<Flag>[];
  readonly audiences?: Readonly<Record<string, readonly string[]>>;
  readonly unreadable?: readonly string[];
}

/** Why not, else what came of it. */
function outcome(edits: readonly Edit[], before: Before = {}, changes: Partial<PlanContext> = {}): string {
  const state: PlanState = { ...stateOf(before.flags ?? [], before.audiences), unreadable: before.unreadable ?? [] };
  const plan = planWrite(state, edits, planContext(changes));
  return plan.kind === "refused" ? plan.why : plan.kind;
}

const patch = (key: string, fields: FlagFields): Edit => ({ kind: "patch", key, fields });
const put = (key: string, fields: FlagFields): Edit => ({ kind: "put", key, fields });
const members = (
  key: string,
  list: "allowlist" | "denylist" | "forceOn",
  add: string[],
  remove: string[] = [],
): Edit => ({
  kind: "members",
  key,
  list,
  add,
  remove,
});

function guide(form: object): readonly Edit[] {
  const parsed = parseGuideForm(form, { routes: [ROUTE], keyOf: (name) => name });
  if (!parsed.ok) throw new Error("a form of the guide");
  return parsed.edits;
}

function byForm(kind: "put" | "patch", key: string, form: object): readonly Edit[] {
  const parsed = parseForm(form, key);
  if (!parsed.ok) throw new Error("a form of a flag");
  return [{ kind, key, ...parsed.said }];
}

describe.each(FAIL_ON)("%s", (key) => {
  const closed = [{ key, allowlist: ["alice"] }];

  test.each<[string, readonly Edit[], Before, string]>([
    ["a kill", [{ kind: "kill", key }], {}, "cannot be killed"],
    ["a kill where it is on", [{ kind: "kill", key }], { flags: [{ key, ...ON }] }, "cannot be killed"],
    ["its removal", [{ kind: "remove", key }], { flags: [{ key, ...ON }] }, "cannot be removed"],
    ["its removal where nobody can read it", [{ kind: "remove", key }], { unreadable: [key] }, "cannot be removed"],
    ["the guide's `active: false`", guide({ name: key, active: false }), {}, "cannot be removed"],
    ["a JSON form put without `enabled`", byForm("put", key, { percentage: 5 }), {}, "`enabled` is missing"],
    ["a JSON form patched without `enabled`", byForm("patch", key, { force_on: ["a"] }), {}, "`enabled` is missing"],
    ["an empty allowlist put", [put(key, { ...ON, allowlist: [] })], {}, "an empty list"],
    ["an empty allowlist patched", [patch(key, { allowlist: [] })], { flags: [{ key, ...ON }] }, "an empty list"],
    ["an empty allowlist in a form", byForm("put", key, { enabled: true, whitelist: [] }), {}, "an empty list"],
    ["an empty allowlist in the guide's form", guide({ name: key, allowlist: [] }), {}, "an empty list"],
    [
      "its last allowed shopper taken out",
      [members(key, "allowlist", [], ["alice"])],
      { flags: closed },
      "an empty list",
    ],
    [
      "the percentage taken from beside an empty allowlist",
      [patch(key, { percent: null })],
      { flags: [{ key, percent: 100, allowlist: [] }] },
      "an empty list",
    ],
    [
      "an audience of nobody",
      [patch(key, { audience: "vip" })],
      { flags: [{ key, ...ON }], audiences: { vip: [] } },
      "an empty list",
    ],
    [
      "the last of its audience taken out",
      [{ kind: "audience-members", name: "vip", add: [], remove: ["alice"] }],
      { flags: [{ key, audience: "vip" }], audiences: { vip: ["alice"] } },
      "an empty list",
    ],
    [
      "its audience emptied",
      [{ kind: "audience", name: "vip", members: [] }],
      { flags: [{ key, audience: "vip" }], audiences: { vip: ["alice"] } },
      "an empty list",
    ],
    [
      "its audience stored, of which it was only said",
      [{ kind: "audience", name: "vip", members: ["alice"] }],
      { flags: [{ key, audience: "vip" }] },
      "would be off for somebody",
    ],
    ["a first shopper denied", [members(key, "denylist", ["alice"])], { flags: [{ key, ...ON }] }, "off for somebody"],
    ["a first shopper denied where it is unset", [members(key, "denylist", ["alice"])], {}, "off for somebody"],
    [
      "a first shopper denied beside a value that says on",
      [patch(key, { ...ON, percent: null, denylist: [] }), members(key, "denylist", ["alice"])],
      {},
      "off for somebody",
    ],
    ["a first shopper allowed", [members(key, "allowlist", ["alice"])], { flags: [{ key, ...ON }] }, "no allowlist"],
    ["a first shopper allowed where it is unset", [members(key, "allowlist", ["alice"])], {}, "no allowlist"],
    [
      "a first shopper allowed beside a percentage",
      [members(key, "allowlist", ["alice"])],
      { flags: [{ key, percent: 90, allowlist: [] }] },
      "no allowlist",
    ],
  ])("%s is refused", (_, edits, before, why) => {
    const said = outcome(edits, { ...before, flags: [{ key: ROUTE.enabled, ...ON }, ...(before.flags ?? [])] });
    expect(said).toContain(why);
    expect(said).toContain("this would cut over");
  });

  test.each<[string, readonly Edit[], Before?]>([
    ["`enabled: false`", [patch(key, OFF)]],
    ["`enabled: false` in a JSON form", byForm("put", key, { enabled: false, percentage: 0 })],
    ["`enabled: false` beside an empty list", [put(key, { ...OFF, allowlist: [] })]],
    ["`enabled: true` in a JSON form", byForm("put", key, { enabled: true, percentage: 90 })],
    ["a percentage", [patch(key, { percent: 90 })]],
    ["percent 0", [patch(key, { percent: 0 })]],
    ["an empty list beside a percentage", [put(key, { percent: 90, allowlist: [] })]],
    ["a denylist", [patch(key, { denylist: ["alice"] })]],
    ["an allowlist", [patch(key, { allowlist: ["alice"] })]],
    ["a shopper forced on", [members(key, "forceOn", ["alice"])]],
    ["a second shopper allowed", [members(key, "allowlist", ["bob"])], { flags: closed }],
    ["another shopper denied", [members(key, "denylist", ["bob"])], { flags: [{ key, denylist: ["alice"] }] }],
    [
      "one of two allowed taken out",
      [members(key, "allowlist", [], ["bob"])],
      { flags: [{ key, allowlist: ["alice", "bob"] }] },
    ],
    [
      "a description, where a list is empty already",
      [patch(key, { description: "x" })],
      { flags: [{ key, allowlist: [] }] },
    ],
  ])("%s is a value that says so", (_, edits, before) => {
    expect(outcome(edits, before)).toBe("change");
  });

  test("what is refused in one edit is refused among others, and nothing is written", () => {
    const edits = [patch(ROUTE.enabled, { percent: 5 }), { kind: "kill", key } as const];
    expect(outcome(edits)).toContain("cannot be killed");
  });
});

describe("the other flags", () => {
  test.each<[string, Edit, Before?]>([
    ["`enabled` is killed", { kind: "kill", key: ROUTE.enabled }],
    ["`enabled` is removed", { kind: "remove", key: ROUTE.enabled }, { flags: [{ key: ROUTE.enabled, ...ON }] }],
    ["`enabled` is closed", patch(ROUTE.enabled, { allowlist: [] })],
    ["reverse shadow is killed", { kind: "kill", key: ROUTE.reverseShadow }],
  ])("%s", (_, edit, before) => {
    expect(outcome([edit], before)).toBe("change");
  });

  const cutOver = [
    { key: ROUTE.enabled, ...ON },
    { key: ROUTE.shadow, ...OFF },
    { key: ROUTE.dualRun, ...OFF },
  ].map(sampleFlag);

  test("the record that alone keeps the environment from cutting over is not removed", () => {
    const killed = { flags: [{ key: ROUTE.enabled, ...OFF }] };
    const remove: Edit = { kind: "remove", key: ROUTE.enabled };
    expect(outcome([remove], killed, { environment: cutOver })).toContain("this would cut over; say `enabled: true`");
    expect(outcome(guide({ name: ROUTE.enabled, active: false }), killed, { environment: cutOver })).toContain(
      "cut over",
    );
    expect(outcome([patch(ROUTE.enabled, ON)], killed, { environment: cutOver })).toBe("change");
    expect(outcome([remove], killed, { environment: cutOver.slice(0, 2) })).toBe("change");
    const servedInPart = { flags: [{ key: ROUTE.enabled, percent: 5 }] };
    expect(outcome([remove], servedInPart, { environment: cutOver })).toContain("on for 95 % of the shoppers");
    const servedInFull = { flags: [{ key: ROUTE.enabled, percent: 100 }] };
    expect(outcome([remove], servedInFull, { environment: cutOver })).toBe("change");
  });
});

describe("reverse shadow before legacy's calls have been seen tied", () => {
  const key = ROUTE.reverseShadow;

  test.each<[string, readonly Edit[], Before?]>([
    ["enabled", [patch(key, ON)]],
    ["the JSON form", byForm("put", key, { enabled: true, percentage: 1 })],
    ["the guide's form", guide({ name: key, enabled: true })],
    ["a percentage", [patch(key, { percent: 0.001 })]],
    ["a default", [put(key, { default: true })]],
    ["an allowlist", [patch(key, { allowlist: ["alice"] })]],
    ["forceOn", [patch(key, { forceOn: ["alice"] })]],
    ["one shopper allowed", [members(key, "allowlist", ["alice"])]],
    ["one shopper forced on", [members(key, "forceOn", ["alice"])]],
    [
      "one shopper in its empty audience",
      [{ kind: "audience-members", name: "vip", add: ["alice"], remove: [] }],
      { flags: [{ key, ...ON, audience: "vip" }], audiences: { vip: [] } },
    ],
    ["the end of `enabled: false`", [patch(key, { enabled: null })], { flags: [{ key, ...OFF, percent: 5 }] }],
  ])("%s is refused", (_, edits, before) => {
    expect(outcome(edits, before)).toContain(
      "would turn reverse shadow on, and legacy's calls have not been seen tied",
    );
  });

  test("is switched on where they have been, and stays on where they are no longer", () => {
    expect(outcome([patch(key, ON)], {}, { mayReverse: (route) => route === ROUTE })).toBe("change");
    expect(outcome([patch(key, { percent: 5 })], { flags: [{ key, ...ON }] })).toBe("change");
  });

  test("the removal of a record that hides the environment is refused", () => {
    const environment = [sampleFlag({ key, ...ON })];
    expect(outcome([{ kind: "remove", key }], { flags: [{ key, ...OFF }] }, { environment })).toContain(
      "reverse shadow",
    );
  });

  test.each<[string, FlagFields]>([
    ["enabled false", { ...OFF, percent: 5 }],
    ["percent 0", { ...ON, percent: 0 }],
    ["a description", { description: "Later" }],
  ])("%s is written", (_, fields) => {
    expect(outcome([patch(key, fields)])).toBe("change");
  });
});

describe("routes that share flags", () => {
  const OTHER = { ...ROUTE, enabled: "WHATSAPP_ROUTING_ENABLED" };
  const routes = [ROUTE, OTHER];

  test.each<[string, readonly Edit[]]>([
    ["a salt", [patch(OTHER.enabled, { salt: "own" })]],
    ["md5", [patch(ROUTE.enabled, { bucketing: "md5" })]],
    ["the end of the common salt", [patch(ROUTE.enabled, { salt: null })]],
    ["the removal of the common salt", [{ kind: "remove", key: ROUTE.enabled }]],
  ])("%s that deals their shoppers differently is refused", (_, edits) => {
    const flags = [ROUTE.enabled, OTHER.enabled].map((key) => ({ key, salt: "common" }));
    expect(outcome(edits, { flags }, { routes })).toContain("shared by the routes of");
  });

  test("both salts change in one write", () => {
    const flags = [ROUTE.enabled, OTHER.enabled].map((key) => ({ key, salt: "common" }));
    const edits = [patch(ROUTE.enabled, { salt: "new" }), patch(OTHER.enabled, { salt: "new" })];
    expect(outcome(edits, { flags }, { routes })).toBe("change");
  });

  test("salts that differed before do not stop a kill", () => {
    expect(outcome([{ kind: "kill", key: ROUTE.enabled }], {}, { routes })).toBe("change");
  });
});

describe("an audience that flags name", () => {
  const before = {
    flags: [
      { key: "A", audience: "vip" },
      { key: "B", audience: "vip" },
    ],
    audiences: { vip: ["alice"] },
  };
  const remove: Edit = { kind: "remove-audience", name: "vip" };

  test("is not removed", () => {
    expect(outcome([remove], before)).toBe("the audience `vip` is named by `A` and `B`: change that first");
    expect(outcome([patch("A", { audience: null }), remove], before)).toContain("is named by `B`");
  });

  test("goes with the last that names it", () => {
    expect(outcome([remove, patch("A", { audience: null }), { kind: "remove", key: "B" }], before)).toBe("change");
  });

  test("is not named while it goes", () => {
    const stored = { audiences: { vip: ["alice"] } };
    expect(outcome([remove, put("A", { audience: "vip" })], stored)).toContain("is named by `A`");
  });
});
