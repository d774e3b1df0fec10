import { withLists, type Flag } from "../flags/index.ts";
import type { AdminDeps, FlagEntry, FlagsInForce } from "./deps.ts";

/** What is in force now, which is never gone. */
export function flagsNow(deps: Pick<AdminDeps, "flags">): FlagsInForce {
  const flags = deps.flags();
  if (flags === null) throw new Error("The flags in force are not known");
  return flags;
}

export function entryOf({ entries }: FlagsInForce, key: string): FlagEntry | null {
  return entries.find(({ flag }) => flag.key === key) ?? null;
}

/** A flag as it is told: whole, with who has the say. */
export type ToldFlag = Flag & Pick<FlagEntry, "source" | "overridden">;

export function tell({ flag, source, overridden }: FlagEntry): ToldFlag {
  return { ...withLists(flag, (table) => [...table.members()]), source, overridden };
}

/** null: nobody knows the flag. */
export function tellKey(flags: FlagsInForce, key: string): ToldFlag | null {
  const entry = entryOf(flags, key);
  return entry === null ? null : tell(entry);
}
