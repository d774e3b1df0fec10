import type { StoredDocument } from "./document.ts";

/** What people say of a group of divergences. */
export const triageStates = ["expected", "bug", "fixed"] as const;

type TriageState = (typeof triageStates)[number];

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
