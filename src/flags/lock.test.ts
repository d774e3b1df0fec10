import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentId, type StoredDocument } from "./document.ts";
import type { Edit } from "./edit.ts";
import type { JsonObject } from "./flag.ts";
import { planWrite } from "./plan-write.ts";
import type { Plan, PlanContext, PlanState } from "./plan.ts";
import { ROUTE, ROUTE_KEYS, definition, planContext, sampleFlag, stateOf, writtenFlag } from "./sample.ts";

const SALES = {
  enabled: "SALES",
  shadow: "SALES_SHADOW_MODE",
  dualRun: "SALES_DUAL_RUN",
  reverseShadow: ROUTE.reverseShadow,
};
const OTHER = "SEARCH_ENABLED";
const LATER = "2026-03-01T00:00:00.000Z";
const EARLIER = "2026-01-31T00:00:00.000Z";

function rollout(status: string, more: JsonObject = {}, flag = ROUTE.enabled): JsonObject {
  return { id: "x", plan: { flag }, status: { name: status, ...more } };
}

function withRollouts(state: PlanState, rollouts: Readonly<Record<string, JsonObject>>): PlanState {
  const stored = Object.entries(rollouts).map(([name, value]): StoredDocument => {
    return { id: documentId("rollout", name), value, version: 3, updatedAt: EARLIER, updatedBy: "anna" };
  });
  return { ...state, documents: new Map(stored.map((document) => [document.id, document])) };
}

const begun = stateOf(
  [
    { key: ROUTE.enabled, enabled: true, percent: 100, denylist: ["dave"], audience: "vip" },
    { key: ROUTE.shadow, enabled: true, percent: 90 },
    { key: ROUTE.dualRun, enabled: true, percent: 90 },
    { key: OTHER, percent: 5 },
  ],
  { vip: ["alice"], staff: ["bob"] },
);

function written(value: JsonObject, edits: readonly Edit[], changes: Partial<PlanContext> = {}): string {
  const plan = planWrite(withRollouts(begun, { x: value }), edits, planContext({ routes: [ROUTE, SALES], ...changes }));
  return plan.kind === "refused" ? plan.why : plan.kind;
}

const patch = (key: string, fields: Extract<Edit, { kind: "patch" }>["fields"]): Edit => ({
  kind: "patch",
  key,
  fields,
});
const members = (key: string, list: "denylist" | "forceOn", add: readonly string[], remove: readonly string[] = []) =>
  ({ kind: "members", key, list, add, remove }) as const;
const put = (name: string, value: JsonObject): Edit => ({ kind: "document", collection: "rollout", id: name, value });

const byHand: readonly (readonly [string, readonly Edit[]])[] = [
  ["a percentage", [patch(ROUTE.enabled, { percent: 99 })]],
  ["the shadow flag", [patch(ROUTE.shadow, { percent: 95 })]],
  ["the dual-run flag", [patch(ROUTE.dualRun, { percent: 95 })]],
  ["the flag of reverse shadow, of which there is no record", [patch(ROUTE.reverseShadow, { enabled: false })]],
  ["a whole flag", [{ kind: "put", key: ROUTE.enabled, fields: { enabled: false } }]],
  ["its removal", [{ kind: "remove", key: ROUTE.enabled }]],
  ["somebody forced on", [members(ROUTE.enabled, "forceOn", ["bob"])]],
  ["somebody taken off the denylist", [members(ROUTE.enabled, "denylist", ["bob"], ["dave"])]],
  ["somebody denied on the shadow flag", [patch(ROUTE.shadow, { denylist: ["bob"] })]],
  ["another percentage beside a kill", [patch(ROUTE.enabled, { percent: 5 }), { kind: "kill", key: ROUTE.enabled }]],
  ["the audience it names", [{ kind: "audience-members", name: "vip", add: ["bob"], remove: [] }]],
  ["its document", [put("x", rollout("completed"))]],
  ["the removal of its document", [{ kind: "remove-document", collection: "rollout", id: "x" }]],
];

const always: readonly (readonly [string, readonly Edit[]])[] = [
  ["a kill", [{ kind: "kill", key: ROUTE.enabled }]],
  ["`enabled: false` and nothing else", [patch(ROUTE.enabled, { enabled: false })]],
  ["somebody denied", [members(ROUTE.enabled, "denylist", ["bob"])]],
  ["a kill and somebody denied", [{ kind: "kill", key: ROUTE.enabled }, members(ROUTE.enabled, "denylist", ["bob"])]],
  ["another flag", [patch(OTHER, { percent: 6 })]],
  ["an audience that no flag of it names", [{ kind: "audience-members", name: "staff", add: ["eve"], remove: [] }]],
  [
    "an erasure",
    [
      { kind: "document", collection: "erasure", id: "0f", value: { hashes: ["0f"] } },
      members(ROUTE.enabled, "denylist", [], ["dave"]),
    ],
  ],
];

