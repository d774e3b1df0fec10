import { describe, expect, test } from "vitest";
import type { Edit, FlagFields } from "./edit.ts";
import type { Flag } from "./flag.ts";
import { parseForm } from "./forms.ts";
import { parseGuideForm } from "./guide-form.ts";
import { decideMode } from "./mode.ts";
import { describeCutOver, newlyCutOver, offForBoth } from "./newly-cut-over.ts";
import { planWrite } from "./plan-write.ts";
import { ROUTE, compiled, planContext, routeSnapshot, stateOf, type RouteChanges } from "./sample.ts";

const ON = { enabled: true };
const OFF = { enabled: false };

/** Whom the second set of flags cuts over and the first does not, in words. */
function told(before: RouteChanges, after: RouteChanges): string | null {
  const step = { before: routeSnapshot(before).flags, after: routeSnapshot(after).flags };
  const cut = newlyCutOver(step, ROUTE);
  return cut && describeCutOver(cut).text;
}

describe("who is cut over by a step", () => {
  const shadowed = { enabled: ON, shadow: ON, dualRun: OFF };

  test.each<[string, RouteChanges, RouteChanges, string | null]>([
    ["percent 5 on shadow, dual-run off", shadowed, { ...shadowed, shadow: { percent: 5 } }, "95 % of the shoppers"],
    ["dual-run on", { enabled: ON }, { enabled: ON, shadow: { percent: 5 } }, null],
    ["both flags at 90", { enabled: ON }, { enabled: ON, shadow: { percent: 90 }, dualRun: { percent: 90 } }, "10 %"],
    [
      "shares that cover each other: whoever is enabled is compared",
      {},
      { enabled: { percent: 5 }, shadow: { percent: 5 }, dualRun: OFF },
      null,
    ],
    [
      "a share of a share",
      { enabled: { percent: 50 }, shadow: ON, dualRun: OFF },
      { enabled: { percent: 50 }, shadow: { percent: 30 }, dualRun: OFF },
      "20 %",
    ],
    [
      "a bucket of its own",
      { enabled: { percent: 50 }, shadow: ON, dualRun: OFF },
      { enabled: { percent: 50 }, shadow: { percent: 30, salt: "own" }, dualRun: OFF },
      "35 %",
    ],
    [
      "the least there is",
      { enabled: ON, shadow: ON, dualRun: OFF },
      { enabled: ON, shadow: { percent: 99.999 }, dualRun: OFF },
      "0.001 %",
    ],
    [
      "less than that",
      { enabled: { percent: 0.001 }, shadow: ON, dualRun: OFF },
      { enabled: { percent: 0.001 }, shadow: { percent: 90, salt: "own" }, dualRun: OFF },
      "less than 0.001 %",
    ],
    [
      "some who were cut over before",
      { enabled: { percent: 5 }, shadow: OFF, dualRun: OFF },
      { enabled: { percent: 25 }, shadow: OFF, dualRun: OFF },
      "20 %",
    ],
    [
      "fewer than before",
      { enabled: ON, shadow: OFF, dualRun: OFF },
      { enabled: ON, shadow: { percent: 5 }, dualRun: OFF },
      null,
    ],
    [
      "a denylist",
      shadowed,
      { ...shadowed, shadow: { ...ON, denylist: ["alice", "bob"] } },
      "2 shoppers that lists name",
    ],
    ["one shopper", shadowed, { ...shadowed, shadow: { ...ON, denylist: ["alice"] } }, "1 shopper that a list names"],
    [
      "an allowlist, named twice",
      { ...shadowed, enabled: { ...ON, forceOn: ["alice"] } },
      { ...shadowed, enabled: { ...ON, forceOn: ["alice"] }, shadow: { allowlist: ["bob"], denylist: ["alice"] } },
      "100 % of the shoppers and 1 shopper that a list names",
    ],
    ["a text", shadowed, { ...shadowed, shadow: { ...ON, description: "x" } }, null],
  ])("%s", (_, before, after, says) => {
    if (says === null) expect(told(before, after)).toBeNull();
    else expect(told(before, after)).toMatch(new RegExp(`^${says}`));
  });

  test("the share is that of many shoppers", () => {
    const before = {
      enabled: { percent: 80, salt: "s" },
      shadow: { percent: 60 },
      dualRun: { percent: 70, salt: "d" },
    };
    const after = { ...before, shadow: { percent: 10 }, dualRun: { percent: 20, bucketing: "md5" as const } };
    const [was, is] = [routeSnapshot(before), routeSnapshot(after)];
    const isCut = (snapshot: typeof is, shopper: string): boolean =>
      decideMode(snapshot, ROUTE, shopper).mode === "cutover";
    const ids = Array.from({ length: 20_000 }, (_, index) => `5511${900_000_000 + index}`);
    const cut = ids.filter((id) => isCut(is, id) && !isCut(was, id)).length;
    const { ratio = 0 } = newlyCutOver({ before: was.flags, after: is.flags }, ROUTE) ?? {};
    expect(Math.abs(ratio - cut / ids.length)).toBeLessThan(0.015);
  });

  test("for whom both flags are off does not ask whether `enabled` is on", () => {
    const flags = new Map([
      [ROUTE.enabled, compiled({ key: ROUTE.enabled, enabled: false, denylist: ["alice"] })],
      [ROUTE.shadow, compiled({ key: ROUTE.shadow, percent: 5 })],
      [ROUTE.dualRun, compiled({ key: ROUTE.dualRun, enabled: false })],
    ]);
    expect(offForBoth(flags, ROUTE)).toEqual({ ratio: 0.95, named: 0 });
    expect(offForBoth(new Map([...flags].filter(([key]) => key !== ROUTE.dualRun)), ROUTE)).toBeNull();
  });
});

