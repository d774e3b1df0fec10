import { expect, test } from "vitest";
import { decideMode, planWrite, type Edit, type Flag, type FlagState } from "../flags/index.ts";
import { planContext, ROUTE, snapshotOf, stateOf } from "../flags/sample.ts";
import type { RouteFlags } from "../model/index.ts";
import { expectedFields } from "./phase-flags.ts";
import { parsePlan } from "./plan-schema.ts";
import type { Plan } from "./plan.ts";
import { enterPhase, rollbackEdits, type PhaseEdits } from "./shares.ts";

const routes = [ROUTE];
const { enabled, shadow, dualRun, reverseShadow } = ROUTE;
const context = planContext({ mayReverse: () => true });

function planOf(written: object): Plan {
  const gates = [{ type: "errorRate", budget: "1%" }];
  const parsed = parsePlan({ plan: "sample", flag: enabled, gates, ...written });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
}

const phasesOf = (...phases: readonly object[]): Plan =>
  planOf({ phases: phases.map((phase, index) => ({ name: `p${index}`, ...phase })) });

const start = stateOf([]);

function edits(answer: PhaseEdits): readonly Edit[] {
  if (answer.kind === "refused") throw new Error(answer.why);
  return answer.edits;
}

/** As the registry writes them. */
function written(state: FlagState, made: readonly Edit[]): FlagState {
  const plan = planWrite(state, made, context);
  if (plan.kind === "unchanged") return state;
  if (plan.kind !== "change") throw new Error(JSON.stringify(plan));
  return plan.next;
}

function entered(plan: Plan, ...phases: readonly number[]): FlagState {
  let [state, from]: [FlagState, number | null] = [start, null];
  for (const phase of phases) {
    state = written(state, edits(enterPhase({ plan, phase, from, routes, state })));
    from = phase;
  }
  return state;
}

const modeOf = (state: FlagState, shopper: string | null, route: RouteFlags = ROUTE): string =>
  decideMode(snapshotOf(state, context), route, shopper).mode;

function percents(state: FlagState): readonly (number | null | undefined)[] {
  return [enabled, shadow, dualRun, reverseShadow].map((key) => state.flags.get(key)?.percent);
}

const flag = (state: FlagState, key: string): unknown => {
  const { allowlist, denylist, forceOn, ...rest } = state.flags.get(key) ?? {};
  const members = (list: typeof denylist | null): unknown => (list === null ? null : [...(list?.members() ?? [])]);
  return { ...rest, allowlist: members(allowlist), denylist: members(denylist), forceOn: members(forceOn) };
};

test.each<[string, object, readonly (number | undefined)[]]>([
  ["serve 0", { serve: 0, compare: 5 }, [5, 100, 100, undefined]],
  ["serve 0, compare all", { serve: 0 }, [100, 100, 100, undefined]],
  ["a share", { serve: 10, compare: 40 }, [100, 90, 90, 40]],
  ["a thousandth of a percent", { serve: 99.999, compare: 0 }, [100, 0.001, 0.001, 0]],
  ["everybody", { serve: 100, compare: 25 }, [100, 0, 0, 25]],
])("with shadow, %s sets enabled, shadow, dual-run and reverse shadow", (_what, phase, wanted) => {
  expect(percents(entered(phasesOf(phase), 0))).toEqual(wanted);
});

test.each<[string, object, readonly (number | undefined)[]]>([
  ["serve 0", { serve: 0, compare: 5 }, [5, 100, 100, undefined]],
  ["a share", { serve: 10 }, [10, 0, 0, 0]],
  ["everybody", { serve: 100 }, [100, 0, 0, 0]],
])("without shadow, %s sets them so that nobody is compared once somebody is served", (_what, phase, wanted) => {
  const plan = planOf({ shadow: false, phases: [{ name: "p", ...phase }] });
  expect(percents(entered(plan, 0))).toEqual(wanted);
});

test("all flags are said in one list of edits, and the record of no other flag", () => {
  const made = edits(enterPhase({ plan: phasesOf({ serve: 5 }), phase: 0, from: null, routes, state: start }));
  expect(new Set(made.map((edit) => ("key" in edit ? edit.key : "")))).toEqual(
    new Set([enabled, shadow, dualRun, reverseShadow]),
  );
});