describe.each(["running", "paused", "error-paused"])("a rollout that is %s", (status) => {
  test.each(byHand)("refuses %s by hand, and says which it is", (_, edits) => {
    expect(written(rollout(status), edits)).toMatch(/rollout `x`.*sombra rollout.*--break-glass/);
    expect(written(rollout(status), edits, { rollout: "y" })).toMatch(/rollout `x`/);
  });

  test.each(byHand)("lets its own writes and broken glass through: %s", (_, edits) => {
    expect(written(rollout(status), edits, { rollout: "x" })).toBe("change");
    expect(written(rollout(status), edits, { breakGlass: true })).toBe("change");
  });

  test.each(always)("never stands in the way of %s", (_, edits) => {
    expect(written(rollout(status), edits)).toBe("change");
  });

  test("takes what changes nothing for what it is", () => {
    expect(written(rollout(status), [patch(ROUTE.enabled, { percent: 100 })])).toBe("unchanged");
  });
});

describe("a rollout that is completed", () => {
  const kept = rollout("completed", { keepUntil: LATER });

  test("keeps its flags from being removed until its time is over", () => {
    const remove: Edit = { kind: "remove", key: ROUTE.enabled };
    expect(written(kept, [remove])).toMatch(/kept by the rollout `x`/);
    expect(written(rollout("completed"), [remove])).toMatch(/kept by the rollout `x`/);
    expect(written(kept, [remove], { breakGlass: true })).toBe("change");
    expect(written(rollout("completed", { keepUntil: EARLIER }), [remove])).toBe("change");
  });

  test("leaves the way back to people", () => {
    expect(written(kept, [patch(ROUTE.shadow, { percent: 100 }), patch(ROUTE.dualRun, { percent: 100 })])).toBe(
      "change",
    );
  });
});

test.each(["draft", "pending", "ready", "rolled-back", "aborted", "something"])("a rollout that is %s", (status) => {
  for (const [, edits] of [...byHand, ...always]) expect(written(rollout(status), edits)).toBe("change");
});

describe("one flag is under one rollout", () => {
  const state = (others: Readonly<Record<string, JsonObject>>, edit: Edit, id = "new"): string => {
    const context = planContext({ routes: [ROUTE, SALES], rollout: id });
    const plan = planWrite(withRollouts(begun, others), [edit], context);
    return plan.kind === "refused" ? plan.why : plan.kind;
  };

  test.each(["draft", "ready", "running", "paused"])("a second one is not written where the first is %s", (status) => {
    expect(state({ x: rollout(status) }, put("new", rollout("draft")))).toBe(
      `\`${ROUTE.enabled}\` is under the rollout \`x\`, which is ${status}: one flag is under one rollout; abort that one first`,
    );
  });

  test("a flag that two routes share counts", () => {
    const why = state({ x: rollout("running") }, put("new", rollout("draft", {}, SALES.enabled)));
    expect(why).toMatch(/^`WHATSAPP_REVERSE_SHADOW` is under the rollout `x`/);
  });

  test("one that was over does not begin again beside another", () => {
    const others = { x: rollout("running"), new: rollout("rolled-back") };
    expect(state(others, put("new", rollout("running")))).toMatch(/one flag is under one rollout/);
  });

  test("of two that were both written, one begins", () => {
    const others = { x: rollout("ready"), new: rollout("ready") };
    expect(state(others, put("new", rollout("running")))).toBe("change");
    expect(state({ ...others, x: rollout("running") }, put("new", rollout("running")))).toMatch(/one flag/);
  });

  test.each(["rolled-back", "aborted", "completed"])("one that is %s makes room", (status) => {
    expect(state({ x: rollout(status) }, put("new", rollout("draft")))).toBe("change");
  });

  test("another flag is another matter", () => {
    expect(state({ x: rollout("running") }, put("new", rollout("draft", {}, OTHER)))).toBe("change");
  });
});

