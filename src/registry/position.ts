/** Where a store stands. Two stores at the same position hold the same. */
export interface Position {
  /** Counts writes; 0: nothing was ever written. */
  readonly version: number;
  /** Of the newest audit entry; 0: there is none. */
  readonly seq: number;
  /** Of the newest audit entry; empty: there is none. */
  readonly hash: string;
}

export const nowhere: Position = { version: 0, seq: 0, hash: "" };

export function samePosition(one: Position, other: Position): boolean {
  return one.version === other.version && one.seq === other.seq && one.hash === other.hash;
}

/**
 * What became of a store, by where it was known to stand and where it is found.
 * `newer`: somebody wrote. `lost`: it is empty or behind. `replaced`: it has another history of the same length.
 */
export type Finding = "same" | "newer" | "lost" | "replaced";

export function assess(known: Position, found: Position): Finding {
  if (samePosition(known, found)) return "same";
  if (found.version > known.version) return "newer";
  return found.version < known.version ? "lost" : "replaced";
}

/** Whether writes lead from one position to another without a gap. */
export function leadsFrom(
  known: Position,
  commits: readonly { readonly before: Position; readonly after: Position }[],
  found: Position,
): boolean {
  let at = known;
  for (const { before, after } of commits) {
    if (!samePosition(at, before)) return false;
    at = after;
  }
  return samePosition(at, found);
}
