import { readTriage, type JsonObject, type StoredDocument, type TriageMark } from "../flags/index.ts";

/** As it is shown, which time and what is seen decide as well. */
export interface ShownTriage extends Omit<TriageMark, "state" | "reopened"> {
  /** `open`: what was expected until a time that has passed. `reopened`: what was fixed and came again. */
  readonly state: TriageMark["state"] | "open" | "reopened";
  /** What was said. */
  readonly marked: TriageMark["state"];
  readonly by: string;
  readonly version: number;
}

export function triageValue(mark: TriageMark): JsonObject {
  return { ...mark };
}

/** Whether what was fixed has come again. `lastSeenMs` null: the group was not seen at all. */
export function hasRecurred(mark: TriageMark, lastSeenMs: number | null): boolean {
  if (mark.state !== "fixed") return false;
  return mark.reopened !== null || (lastSeenMs !== null && lastSeenMs > Date.parse(mark.at));
}

/** `seen`: when the group was last seen, and the time now; milliseconds since the epoch. null: nobody said anything of it. */
export function shownTriage(
  document: StoredDocument | undefined,
  seen: { readonly lastSeenMs: number | null; readonly nowMs: number },
): ShownTriage | null {
  const mark = document === undefined ? null : readTriage(document);
  if (document === undefined || mark === null) return null;
  const { state: marked, reopened: _, ...said } = mark;
  const isOver = mark.until !== null && seen.nowMs >= Date.parse(mark.until);
  const state = hasRecurred(mark, seen.lastSeenMs) ? "reopened" : isOver ? "open" : marked;
  return { state, marked, ...said, by: document.updatedBy, version: document.version };
}

/** Whether somebody has still to look at it: a bug is open until it is fixed. */
export function isOpen(triage: ShownTriage | null): boolean {
  return triage === null || (triage.state !== "expected" && triage.state !== "fixed");
}
