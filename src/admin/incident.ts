import { documentsOf, type Documents, type JsonObject } from "../flags/index.ts";

const severities = ["critical", "major", "minor"] as const;

/** Something that is wrong, as people say it. Times are ISO 8601, UTC. */
export interface Incident {
  readonly title: string;
  readonly severity: (typeof severities)[number];
  readonly opened_at: string;
  readonly opened_by: string;
  /** null: it is open. */
  readonly closed_at: string | null;
  readonly closed_by: string | null;
}

/** null: it is not what was written. */
export function readIncident(value: JsonObject): Incident | null {
  const { title, severity, opened_at: openedAt, opened_by: openedBy, closed_at: closedAt, closed_by: closedBy } = value;
  const known = severities.find((one) => one === severity);
  if (known === undefined || typeof title !== "string" || typeof openedAt !== "string" || typeof openedBy !== "string")
    return null;
  return {
    title,
    severity: known,
    opened_at: openedAt,
    opened_by: openedBy,
    closed_at: typeof closedAt === "string" ? closedAt : null,
    closed_by: typeof closedBy === "string" ? closedBy : null,
  };
}

/** One that cannot be read counts as open. */
export function isOpenIncident(value: JsonObject): boolean {
  return readIncident(value)?.closed_at === null || readIncident(value) === null;
}

/** Ids of those that keep every rollout from advancing. One that cannot be read does. */
export function blockingIncidents(documents: Documents): readonly string[] {
  return [...documentsOf(documents, "incident")].flatMap(([id, { value }]) => {
    const severity = readIncident(value)?.severity ?? "critical";
    return isOpenIncident(value) && severity === "critical" ? [id] : [];
  });
}
