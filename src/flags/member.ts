import { showKind, type Problem } from "./problem.ts";

export const MAX_LISTED_SHOPPERS = 1_000_000;
const MAX_SHOPPER_CHARACTERS = 256;

export const LIST = `a list of at most ${MAX_LISTED_SHOPPERS} different shoppers`;
export const MEMBER =
  `a shopper id of 1 to ${MAX_SHOPPER_CHARACTERS} characters with no space at either end ` +
  "and no control character or half a character in it";

const CONTROL = /\p{Cc}/u;

/** A lone surrogate is refused: it would not come back from a store as it went in. */
export function isShopper(member: unknown): member is string {
  return (
    typeof member === "string" &&
    member.length > 0 &&
    member.length <= MAX_SHOPPER_CHARACTERS &&
    member.trim().length === member.length &&
    member.isWellFormed() &&
    !CONTROL.test(member)
  );
}

export interface ListFault {
  /** Index of the entry; null: the list itself. */
  readonly at: number | null;
  readonly must: string;
}

/** The first fault of a list, found in one pass. */
export function listFault(list: readonly unknown[]): ListFault | null {
  if (list.length > MAX_LISTED_SHOPPERS) return { at: null, must: `${LIST} (${list.length} entries)` };
  const seen = new Set<unknown>();
  for (const [at, member] of list.entries()) {
    if (!isShopper(member)) return { at, must: MEMBER };
    if (seen.has(member)) return { at, must: `different from entry [${list.indexOf(member)}]` };
    seen.add(member);
  }
  return null;
}

/** What is wrong with a list that somebody wrote at `where`. */
export function listProblem(list: unknown, where: string): Problem | null {
  if (!Array.isArray(list)) return { where, is: showKind(list), must: LIST };
  const fault = listFault(list);
  if (fault === null) return null;
  if (fault.at === null) return { where, is: "a list", must: fault.must };
  return { where: `${where}[${fault.at}]`, is: showKind(list[fault.at]), must: fault.must };
}
