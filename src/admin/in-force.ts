import { canBeOn, percentageOf, withLists, type Flag, type FlagList } from "../flags/index.ts";
import type { AdminDeps, FlagEntry, FlagsInForce } from "./deps.ts";

/**
 * Members that an answer names whole. A million of them would hold this thread for a second, and with it the kill switch.
 * Of longer lists it has the first few, at least one: an empty list is one that has nobody.
 */
export const mostMembers = 1_000;
export const fewMembers = 10;

export const listNames: readonly FlagList[] = ["allowlist", "denylist", "forceOn"];

/** What is in force now, which is never gone. */
export function flagsNow(deps: Pick<AdminDeps, "flags">): FlagsInForce {
  const flags = deps.flags();
  if (flags === null) throw new Error("The flags in force are not known");
  return flags;
}

export function entryOf({ entries }: FlagsInForce, key: string): FlagEntry | null {
  return entries.find(({ flag }) => flag.key === key) ?? null;
}

/** Whether a flag is on for somebody, and for what share of all, in the role it has and with what overrides it. */
export function reachOf({ snapshot }: FlagsInForce, { flag }: FlagEntry) {
  const { key } = flag;
  const failOn = snapshot.roles.get(key)?.failOn === true;
  const compiled = snapshot.flags.get(key);
  if (compiled === undefined || snapshot.killed || (!failOn && snapshot.forceOff.has(key))) {
    return { enabled: false, percentage: 0 };
  }
  return {
    enabled: compiled.enabled !== false && canBeOn(compiled, failOn),
    percentage: percentageOf({ ...flag, default: flag.default || failOn }),
  };
}

/** How many members the lists of a flag have; a list that is cut has the first of them. */
interface Cut {
  readonly allowlist_count: number | null;
  readonly denylist_count: number;
  readonly force_on_count: number;
  readonly members_truncated: true;
}

/** A flag as it is told, with who has the say. */
export type ToldFlag = Flag & Pick<FlagEntry, "source" | "overridden"> & Partial<Cut>;

/** Flags of one answer: whole, or with every longer list cut where they have too many members together. */
export function tellAll(entries: readonly (FlagEntry | null)[]): readonly (ToldFlag | null)[] {
  const most = membersIn(entries) > mostMembers ? fewMembers : mostMembers;
  return entries.map((entry) => entry && tell(entry, most));
}

export function isCut(told: readonly (ToldFlag | null)[]): boolean {
  return told.some((flag) => flag?.members_truncated === true);
}

function tell({ flag, source, overridden }: FlagEntry, most: number): ToldFlag {
  const told = { ...withLists(flag, (table) => table.first(most)), source, overridden };
  if (listNames.every((name) => (flag[name]?.size ?? 0) <= most)) return told;
  const counts = withLists(flag, (table) => table.size);
  return {
    ...told,
    allowlist_count: counts.allowlist,
    denylist_count: counts.denylist,
    force_on_count: counts.forceOn,
    members_truncated: true,
  };
}

export function membersIn(entries: readonly (FlagEntry | null)[]): number {
  const sizes = entries.flatMap((entry) => listNames.map((name) => entry?.flag[name]?.size ?? 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}