test("a baseline is of legacy alone", () => {
  const plan = phasesOf({ kind: "baseline" }, { serve: 0 });
  const state = entered(plan, 0);
  expect(modeOf(state, "ana")).toBe("legacy");
  expect(modeOf(entered(plan, 0, 1), "ana")).toBe("dual-run");
});

test("a list is closed, and moves to forceOn where a share follows", () => {
  const plan = phasesOf({ allowlist: ["ana", "bea"] }, { compare: 0.001 });
  const listed = entered(plan, 0);
  expect(flag(listed, enabled)).toMatchObject({ allowlist: ["ana", "bea"], forceOn: [], percent: 0 });
  expect([modeOf(listed, "ana"), modeOf(listed, "carl"), modeOf(listed, null)]).toEqual([
    "dual-run",
    "legacy",
    "legacy",
  ]);
  const shared = entered(plan, 0, 1);
  expect(flag(shared, enabled)).toMatchObject({ allowlist: null, forceOn: ["ana", "bea"], percent: 0.001 });
  expect(modeOf(shared, "bea")).toBe("dual-run");
});

test("whoever was on a list by hand before the start stays on as well, and forceOn of before is kept", () => {
  const state = stateOf([{ key: enabled, enabled: true, allowlist: ["by-hand"], forceOn: ["forced"] }]);
  const made = edits(enterPhase({ plan: phasesOf({ compare: 1 }), phase: 0, from: null, routes, state }));
  expect(flag(written(state, made), enabled)).toMatchObject({ allowlist: null, forceOn: ["forced", "by-hand"] });
});

test("a list that was served stays served where a share is served", () => {
  const plan = phasesOf({ allowlist: ["ana"], serve: 100 }, { serve: 0.001 }, { serve: 100 });
  expect([modeOf(entered(plan, 0), "ana"), modeOf(entered(plan, 0), "carl")]).toEqual(["cutover", "legacy"]);
  expect([modeOf(entered(plan, 0, 1), "ana"), modeOf(entered(plan, 0, 1), "carl")]).toEqual(["cutover", "dual-run"]);
  expect(modeOf(entered(plan, 0, 1, 2), "ana")).toBe("cutover");
});

test("a list without shadow is served, and everybody else is legacy's", () => {
  const plan = planOf({
    shadow: false,
    phases: [
      { name: "team", forceOn: ["ana"], compare: 0 },
      { name: "one", serve: 0.001 },
    ],
  });
  expect([modeOf(entered(plan, 0), "ana"), modeOf(entered(plan, 0), "carl")]).toEqual(["dual-run", "legacy"]);
  expect([modeOf(entered(plan, 0, 1), "ana"), modeOf(entered(plan, 0, 1), "carl")]).toEqual(["cutover", "legacy"]);
});

test("lists of another environment are not this one's", () => {
  const plan = phasesOf(
    { environment: "staging", allowlist: ["tester"] },
    { environment: "production", allowlist: ["ana"] },
    { environment: "production", compare: 5 },
  );
  expect(flag(entered(plan, 1, 2), enabled)).toMatchObject({ forceOn: ["ana"] });
});

test("whoever is served is no reason for who is compared: of both shares there are some", () => {
  const state = entered(phasesOf({ serve: 25, compare: 50 }), 0);
  const snapshot = snapshotOf(state, context);
  const decided = Array.from({ length: 4_000 }, (_, n) => decideMode(snapshot, ROUTE, `shopper-${n}`));
  const served = decided.filter(({ mode }) => mode === "cutover");
  expect(served.length / 4_000).toBeCloseTo(0.25, 1);
  expect(served.filter((one) => one.reverseShadow).length / served.length).toBeCloseTo(0.5, 1);
});

