import type { AuditEntry, AuditFilter } from "../registry/index.ts";

export const MAX_AUDIT_ENTRIES = 1000;

export function fits(entry: AuditEntry, { subject, actor, action, from, to }: AuditFilter): boolean {
  return (
    (subject === undefined || entry.subject === subject) &&
    (actor === undefined || entry.actor.name === actor) &&
    (action === undefined || entry.action === action) &&
    (from === undefined || entry.at >= from) &&
    (to === undefined || entry.at <= to)
  );
}