const KEYS = [...ROUTE_KEYS, OTHER];
const anyMembers = fc.uniqueArray(fc.constantFrom("alice", "bob", "carol"), { maxLength: 2 });
const anyFields = fc.record(
  { enabled: fc.constantFrom(null, true, false), percent: fc.constantFrom(null, 0, 50, 100), denylist: anyMembers },
  { requiredKeys: [] },
);
const key = fc.constantFrom(...KEYS);
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constantFrom("put" as const, "patch" as const), key, fields: anyFields }),
  fc.record({ kind: fc.constantFrom("kill" as const, "remove" as const), key }),
  fc
    .record({ key, list: fc.constantFrom("denylist" as const, "forceOn" as const), one: anyMembers, other: anyMembers })
    .map(({ one, other, ...edit }) => ({
      ...edit,
      kind: "members" as const,
      add: one,
      remove: other.filter((member) => !one.includes(member)),
    })),
);
const anyState = fc
  .uniqueArray(fc.record({ key, fields: anyFields }), { selector: (one) => one.key, maxLength: 5 })
  .map((flags) => stateOf(flags.map((flag) => sampleFlag({ ...flag.fields, key: flag.key, version: 3 }))));
const anyEdits = fc.array(anyEdit, { minLength: 1, maxLength: 3 });
const context = planContext({ definitions: KEYS.map((one) => definition(one)) });

/** What a flag says, but for whether it is switched off and who is denied. */
const restOf = (state: PlanState, one: string): unknown => {
  const flag = state.flags.get(one);
  if (flag === undefined) return null;
  const { enabled: _e, denylist: _d, version: _v, updatedAt: _a, updatedBy: _b, ...rest } = writtenFlag(flag);
  return rest;
};

test("under a rollout no write by hand but one towards legacy changes a flag, and every other write is as without it", () => {
  const counts: Record<string, number> = {};
  fc.assert(
    fc.property(anyState, anyEdits, (state, edits) => {
      const held = withRollouts(state, { x: rollout("running") });
      const [free, locked] = [planWrite(state, edits, context), planWrite(held, edits, context)];
      for (const open of [{ rollout: "x" }, { breakGlass: true }]) {
        expect(comparable(planWrite(held, edits, { ...context, ...open }))).toEqual(comparable(free));
      }
      counts[locked.kind] = (counts[locked.kind] ?? 0) + 1;
      if (locked.kind !== "refused" || free.kind === "refused") expect(comparable(locked)).toEqual(comparable(free));
      if (edits.every((edit) => edit.kind === "kill" || ("key" in edit && edit.key === OTHER))) {
        expect(comparable(locked)).toEqual(comparable(free));
      }
      if (locked.kind !== "change") return;
      for (const one of ROUTE_KEYS.filter((each) => state.flags.has(each))) {
        expect(restOf(locked.next, one)).toEqual(restOf(state, one));
        const [was, is] = [state.flags.get(one), locked.next.flags.get(one)];
        expect(is?.enabled === was?.enabled || is?.enabled === false).toBe(true);
        for (const member of was?.denylist.members() ?? []) expect(is?.denylist.has(member)).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(counts.change ?? 0, counts.refused ?? 0)).toBeGreaterThan(60);
});

test("whatever is written, no two rollouts ever have a flag together", () => {
  const anyStatus = fc.constantFrom("draft", "ready", "running", "paused", "completed", "rolled-back", "aborted");
  const anyWrite = fc.record({
    id: fc.constantFrom("a", "b", "c"),
    status: anyStatus,
    flag: fc.constantFrom(ROUTE.enabled, SALES.enabled, OTHER),
  });
  const sharing = new Map([ROUTE.enabled, SALES.enabled].map((flag) => [flag, "one"] as const));
  let refused = 0;
  fc.assert(
    fc.property(fc.array(anyWrite, { maxLength: 12 }), (writes) => {
      let state: PlanState = stateOf([]);
      for (const { id, status, flag } of writes) {
        const own = planContext({ routes: [ROUTE, SALES], rollout: id });
        const plan = planWrite(state, [put(id, rollout(status, { keepUntil: LATER }, flag))], own);
        if (plan.kind === "refused") refused += 1;
        if (plan.kind === "change") state = plan.next;
        const open = [...state.documents.values()].filter(({ value }) =>
          /"(?:draft|ready|running|paused)"/.test(JSON.stringify(value)),
        );
        const flags = open.map(({ value }) => /"flag":"(\w+)"/.exec(JSON.stringify(value))?.[1] ?? "");
        const groups = flags.map((one) => sharing.get(one) ?? one);
        expect(new Set(groups).size).toBe(groups.length);
      }
    }),
    { numRuns: 300 },
  );
  expect(refused).toBeGreaterThan(50);
});

/** Documents aside, which the one state has and the other has not. */
function comparable(plan: Plan): unknown {
  return plan.kind === "change" ? { ...plan, next: [...plan.next.flags].map(([, flag]) => writtenFlag(flag)) } : plan;
}