const patch = (key: string, fields: FlagFields): Edit => ({ kind: "patch", key, fields });

function outcome(edits: readonly Edit[], flags: readonly Partial<Flag>[], audiences = {}): string {
  const plan = planWrite(stateOf(flags, audiences), edits, planContext());
  return plan.kind === "refused" ? plan.why : plan.kind;
}

function guide(form: object): readonly Edit[] {
  const parsed = parseGuideForm(form, { routes: [ROUTE], keyOf: (name) => name });
  if (!parsed.ok) throw new Error("a form of the guide");
  return parsed.edits;
}

function form(key: string, said: object): readonly Edit[] {
  const parsed = parseForm(said, key);
  if (!parsed.ok) throw new Error("a form of a flag");
  return [{ kind: "put", key, ...parsed.said }];
}

const { enabled, shadow, dualRun } = ROUTE;
const flagsAt = (changes: RouteChanges): readonly Partial<Flag>[] =>
  Object.entries(changes).map(([role, change]) => ({
    key: role === "enabled" ? enabled : role === "shadow" ? shadow : dualRun,
    ...change,
  }));
const inShadow = flagsAt({ enabled: ON, dualRun: OFF });
const shared = flagsAt({ enabled: ON, shadow: { percent: 90 }, dualRun: { percent: 90 } });
const served = flagsAt({ enabled: { percent: 5 }, shadow: OFF, dualRun: OFF });

