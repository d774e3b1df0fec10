/** Flags for tests: what a test does not name is unset. */
import type { RouteFlags } from "../model/index.ts";
import { compileFlag, type CompiledFlag } from "./compile.ts";
import { unsetFlag, type Flag, type FlagDefinition } from "./flag.ts";
import type { ShopperList } from "./shopper-list.ts";
import { createSnapshot, type Snapshot, type SnapshotParts } from "./snapshot.ts";

export const ROUTE: RouteFlags = {
  enabled: "WHATSAPP_CANONICAL_EVENTS_ENABLED",
  shadow: "WHATSAPP_CANONICAL_SHADOW_MODE",
  dualRun: "WHATSAPP_DUAL_RUN",
  reverseShadow: "WHATSAPP_REVERSE_SHADOW",
};

export function definition(key: string, changes: Partial<FlagDefinition> = {}): FlagDefinition {
  return { key, description: "", env: null, default: false, salt: null, bucketing: "murmur3", ...changes };
}

export function sampleFlag(changes: Partial<Flag> = {}): Flag {
  return { ...unsetFlag(definition("CHECKOUT_ENABLED"), "code"), ...changes };
}

const AUDIENCES: ReadonlyMap<string, ShopperList> = new Map([
  ["members", new Set(["alice", "bob"])],
  ["nobody", new Set<string>()],
]);

export function compiled(changes: Partial<Flag> = {}): CompiledFlag {
  return compileFlag(sampleFlag(changes), "sqlite", AUDIENCES);
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
