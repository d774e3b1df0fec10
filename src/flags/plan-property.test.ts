import * as fc from "fast-check";
import { expect, test } from "vitest";
import { applyChange, miscountedFlags, type Change, type FlagState } from "./change.ts";
import type { Edit, FlagFields } from "./edit.ts";
import { withLists, type Flag } from "./flag.ts";
import { decideMode } from "./mode.ts";
import { planWrite } from "./plan-write.ts";
import type { Plan, PlanContext, PlanState } from "./plan.ts";
import { reachableModes } from "./reach.ts";
import { ROUTE, ROUTE_KEYS, definition, planContext, sampleFlag, snapshotOf, stateOf, writtenFlag } from "./sample.ts";
import type { ShopperTable } from "./shopper-list.ts";

const PLAIN = ["CHECKOUT_ENABLED", "SEARCH_ENABLED"];
const NAMES = ["vip", "staff"];
const SHOPPERS = ["alice", "bob", "carol", "dave"];

const anyMembers = fc.uniqueArray(fc.constantFrom(...SHOPPERS), { maxLength: 3 });
const anyPercent = fc.constantFrom(0, 0.001, 50, 99.999, 100);
const anyList = fc.constantFrom("allowlist" as const, "denylist" as const, "forceOn" as const);

/** Weighted towards saying nothing of a field. */
const anyFields: fc.Arbitrary<FlagFields> = fc.record(
  {
    enabled: fc.constantFrom(null, true, false),
    percent: fc.option(anyPercent, { nil: null }),
    allowlist: fc.option(anyMembers, { nil: null }),
    denylist: anyMembers,
    forceOn: anyMembers,
    audience: fc.constantFrom(null, ...NAMES),
    default: fc.boolean(),
    salt: fc.constantFrom(null, "own"),
    description: fc.constantFrom("", "text"),
  },
  { requiredKeys: [] },
);

const anyAudiences = fc.dictionary(fc.constantFrom(...NAMES), anyMembers, { maxKeys: 2 });

function anyFlags(keys: readonly string[]): fc.Arbitrary<readonly Flag[]> {
  const one = fc.record({ key: fc.constantFrom(...keys), fields: anyFields });
  const flagOf = ({ key, fields }: { key: string; fields: FlagFields }): Flag =>
    sampleFlag({ ...definedOf(fields), key, version: 3 });
  return fc.uniqueArray(one.map(flagOf), { selector: ({ key }) => key, maxLength: keys.length });
}

function definedOf(fields: FlagFields): Partial<Flag> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const anyAddRemove = fc
  .record({ add: anyMembers, remove: anyMembers })
  .map(({ add, remove }) => ({ add, remove: remove.filter((member) => !add.includes(member)) }));

function anyFlagEdit(keys: readonly string[]): fc.Arbitrary<Edit> {
  const key = fc.constantFrom(...keys);
  return fc.oneof(
    fc.record({ kind: fc.constantFrom("put" as const, "patch" as const), key, fields: anyFields }),
    fc.record({ kind: fc.constantFrom("kill" as const, "remove" as const), key }),
    fc
      .record({ kind: fc.constant("members" as const), key, list: anyList, change: anyAddRemove })
      .map(({ change, ...edit }) => ({ ...edit, ...change })),
  );
}

const anyName = fc.constantFrom(...NAMES);
const anyAudienceEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant("audience" as const), name: anyName, members: anyMembers }),
  fc.record({ kind: fc.constant("remove-audience" as const), name: anyName }),
  fc
    .record({ kind: fc.constant("audience-members" as const), name: anyName, change: anyAddRemove })
    .map(({ change, ...edit }) => ({ ...edit, ...change })),
);

const anyEdits = fc.array(fc.oneof(anyFlagEdit(PLAIN), anyAudienceEdit), { minLength: 1, maxLength: 4 });

interface World {
  readonly state: PlanState;
  readonly context: PlanContext;
}

function anyWorld(keys: readonly string[]): fc.Arbitrary<World> {
  return fc
    .record({
      flags: anyFlags(keys),
      audiences: anyAudiences,
      environment: anyFlags(keys),
      unreadable: fc.subarray([...keys]),
    })
    .map(({ flags, audiences, environment, unreadable }) => {
      const state = stateOf(flags, audiences);
      return {
        state: { ...state, unreadable: unreadable.filter((key) => !state.flags.has(key)) },
        context: planContext({
          definitions: [...ROUTE_KEYS, "SEARCH_ENABLED"].map((key) => definition(key)),
          environment: environment.map((flag) => ({ ...flag, audience: null })),
        }),
      };
    });
}

/** A state as it is written, lists in alphabetical order: what can be compared. */
interface Plain {
  readonly flags: Readonly<Record<string, Flag>>;
  readonly audiences: Readonly<Record<string, readonly string[]>>;
}

