import type { Edit, FlagFields, FlagList } from "../../../../flags/index.ts";
import type { AuditEntry } from "../../../../registry/index.ts";
import type { FlagEntry, FlagsInForce } from "../../../deps.ts";
import { objectOf } from "../../../fields.ts";
import { listNames } from "../../../in-force.ts";

export interface Revert {
  readonly edits: readonly Edit[];
  /** Lists whose members nobody knows any more: they stay as they are. */
  readonly stays: readonly FlagList[];
}

const scalars = ["description", "enabled", "percent", "audience", "default", "salt", "bucketing", "settings"] as const;

/**
 * What brings a flag back to what it was before a change. `then`: all flags as they were, while that is still known; the
 * audit has the members of lists as hashes only.
 */
export function revertOf(entry: AuditEntry, now: FlagEntry, then: FlagsInForce | null): Revert {
  const { key } = now.flag;
  const before = objectOf(entry.before);
  if (before?.["key"] === undefined) return { edits: [{ kind: "remove", key }], stays: [] };
  const said = Object.fromEntries(scalars.flatMap((name) => (name in before ? [[name, before[name]]] : [])));
  const known = then?.state.flags.get(key);
  const stays: FlagList[] = [];
  const lists: { -readonly [List in FlagList]?: FlagFields[List] } = {};
  for (const list of listNames) {
    const [current, count] = [now.flag[list], before[list] ?? null];
    if (known !== undefined) {
      const table = known[list];
      if (table === current) continue;
      if (table !== null) lists[list] = [...table.members()];
      else if (list === "allowlist") lists[list] = null;
    } else if (count === null) {
      if (current !== null && list === "allowlist") lists[list] = null;
    } else if (count === 0) {
      if (current === null || current.size > 0) lists[list] = [];
    } else if (wasMoved(entry, list) || current?.size !== count) stays.push(list);
  }
  // What the store once had is a flag's own: a field that is none is refused when it is planned.
  const fields: FlagFields = { ...said, ...lists };
  return { edits: [{ kind: "patch", key, fields }], stays };
}

/** Whether this change put members on the list or took some off. */
function wasMoved({ before, after }: AuditEntry, list: FlagList): boolean {
  return [objectOf(before)?.["removed"], objectOf(after)?.["added"]].some((moved) =>
    Object.keys(objectOf(moved ?? null) ?? {}).some((name) => name.startsWith(`${list}:`)),
  );
}
