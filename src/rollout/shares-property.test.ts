import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decideMode, planWrite, type Edit, type Flag, type FlagState } from "../flags/index.ts";
import { planContext, ROUTE, snapshotOf, stateOf } from "../flags/sample.ts";
import { parsePlan } from "./plan-schema.ts";
import type { Plan, RollbackTarget } from "./plan.ts";
import { enterPhase, rollbackEdits, type PhaseEdits } from "./shares.ts";

const routes = [ROUTE];
const listed = ["ana", "bea", "carl", "dora"];
const shoppers = [null, ...listed, "stranger", ...Array.from({ length: 60 }, (_, index) => `shopper-${index * 7919}`)];
const context = planContext({ mayReverse: () => true });

const anyShare = fc.oneof(
  fc.constantFrom(0, 0, 0.001, 1, 50, 99.999, 100),
  fc.nat(100_000).map((milli) => milli / 1000),
);
const anyList = fc.uniqueArray(fc.constantFrom(...listed), { minLength: 1, maxLength: 3 });

const anyPhase = fc.record({
  serve: anyShare,
  compare: anyShare,
  allowlist: fc.option(anyList, { freq: 3, nil: null }),
  forceOn: fc.oneof(fc.constant([]), anyList),
  audience: fc.constantFrom(null, null, null, "members"),
});

/** Every share and list there may be, on the way up and down; what the schema would refuse is left to `enterPhase`. */
const anyPlan: fc.Arbitrary<Plan> = fc
  .record({ shadow: fc.boolean(), phases: fc.array(anyPhase, { minLength: 2, maxLength: 5 }) })
  .map(({ shadow, phases }) => {
    const gates = [{ type: "errorRate", budget: "1%" }];
    const written = phases.map(({ serve, compare, allowlist, ...rest }, index) => ({
      ...rest,
      name: `p${index}`,
      allowlist,
      serve: allowlist === null ? serve : serve < 50 ? 0 : 100,
      ...(allowlist === null && (shadow || serve === 0) ? { compare } : {}),
      allowDecrease: true,
    }));
    const parsed = parsePlan({ plan: "any", flag: ROUTE.enabled, shadow, phases: written, gates });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return { ...parsed.plan, phases: parsed.plan.phases.map((phase) => ({ ...phase, allowDecrease: false })) };
  });

const anyStart: fc.Arbitrary<FlagState> = fc
  .record({
    enabled: fc.constantFrom(null, true, false),
    percent: fc.constantFrom(null, 0, 30, 100),
    forceOn: fc.oneof(fc.constant<string[]>([]), anyList),
    denylist: fc.constantFrom<string[][]>([], [], ["dora"]),
    salt: fc.constantFrom(null, "own"),
    bucketing: fc.constantFrom<Flag["bucketing"][]>("murmur3", "murmur3", "md5"),
  })
  .map((flag) => stateOf([{ ...flag, key: ROUTE.enabled }], { members: ["ana", "stranger", "shopper-0"] }));

function written(state: FlagState, edits: readonly Edit[]): FlagState {
  const plan = planWrite(state, edits, context);
  if (plan.kind === "unchanged") return state;
  if (plan.kind !== "change") throw new Error(JSON.stringify(plan));
  return plan.next;
}

const modesIn = (state: FlagState): readonly string[] => {
  const snapshot = snapshotOf(state, context);
  return shoppers.map((shopper) => decideMode(snapshot, ROUTE, shopper).mode);
};

/** Of those that were in one mode before, the modes they are in after. */
const after = (before: readonly string[], now: readonly string[], mode: string): readonly string[] =>
  now.filter((_, index) => before[index] === mode);

test("whatever the phases and the flags before, nobody who is served stops being served, and nobody is at serve 0", () => {
  const seen = { entered: 0, refused: 0, served: 0 };
  fc.assert(
    fc.property(anyPlan, anyStart, (plan, start) => {
      let [state, from]: [FlagState, number | null] = [start, null];
      for (const phase of plan.phases.keys()) {
        const before = modesIn(state);
        const answer: PhaseEdits = enterPhase({ plan, phase, from, routes, state });
        if (answer.kind === "refused") {
          seen.refused += 1;
          continue;
        }
        state = written(state, answer.edits);
        from = phase;
        seen.entered += 1;
        const now = modesIn(state);
        expect(after(before, now, "cutover").filter((mode) => mode !== "cutover")).toEqual([]);
        if (plan.phases[phase]?.serve === 0) expect(now).not.toContain("cutover");
        else seen.served += 1;
        // Where somebody is served, a plan without shadow compares nobody.
        if (!plan.shadow && (plan.phases[phase]?.serve ?? 0) > 0) expect(now).not.toContain("dual-run");
      }
    }),
    { numRuns: 300 },
  );
  expect(Math.min(seen.entered, seen.refused, seen.served)).toBeGreaterThan(50);
});