function plainOf({ flags, audiences }: FlagState): Plain {
  return {
    flags: Object.fromEntries([...flags].map(([key, flag]) => [key, sorted(writtenFlag(flag))])),
    audiences: Object.fromEntries([...audiences].map(([name, table]) => [name, [...table.members()].toSorted()])),
  };
}

function sorted(flag: Flag): Flag {
  return withLists(flag, (members) => members.toSorted());
}

/** What the edits come to, done one after the other on plain flags; null: something to edit is not there. */
function byHand({ state, context }: World, edits: readonly Edit[]): Plain | null {
  const before = plainOf(state);
  const flags = new Map(Object.entries(before.flags));
  const audiences = new Map(Object.entries(before.audiences));
  const unreadable = new Set(state.unreadable);
  for (const edit of edits) {
    if ("collection" in edit) return null;
    if ("name" in edit) {
      const members = audiences.get(edit.name);
      if (edit.kind === "audience") audiences.set(edit.name, edit.members);
      else if (members === undefined) return null;
      else if (edit.kind === "remove-audience") audiences.delete(edit.name);
      else audiences.set(edit.name, edited(members, edit));
      continue;
    }
    const defined = context.definitions.some(({ key }) => key === edit.key);
    const environment = unreadable.has(edit.key) ? undefined : context.environment.find(({ key }) => key === edit.key);
    const known = flags.has(edit.key) || unreadable.has(edit.key) || environment !== undefined || defined;
    const base = flags.get(edit.key) ?? environment ?? sampleFlag({ key: edit.key });
    if (edit.kind === "put") flags.set(edit.key, { ...sampleFlag({ key: edit.key }), ...definedOf(edit.fields) });
    else if (edit.kind === "patch") {
      if (Object.keys(edit.fields).length > 0) flags.set(edit.key, { ...base, ...definedOf(edit.fields) });
    } else if (!known) return null;
    else if (edit.kind === "kill") flags.set(edit.key, { ...base, enabled: false });
    else if (edit.kind === "remove") flags.delete(edit.key);
    else {
      const list = base[edit.list] ?? [];
      const next = edited(list, edit);
      if (String(next) !== String(list.toSorted())) flags.set(edit.key, { ...base, [edit.list]: next });
    }
  }
  for (const [key, flag] of flags) flags.set(key, stamped(sorted(flag), before.flags[key], context));
  for (const [name, members] of audiences) audiences.set(name, members.toSorted());
  return { flags: Object.fromEntries(flags), audiences: Object.fromEntries(audiences) };
}

function edited(
  list: readonly string[],
  { add, remove }: { add: readonly string[]; remove: readonly string[] },
): readonly string[] {
  return [...new Set([...list, ...add])].filter((member) => !remove.includes(member)).toSorted();
}

/** As it was where nothing is said anew. */
function stamped(flag: Flag, before: Flag | undefined, { version, at, by }: PlanContext): Flag {
  const unstamped = (one: Flag): string => JSON.stringify({ ...one, version: 0, updatedAt: null, updatedBy: "" });
  if (before !== undefined && unstamped({ ...before, ...flag }) === unstamped(before)) return before;
  return { ...flag, version, updatedAt: at, updatedBy: by };
}

function removedBy({ flags }: Change): readonly string[] {
  return flags.flatMap((one) => (one.kind === "removed" ? [one.key] : []));
}

/** After a write, which takes the place of records that nobody could read. */
function afterWrite({ state }: World, { change, next }: Extract<Plan, { kind: "change" }>): PlanState {
  const written = new Set(change.flags.map((one) => (one.kind === "set" ? one.flag.key : one.key)));
  return { ...next, unreadable: (state.unreadable ?? []).filter((key) => !written.has(key)) };
}

test("a write comes to what its edits come to by hand, or to nothing at all", () => {
  const kinds = new Map<Plan["kind"], number>();
  fc.assert(
    fc.property(anyWorld(PLAIN), anyEdits, (world, wanted) => {
      const before = plainOf(world.state);
      const plan = planWrite(world.state, wanted, world.context);
      kinds.set(plan.kind, (kinds.get(plan.kind) ?? 0) + 1);
      const expected = byHand(world, wanted);
      if (plan.kind === "change") {
        expect(plainOf(plan.next)).toEqual(expected);
        // A change travels as JSON, and to a state that is equal and not the same.
        const elsewhere = applyChange(world.state, JSON.parse(JSON.stringify(plan.change)));
        expect(plainOf(elsewhere)).toEqual(expected);
        expect(miscountedFlags(plan.change, elsewhere)).toEqual([]);
        const asked = wanted.flatMap((edit) => (edit.kind === "remove" ? [edit.key] : []));
        expect(removedBy(plan.change).filter((key) => !asked.includes(key))).toEqual([]);
      }
      if (plan.kind === "unchanged") expect(before).toEqual(expected);
      expect(plan.kind === "unknown").toBe(expected === null && plan.kind !== "invalid");
      expect(plainOf(world.state)).toEqual(before);
    }),
    { numRuns: 800 },
  );
  for (const kind of ["change", "unchanged", "unknown", "invalid", "refused"] as const) {
    expect([kind, kinds.has(kind)]).toEqual([kind, true]);
  }
});

