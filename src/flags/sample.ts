/** Flags for tests: what a test does not name is unset. */
import type { RouteFlags } from "../model/index.ts";
import type { FlagState } from "./change.ts";
import { compileFlag, type CompiledFlag } from "./compile.ts";
import { blankDefinition, unsetFlag, withLists, type Flag, type FlagDefinition, type FlagOf } from "./flag.ts";
import { resolveFlags } from "./layers.ts";
import type { PlanContext, PlanState } from "./plan.ts";
import { ShopperTable } from "./shopper-list.ts";
import { createSnapshot, type Snapshot, type SnapshotParts } from "./snapshot.ts";

export const ROUTE: RouteFlags = {
  enabled: "WHATSAPP_CANONICAL_EVENTS_ENABLED",
  shadow: "WHATSAPP_CANONICAL_SHADOW_MODE",
  dualRun: "WHATSAPP_DUAL_RUN",
  reverseShadow: "WHATSAPP_REVERSE_SHADOW",
};

export const ROUTE_KEYS: readonly string[] = [ROUTE.enabled, ROUTE.shadow, ROUTE.dualRun, ROUTE.reverseShadow];

export function definition(key: string, changes: Partial<FlagDefinition> = {}): FlagDefinition {
  return { ...blankDefinition(key), ...changes };
}

export function sampleFlag(changes: Partial<Flag> = {}): Flag {
  return { ...unsetFlag(definition("CHECKOUT_ENABLED"), "code"), ...changes };
}

const AUDIENCES: ReadonlyMap<string, ShopperTable> = new Map([
  ["members", ShopperTable.of(["alice", "bob"])],
  ["nobody", ShopperTable.of([])],
]);

export function compiled(changes: Partial<Flag> = {}): CompiledFlag {
  return compileFlag(tabled(sampleFlag(changes)), "sqlite", AUDIENCES);
}

export function tabled(flag: Flag): FlagOf<ShopperTable> {
  return withLists(flag, (members) => ShopperTable.of(members));
}

/** A route's flags by role. A role that is not named has no flag. */
export type RouteChanges = { readonly [Role in keyof RouteFlags]?: Partial<Flag> };

export function routeSnapshot(changes: RouteChanges, parts: Partial<SnapshotParts> = {}): Snapshot {
  const flags = (["enabled", "shadow", "dualRun", "reverseShadow"] as const).flatMap((role) => {
    const change = changes[role];
    return change === undefined ? [] : [compiled({ ...change, key: ROUTE[role] })];
  });
  return createSnapshot({
    version: 7,
    killed: false,
    source: "sqlite",
    forceOff: [],
    flags,
    routes: [ROUTE],
    ...parts,
  });
}

/** What a store has: flags of which a test names what counts, and audiences by name. */
export function stateOf(
  flags: readonly Partial<Flag>[],
  audiences: Readonly<Record<string, readonly string[]>> = {},
): FlagState {
  return {
    flags: new Map(flags.map(sampleFlag).map((flag) => [flag.key, tabled(flag)])),
    audiences: new Map(Object.entries(audiences).map(([name, members]) => [name, ShopperTable.of(members)])),
    documents: new Map(),
  };
}

/** The lists of a state as they are written. */
export function writtenFlag(flag: FlagOf<ShopperTable>): Flag {
  return withLists(flag, (table) => [...table.members()]);
}

/** One route, whose flags are all that is known from the start. */
export function planContext(changes: Partial<PlanContext> = {}): PlanContext {
  return {
    definitions: ROUTE_KEYS.map((key) => definition(key)),
    routes: [ROUTE],
    mayReverse: () => false,
    environment: [],
    version: 8,
    at: "2026-02-01T10:00:00.000Z",
    by: "ops",
    ...changes,
  };
}

/** What is in force with that state. */
export function snapshotOf(state: PlanState, context: PlanContext): Snapshot {
  const stored = { source: "sqlite", flags: [...state.flags.values()], unreadable: state.unreadable ?? [] } as const;
  const environment = { source: "env", flags: context.environment.map(tabled) } as const;
  const flags = resolveFlags([stored, environment], context.definitions).map(({ flag, source }) =>
    compileFlag(flag, source, state.audiences),
  );
  return createSnapshot({ version: 7, killed: false, source: "sqlite", forceOff: [], flags, routes: context.routes });
}