test("a refused step would really have dropped somebody, or the flag was killed", () => {
  const half = Array.from({ length: 1_000 }, (_, index) => `many-${index}`);
  const served = (state: FlagState): ReadonlySet<string> => {
    const snapshot = snapshotOf(state, context);
    return new Set([...listed, ...half].filter((one) => decideMode(snapshot, ROUTE, one).mode === "cutover"));
  };
  // Percents, ten at a time, so that a thousand shoppers show every difference.
  const anyWhole = fc.integer({ min: 1, max: 10 }).map((tens) => tens * 10);
  fc.assert(
    fc.property(anyWhole, anyWhole, fc.boolean(), (one, two, shadow) => {
      const gates = [{ type: "errorRate", budget: "1%" }];
      const phases = [one, two].map((serve, index) => ({ name: `p${index}`, serve, allowDecrease: true }));
      const parsed = parsePlan({ plan: "any", flag: ROUTE.enabled, shadow, phases, gates });
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      const { plan } = parsed;
      const strict = { ...plan, phases: plan.phases.map((phase) => ({ ...phase, allowDecrease: false })) };
      const enter = (of: Plan, phase: number, state: FlagState): PhaseEdits =>
        enterPhase({ plan: of, phase, from: phase === 0 ? null : 0, routes, state });
      const edits = (answer: PhaseEdits): readonly Edit[] => (answer.kind === "edits" ? answer.edits : []);
      const state = written(stateOf([]), edits(enter(plan, 0, stateOf([]))));
      const next = written(state, edits(enter(plan, 1, state)));
      const still = served(next);
      const dropped = [...served(state)].filter((shopper) => !still.has(shopper));
      expect(enter(strict, 1, state).kind).toBe(two < one ? "refused" : "edits");
      expect(dropped.length > 0).toBe(two < one);
    }),
    { numRuns: 25 },
  );
});

const anyTarget: fc.Arbitrary<RollbackTarget> = fc.constantFrom<RollbackTarget[]>("shadow", "off", "previous", {
  phase: "p0",
});

test("a way back serves nobody anew, and those to shadow and off serve nobody and are always there", () => {
  const seen = { ways: 0, refused: 0 };
  fc.assert(
    fc.property(anyPlan, anyStart, anyTarget, fc.boolean(), (plan, start, to, killed) => {
      let [state, at]: [FlagState, number] = [start, -1];
      for (const phase of plan.phases.keys()) {
        const answer: PhaseEdits = enterPhase({ plan, phase, from: at < 0 ? null : at, routes, state });
        if (answer.kind === "refused") continue;
        [state, at] = [written(state, answer.edits), phase];
      }
      fc.pre(at >= 0);
      if (killed) state = written(state, [{ kind: "kill", key: ROUTE.enabled }]);
      const before = modesIn(state);
      const answer = rollbackEdits({ plan, phase: at, to, routes, state });
      if (answer.kind === "refused") {
        seen.refused += 1;
        expect(["shadow", "off"]).not.toContain(to);
        return;
      }
      seen.ways += 1;
      const now = modesIn(written(state, answer.edits));
      const anew = now.filter((mode, index) => mode === "cutover" && before[index] !== "cutover");
      expect(anew).toEqual([]);
      if (killed || to === "off") expect(new Set(now)).toEqual(new Set(["legacy"]));
      if (to === "shadow") {
        expect(now).not.toContain("cutover");
        expect(now.map((mode) => mode === "legacy")).toEqual(before.map((mode) => mode === "legacy"));
      }
    }),
    { numRuns: 400 },
  );
  expect(Math.min(seen.ways, seen.refused)).toBeGreaterThan(10);
});