test("what is told of members is exactly how the lists differ", () => {
  fc.assert(
    fc.property(anyWorld(PLAIN), anyEdits, (world, edits) => {
      const plan = planWrite(world.state, edits, world.context);
      if (plan.kind !== "change") return;
      const listsOf = (state: FlagState): ReadonlyMap<string, ShopperTable | null> =>
        new Map([
          ...[...state.flags.values()].flatMap(({ key, allowlist, denylist, forceOn }) =>
            Object.entries({ allowlist, denylist, forceOn }).map(([list, table]) => [`${list}:${key}`, table] as const),
          ),
          ...[...state.audiences].map(([name, table]) => [`audience:${name}`, table] as const),
        ]);
      const [before, after] = [listsOf(world.state), listsOf(plan.next)];
      const told = new Map(
        plan.edited.flatMap(({ members }) => members.map((one) => [one.list as string, one] as const)),
      );
      for (const list of new Set([...before.keys(), ...after.keys()])) {
        const was = [...(before.get(list)?.members() ?? [])];
        const is = [...(after.get(list)?.members() ?? [])];
        const { added = [], removed = [] } = told.get(list) ?? {};
        expect([list, added.toSorted(), removed.toSorted()]).toEqual([
          list,
          is.filter((member) => !was.includes(member)).toSorted(),
          was.filter((member) => !is.includes(member)).toSorted(),
        ]);
      }
    }),
  );
});

test("an edit that is made twice changes nothing the second time", () => {
  fc.assert(
    fc.property(anyWorld(PLAIN), fc.oneof(anyFlagEdit(PLAIN), anyAudienceEdit), (world, edit) => {
      fc.pre(edit.kind !== "remove" && edit.kind !== "remove-audience");
      const plan = planWrite(world.state, [edit], world.context);
      if (plan.kind !== "change") return;
      expect(planWrite(afterWrite(world, plan), [edit], world.context)).toEqual({ kind: "unchanged" });
    }),
  );
});

/** Edits that say of no flag that it is off: no operator means a cutover by one. */
const anyQuietEdit: fc.Arbitrary<Edit> = fc
  .oneof({ weight: 4, arbitrary: anyFlagEdit(ROUTE_KEYS) }, { weight: 1, arbitrary: anyAudienceEdit })
  .map((edit) =>
    edit.kind === "put" || edit.kind === "patch"
      ? { ...edit, fields: { ...edit.fields, enabled: false }, enabledMissing: true }
      : edit,
  );

/** Whether somebody could be cut over if `enabled` were on for everybody: shadow and dual-run say off already. */
function wouldCutOver({ state, context }: World): boolean {
  const enabled = stateOf([{ key: ROUTE.enabled, enabled: true }]).flags;
  const unreadable = (state.unreadable ?? []).filter((key) => key !== ROUTE.enabled);
  const open = { ...state, flags: new Map([...state.flags, ...enabled]), unreadable };
  return reachableModes(snapshotOf(open, context), ROUTE).has("cutover");
}

/** Shadow and dual-run say off: what is said of `enabled` decides. */
const anyOpenWorld: fc.Arbitrary<World> = anyWorld(ROUTE_KEYS).map(({ state, context }) => {
  const off = stateOf([ROUTE.shadow, ROUTE.dualRun].map((key) => ({ key, enabled: false }))).flags;
  const unreadable = (state.unreadable ?? []).filter((key) => !off.has(key));
  return { context, state: { ...state, flags: new Map([...state.flags, ...off]), unreadable } };
});

test("no kill, removal, form without `enabled` or member of a list cuts anybody over who could not be before", () => {
  const counts = { written: 0, refused: 0, letIn: 0 };
  fc.assert(
    fc.property(fc.oneof(anyWorld(ROUTE_KEYS), anyOpenWorld), anyQuietEdit, (world, edit) => {
      const { state, context } = world;
      fc.pre(!reachableModes(snapshotOf(state, context), ROUTE).has("cutover"));
      const plan = planWrite(state, [edit], context);
      if (plan.kind === "refused") counts.refused += 1;
      if (plan.kind !== "change") return;
      counts.written += 1;
      const after = snapshotOf(afterWrite(world, plan), context);
      if (![...SHOPPERS, "erin"].some((shopper) => decideMode(after, ROUTE, shopper).mode === "cutover")) return;
      // Only this: somebody is let in by `enabled`, by name, where shadow and dual-run said off before.
      counts.letIn += 1;
      expect("name" in edit || (edit.kind === "members" && edit.key === ROUTE.enabled)).toBe(true);
      expect(wouldCutOver(world)).toBe(true);
    }),
    { numRuns: 4000 },
  );
  expect(Math.min(counts.written, counts.refused)).toBeGreaterThan(100);
  expect(counts.letIn).toBeGreaterThan(10);
});