describe("a write that would cut over whom it does not say so of is refused", () => {
  test.each<[string, readonly Edit[], readonly Partial<Flag>[], string]>([
    ["percent 5 on shadow, dual-run off", [patch(shadow, { percent: 5 })], inShadow, "95 % of the shoppers,"],
    ["the guide's form", guide({ name: shadow, percent_rollout: 5 }), inShadow, "95 % of the shoppers,"],
    ["the JSON form", form(shadow, { enabled: true, percentage: 5 }), inShadow, "95 % of the shoppers,"],
    ["dual-run off, shadow at 5", [patch(dualRun, OFF)], flagsAt({ enabled: ON, shadow: { percent: 5 } }), "95 %"],
    ["shadow off, dual-run at 5", guide({ name: enabled, shadow_mode: false }), dualRunAt(5), "95 %"],
    ["one flag of a share", [patch(dualRun, { percent: 80 })], sharedAt(80), "10 % of the shoppers,"],
    ["a whole denylist", [patch(shadow, { denylist: ["alice"] })], inShadow, "1 shopper that a list names,"],
    ["a whole allowlist", [patch(shadow, { allowlist: ["alice"] })], inShadow, "100 % of the shoppers,"],
    [
      "another denied",
      [{ kind: "members", key: shadow, list: "denylist", add: ["bob"], remove: [] }],
      flagsAt({ enabled: ON, shadow: { denylist: ["alice"] }, dualRun: OFF }),
      "1 shopper that a list names",
    ],
    [
      "no longer forced on",
      [{ kind: "members", key: shadow, list: "forceOn", add: [], remove: ["alice"] }],
      flagsAt({ enabled: ON, shadow: { percent: 0.001, forceOn: ["alice"] }, dualRun: OFF }),
      "1 shopper that a list names",
    ],
  ])("%s", (_, edits, flags, says) => {
    expect(outcome(edits, flags)).toMatch(
      new RegExp(`would both be off for ${says}.* not cut over so far: this would cut over; say both`),
    );
  });

  test.each<[string, Edit, string]>([
    ["more of enabled", patch(enabled, { percent: 100 }), "5 % of the shoppers"],
    ["enabled with another salt", patch(enabled, { salt: "other" }), "% of the shoppers"],
  ])("%s, where a share is served", (_, edit, says) => {
    expect(outcome([edit], enabledAt(95))).toMatch(
      new RegExp(`would both be off for .*${says}.* would cut over; to cut over, bring legacy back .*--to-shadow`),
    );
  });

  test("the first of an audience, where the flags are off by share", () => {
    const flags = flagsAt({ enabled: { ...ON, audience: "vip" }, shadow: { percent: 5 }, dualRun: OFF });
    const edit: Edit = { kind: "audience", name: "vip", members: ["alice"] };
    expect(outcome([edit], flags, { vip: [] })).toMatch("off for 1 shopper that a list names");
  });

  function dualRunAt(percent: number): readonly Partial<Flag>[] {
    return flagsAt({ enabled: ON, shadow: ON, dualRun: { percent } });
  }
  function sharedAt(percent: number): readonly Partial<Flag>[] {
    return flagsAt({ enabled: ON, shadow: { percent }, dualRun: { percent: 90 } });
  }
  function enabledAt(percent: number): readonly Partial<Flag>[] {
    return flagsAt({ enabled: { percent }, shadow: { percent: 90 }, dualRun: { percent: 90 } });
  }
});

describe("a write that says so is written", () => {
  test.each<[string, readonly Edit[], readonly Partial<Flag>[]]>([
    ["`enabled: false` on shadow, dual-run off", [patch(shadow, OFF)], inShadow],
    ["the guide's `shadow_mode: false`", guide({ name: enabled, shadow_mode: false }), inShadow],
    ["percent 0", [patch(shadow, { percent: 0 })], inShadow],
    ["`enabled: false` on dual-run, shadow off", [patch(dualRun, OFF)], flagsAt({ enabled: ON, shadow: OFF })],
    ["both flags at a share", [patch(shadow, { percent: 90 }), patch(dualRun, { percent: 90 })], inShadow],
    ["the share raised", [patch(shadow, { percent: 80 }), patch(dualRun, { percent: 80 })], shared],
    ["the first half of a share raised", [patch(shadow, { percent: 80 })], shared],
    ["the share lowered by half", [patch(shadow, { percent: 95 })], shared],
    ["one shopper, on both", [patch(shadow, { denylist: ["a"] }), patch(dualRun, { denylist: ["a"] })], inShadow],
    ["more enabled, both off", [patch(enabled, { percent: 50 })], served],
    ["enabled from none, both off", [patch(enabled, { percent: 5 })], flagsAt({ shadow: OFF, dualRun: OFF })],
    [
      "a description",
      [patch(shadow, { description: "x" })],
      flagsAt({ enabled: ON, shadow: { percent: 5 }, dualRun: OFF }),
    ],
    ["a kill of `enabled`", [{ kind: "kill", key: enabled }], shared],
  ])("%s", (_, edits, flags) => {
    expect(outcome(edits, flags)).toBe("change");
  });

  test("the audience of a cutover that has begun grows", () => {
    const flags = flagsAt({ enabled: { ...ON, audience: "vip" }, shadow: OFF, dualRun: OFF });
    const edit: Edit = { kind: "audience-members", name: "vip", add: ["bob"], remove: [] };
    expect(outcome([edit], flags, { vip: ["alice"] })).toBe("change");
    expect(outcome([edit], flags, { vip: [] })).toMatch("off for 1 shopper that a list names");
  });
});