test.each<[string, readonly object[], RegExp]>([
  ["a lower share", [{ serve: 10 }, { serve: 9.999, allowDecrease: true }], /0\.001 % of the shoppers would no longer/],
  ["a list after a share", [{ serve: 10 }, { allowlist: ["ana"], allowDecrease: true }], /10 % of the shoppers/],
  ["another list", [{ allowlist: ["ana", "bea"], serve: 100 }, { serve: 0 }], /2 shoppers that lists name/],
])("%s is refused without allowDecrease, with how many", (_what, phases, why) => {
  const plan = phasesOf(...phases);
  const state = entered(plan, 0);
  const strict: Plan = { ...plan, phases: plan.phases.map((phase) => ({ ...phase, allowDecrease: false })) };
  const refused = enterPhase({ plan: strict, phase: 1, from: 0, routes, state });
  expect(refused).toMatchObject({ kind: "refused", why: expect.stringMatching(why) });
  const allowed: Plan = { ...plan, phases: plan.phases.map((phase) => ({ ...phase, allowDecrease: true })) };
  expect(enterPhase({ plan: allowed, phase: 1, from: 0, routes, state }).kind).toBe("edits");
});

test("an audience that leaves out somebody who is served is refused, in whichever phase it comes", () => {
  const plan = phasesOf({ serve: 10 }, { serve: 20, audience: "members", allowDecrease: true });
  const state: FlagState = { ...entered(plan, 0), audiences: stateOf([], { members: ["ana"] }).audiences };
  const strict: Plan = { ...plan, phases: plan.phases.map((phase) => ({ ...phase, allowDecrease: false })) };
  expect(enterPhase({ plan: strict, phase: 1, from: 0, routes, state })).toMatchObject({
    kind: "refused",
    why: expect.stringMatching(/10 % of the shoppers would no longer be served by the candidate/),
  });
});

test("a flag that was killed by hand is not switched on by the next phase, nor by the way back", () => {
  const plan = phasesOf({ compare: 5 }, { compare: 10 });
  const state = written(entered(plan, 0), [{ kind: "kill", key: enabled }]);
  expect(enterPhase({ plan, phase: 1, from: 0, routes, state })).toMatchObject({
    kind: "refused",
    why: expect.stringContaining("killed by hand"),
  });
  const back = written(state, edits(rollbackEdits({ plan, phase: 1, to: "previous", routes, state })));
  expect(back.flags.get(enabled)?.enabled).toBe(false);
});

test("a plan whose flag no route has is refused", () => {
  const plan = planOf({ flag: "OTHER", phases: [{ name: "p" }] });
  expect(enterPhase({ plan, phase: 0, from: null, routes, state: start })).toMatchObject({
    kind: "refused",
    why: expect.stringContaining("no route has `OTHER`"),
  });
});

test("a route that shares a dual-run flag and is not moved is not cut over", () => {
  const other = { ...ROUTE, enabled: "OTHER" };
  const state = stateOf([
    { key: enabled, salt: "s" },
    { key: "OTHER", enabled: true, salt: "s" },
  ]);
  const answer = enterPhase({ plan: phasesOf({ serve: 5 }), phase: 0, from: null, routes: [ROUTE, other], state });
  expect(answer).toMatchObject({
    kind: "refused",
    why: expect.stringMatching(/route of `OTHER` \(5 % of the shoppers\)/),
  });
});

test("every flag is as expectedFields says once the phase is entered", () => {
  const plan = phasesOf({ allowlist: ["ana"], serve: 100 }, { serve: 5, compare: 50 }, { serve: 100, compare: 0 });
  for (const [phases, at] of [
    [[0], 0],
    [[0, 1], 1],
    [[0, 1, 2], 2],
  ] as const) {
    const state = entered(plan, ...phases);
    const expected = expectedFields(plan, at, routes);
    expect(expected.map(({ key }) => key)).toEqual([enabled, shadow, dualRun, reverseShadow]);
    for (const { key, fields } of expected) expect(flag(state, key)).toMatchObject(fields);
  }
});

const served = phasesOf({ allowlist: ["ana"] }, { serve: 10, forceOn: ["bea"] }, { serve: 50, compare: 50 });

test("back to shadow nobody is served, and whoever was compared still is", () => {
  const state = entered(served, 0, 1, 2);
  const back = written(state, edits(rollbackEdits({ plan: served, phase: 2, to: "shadow", routes, state })));
  for (const shopper of ["ana", "bea", "carl", null]) expect(modeOf(back, shopper)).toBe("dual-run");
});

