import { decideMode, withLists, type FlagState, type Snapshot } from "../flags/index.ts";
import type { RouteFlags } from "../model/index.ts";
import type { Decided } from "./kinds.ts";

/** Shoppers who are decided for alike and come alike often. */
export interface Group extends Decided {
  readonly shoppers: number;
  /** Of all items. */
  readonly share: number;
}

export interface CrowdOptions {
  /** Different shoppers, drawn alike. */
  readonly shoppers: number;
  /** Shoppers by name, who come for this share of all items. */
  readonly named: { readonly shoppers: readonly string[]; readonly share: number };
}

/** Who there is, as flags divide them: asked once for each way that flags can be. May be shared by worlds of the same shoppers. */
export interface Crowd {
  groups(now: { readonly snapshot: Snapshot; readonly state: FlagState }, route: RouteFlags): readonly Group[];
}

export function createCrowd({ shoppers, named }: CrowdOptions): Crowd {
  const often = named.shoppers.length === 0 ? 0 : named.share;
  const crowd = [
    { who: named.shoppers, share: often },
    { who: Array.from({ length: shoppers }, (_, index) => `shopper-${index}`), share: 1 - often },
  ];
  const byFlags = new Map<string, readonly Group[]>();
  const bySnapshot = new WeakMap<Snapshot, Map<string, readonly Group[]>>();
  return {
    groups({ snapshot, state }, route) {
      const ofSnapshot = bySnapshot.get(snapshot) ?? new Map<string, readonly Group[]>();
      bySnapshot.set(snapshot, ofSnapshot);
      const known = ofSnapshot.get(route.enabled);
      if (known !== undefined) return known;
      const key = keyOf(state, route);
      const groups = byFlags.get(key) ?? crowd.flatMap(({ who, share }) => groupsOf(who, share, { snapshot, route }));
      byFlags.set(key, groups);
      ofSnapshot.set(route.enabled, groups);
      return groups;
    },
  };
}

function groupsOf(
  who: readonly string[],
  share: number,
  { snapshot, route }: { readonly snapshot: Snapshot; readonly route: RouteFlags },
): readonly Group[] {
  const groups = new Map<string, Decided & { shoppers: number }>();
  for (const shopper of who) {
    const { mode, reverseShadow } = decideMode(snapshot, route, shopper);
    const group = groups.get(`${mode} ${reverseShadow}`) ?? { mode, reverseShadow, shoppers: 0 };
    groups.set(`${mode} ${reverseShadow}`, group);
    group.shoppers += 1;
  }
  return [...groups.values()].map((group) => ({ ...group, share: (share * group.shoppers) / who.length }));
}

/** Of everything that decides. */
function keyOf({ flags, audiences }: FlagState, route: RouteFlags): string {
  const listed = [...flags.values()].map((flag) => {
    const { key, enabled, percent, allowlist, denylist, forceOn, audience, salt, bucketing } = withLists(flag, members);
    return [key, enabled, percent, allowlist, denylist, forceOn, audience, flag.default, salt, bucketing];
  });
  return JSON.stringify([route, listed, [...audiences].map(([name, table]) => [name, members(table)])]);
}

const members = (table: { readonly members: () => Iterable<string> }): readonly string[] => [...table.members()];
