import { hash } from "node:crypto";
import type { Json } from "../flags/index.ts";
import type { AuditEntry } from "./audit.ts";
import type { Position } from "./position.ts";

/** What happened, before it has its place in the chain. */
export type AuditDraft = Omit<AuditEntry, "seq" | "version" | "previous" | "hash">;

/** The action with which an audit goes on after a store lost its history. */
export const RESTORED = "restored";
export const KILL = "kill";
export const KILL_UNDONE = "kill-undone";

/** Entries as they continue a store that stands at `before`, with the version of the write they belong to. */
export function sealEntries(drafts: readonly AuditDraft[], before: Position): readonly AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const draft of drafts) {
    const { seq, hash: previous } = entries.at(-1) ?? before;
    const unsealed = { ...draft, seq: seq + 1, version: before.version + 1, previous };
    entries.push({ ...unsealed, hash: digest(unsealed) });
  }
  return entries;
}

/**
 * Sequence number of the first entry, of oldest to newest, that does not follow from the one before, or is not what its
 * hash was made of; null: all do. An entry `restored` may begin anew: what led up to it was lost with the store.
 */
export function brokenAt(entries: readonly AuditEntry[], isBeginning: boolean): number | null {
  for (const [index, entry] of entries.entries()) {
    const { hash: sealed, ...unsealed } = entry;
    const previous = entries[index - 1] ?? (isBeginning ? BEGINNING : null);
    if (sealed !== digest(unsealed) || !(entry.action === RESTORED || previous === null || follows(entry, previous))) {
      return entry.seq;
    }
  }
  return null;
}

const BEGINNING = { seq: 0, hash: "" };

function follows(entry: AuditEntry, previous: Pick<AuditEntry, "seq" | "hash">): boolean {
  return entry.seq === previous.seq + 1 && entry.previous === previous.hash;
}

/** SHA-256, hex, of JSON in which the names of every object are sorted. */
export function digest(value: object): string {
  return hash("sha256", JSON.stringify(value, sorted));
}

function sorted(_name: string, value: Json): Json {
  if (typeof value !== "object" || value === null || isList(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