test("off is legacy for everybody, and switched on again it compares", () => {
  const state = entered(served, 0, 1, 2);
  const back = written(state, edits(rollbackEdits({ plan: served, phase: 2, to: "off", routes, state })));
  expect([modeOf(back, "ana"), modeOf(back, "carl"), modeOf(back, null)]).toEqual(["legacy", "legacy", "legacy"]);
  const again = written(back, [{ kind: "patch", key: enabled, fields: { enabled: true } }]);
  expect(modeOf(again, "carl")).toBe("dual-run");
});

test("the phase before, or an earlier one by its name, is as it was", () => {
  const state = entered(served, 0, 1, 2);
  const back = written(state, edits(rollbackEdits({ plan: served, phase: 2, to: "previous", routes, state })));
  expect(percents(back)).toEqual(percents(entered(served, 0, 1)));
  const first = written(
    back,
    edits(rollbackEdits({ plan: served, phase: 1, to: { phase: "p0" }, routes, state: back })),
  );
  expect(flag(first, enabled)).toMatchObject({ allowlist: ["ana"], forceOn: [] });
  expect([modeOf(first, "ana"), modeOf(first, "bea")]).toEqual(["dual-run", "legacy"]);
});

test.each<[string, Parameters<typeof rollbackEdits>[0]["to"], number, RegExp]>([
  ["a later phase", { phase: "p2" }, 1, /only an earlier phase/],
  ["a phase that is not there", { phase: "none" }, 1, /only an earlier phase/],
  ["the phase before the first", "previous", 0, /no phase before/],
])("%s is no way back", (_what, to, phase, why) => {
  const answer = rollbackEdits({ plan: served, phase, to, routes, state: start });
  expect(answer).toMatchObject({ kind: "refused", why: expect.stringMatching(why) });
});

test("a phase before that served more is no way back", () => {
  const plan = phasesOf({ serve: 50 }, { serve: 5, allowDecrease: true });
  const state = entered(plan, 0, 1);
  const answer = rollbackEdits({ plan, phase: 1, to: "previous", routes, state });
  expect(answer).toMatchObject({ kind: "refused", why: expect.stringMatching(/45 % of the shoppers would be served/) });
});

test("a flag nobody ever wrote is made, whole", () => {
  const state = entered(phasesOf({ serve: 5 }), 0);
  const made: Partial<Flag> = { enabled: true, percent: 95, bucketing: "murmur3", salt: null };
  expect(flag(state, shadow)).toMatchObject(made);
});

test("an audience that was served as a whole stays on where a share comes after it, and narrows to it on the way back", () => {
  const plan = planOf({
    shadow: false,
    phases: [
      { name: "few", serve: 100, audience: "members" },
      { name: "quarter", serve: 25 },
      { name: "all", serve: 100 },
    ],
    gates: [{ type: "alerts" }],
  });
  const members = Array.from({ length: 40 }, (_, index) => `member-${index}`);
  const begin: FlagState = { ...start, audiences: stateOf([], { members }).audiences };
  const enter = (state: FlagState, phase: number, from: number | null): FlagState =>
    written(state, edits(enterPhase({ plan, phase, from, routes, state })));
  const all = (state: FlagState): ReadonlySet<string> => new Set(members.map((member) => modeOf(state, member)));
  const few = enter(begin, 0, null);
  expect([...all(few)]).toEqual(["cutover"]);
  expect(modeOf(few, "stranger-1")).toBe("legacy");
  const quarter = enter(few, 1, 0);
  expect([...all(quarter)]).toEqual(["cutover"]);
  expect(quarter.flags.get(enabled)?.forceOn.size).toBe(40);
  const strangers = Array.from({ length: 400 }, (_, index) => modeOf(quarter, `stranger-${index}`));
  expect(strangers.filter((mode) => mode === "cutover").length).toBeGreaterThan(60);
  const back = written(quarter, edits(rollbackEdits({ plan, phase: 1, to: "previous", routes, state: quarter })));
  expect([...all(back)]).toEqual(["cutover"]);
  expect(modeOf(back, "stranger-1")).toBe("legacy");
  // Everybody: nobody has to be named.
  expect(enter(few, 2, 0).flags.get(enabled)?.forceOn.size).toBe(0);
});
