import type { JsonObject, StoredDocument } from "../flags/index.ts";

/** What people say of a group of divergences. */
export const triageStates = ["expected", "bug", "fixed"] as const;

export type TriageState = (typeof triageStates)[number];

/** As it is stored. */
export interface TriageMark {
  readonly state: TriageState;
  readonly reason: string | null;
  /** ISO 8601, UTC: from then on it counts as open; null: never by itself. */
  readonly until: string | null;
  /** Where the bug is followed. */
  readonly link: string | null;
  /** When it was said; ISO 8601, UTC. */
  readonly at: string;
  /** It was fixed, and came again then; null: it did not, or nobody looked. */
  readonly reopened: string | null;
}

/** As it is shown, which time and what is seen decide as well. */
export interface ShownTriage extends Omit<TriageMark, "state" | "reopened"> {
  /** `open`: what was expected until a time that has passed. `reopened`: what was fixed and came again. */
  readonly state: TriageState | "open" | "reopened";
  /** What was said. */
  readonly marked: TriageState;
  readonly by: string;
  readonly version: number;
}

/** null: it is not what was written; the group counts as open. */
export function readTriage({ value }: Pick<StoredDocument, "value">): TriageMark | null {
  const { state, at } = value;
  const known = triageStates.find((one) => one === state);
  if (known === undefined || typeof at !== "string" || Number.isNaN(Date.parse(at))) return null;
  const text = (name: string): string | null => {
    const said = value[name];
    return typeof said === "string" ? said : null;
  };
  const until = text("until");
  const isTime = until === null || !Number.isNaN(Date.parse(until));
  return isTime
    ? { state: known, reason: text("reason"), until, link: text("link"), at, reopened: text("reopened") }
    : null;
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
