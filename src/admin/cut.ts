import type { ShopperTable } from "../flags/index.ts";
import type { FlagsInForce } from "./deps.ts";
import type { Expected } from "./etag.ts";
import { entryOf, membersIn, mostMembers } from "./in-force.ts";
import type { ShortList, Wanted } from "./wanted.ts";

const advice = "Put shoppers on it or take them off one by one, leave it out of a PATCH, or read it whole page by page";

/**
 * Why a write is refused that would make of a long list what a cut answer showed of it; null: it is none. Whoever says with
 * `If-Match` that the whole is known may write what it likes.
 */
export function cutRefusal(wanted: Wanted, flags: FlagsInForce, seen?: Extract<Expected, { ok: true }>): string | null {
  if (seen?.cut === true) {
    return wanted.replacesLists ? `That ETag is of an answer that had not every member of its lists. ${advice}` : null;
  }
  if (seen !== undefined && seen.version !== null) return null;
  const list = wanted.short.find((one) => isCut(one, flags));
  if (list === undefined) return null;
  const what = list.list === null ? `The stored list ${list.subject}` : `\`${list.list}\` of ${list.subject}`;
  const count = tableOf(list, flags)?.size ?? 0;
  return `${what} has ${count} members, of which these are the first as a cut answer shows them. ${advice}, and send its ETag as If-Match`;
}

/** The first few of a list that answers cut. */
function isCut(short: ShortList, flags: FlagsInForce): boolean {
  const table = tableOf(short, flags);
  if (table === null || table.size <= short.members.length) return false;
  // An answer that changed a flag told it twice, as it was and as it is.
  const told = short.list === null ? table.size : 2 * membersIn(flags.entries);
  if (told <= mostMembers) return false;
  const first = table.first(short.members.length);
  return first.every((member, index) => member === short.members[index]);
}

function tableOf({ list, subject }: ShortList, flags: FlagsInForce): ShopperTable | null {
  if (list === null) return flags.state.audiences.get(subject) ?? null;
  return entryOf(flags, subject)?.flag[list] ?? null;
}
