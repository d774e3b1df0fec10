import { documentId, type Edit, type JsonObject, type Problem, type StoredDocument } from "../flags/index.ts";
import type { AdminDeps } from "./deps.ts";
import { documentNow, documentsNow, type DocumentOrder } from "./documents.ts";
import { isOpenIncident, readIncident, type Incident } from "./incident.ts";

type Deps = Pick<AdminDeps, "flags" | "now">;

export interface ToldIncident extends Incident {
  readonly id: string;
  readonly state: "open" | "closed";
  readonly version: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** What somebody says of an incident; without `id` it is a new one. */
export interface SaidIncident {
  readonly id?: string;
  readonly title?: string;
  readonly severity?: Incident["severity"];
  readonly state?: "open" | "closed";
  readonly reason?: string;
}

export type IncidentOrder =
  | { readonly kind: "order"; readonly order: DocumentOrder }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] }
  | { readonly kind: "unknown" };

const severityMust = '"critical" or "major" or "minor"';

const maxText = 500;
/** As many as the store holds; the oldest that is closed makes room. */
const maxIncidents = 1_000;

/** Newest first. */
export function incidentsNow(deps: Deps): readonly ToldIncident[] {
  const all = [...documentsNow(deps, "incident").values()].flatMap((document) => toldIncident(document) ?? []);
  return all.toSorted((a, b) => b.opened_at.localeCompare(a.opened_at));
}

/** null: it is not what was written. */
export function toldIncident({ id, value, version, updatedAt, updatedBy }: StoredDocument): ToldIncident | null {
  const incident = readIncident(value);
  if (incident === null) return null;
  const state = incident.closed_at === null ? "open" : "closed";
  return { id: id.slice("incident:".length), state, ...incident, version, updatedAt, updatedBy };
}

/** It keeps every rollout from advancing. */
export function isBlocking({ state, severity }: ToldIncident): boolean {
  return state === "open" && severity === "critical";
}

/** What is to be written of what somebody says. */
export function incidentOrder(
  said: SaidIncident,
  { deps, by }: { readonly deps: Deps; readonly by: string },
): IncidentOrder {
  const { id, state, reason } = said;
  const wrong = (where: string, is: string, must: string): IncidentOrder => ({
    kind: "invalid",
    problems: [{ where, is, must }],
  });
  const long = Object.entries({ ...said }).flatMap(([name, value]) =>
    typeof value === "string" && value.length > maxText ? [{ name, length: value.length }] : [],
  )[0];
  if (long !== undefined) {
    return wrong(long.name, `text of ${long.length} characters`, `text of at most ${maxText} characters`);
  }
  const at = new Date(deps.now()).toISOString();
  const stored = id === undefined ? null : documentNow(deps, documentId("incident", id));
  if (id !== undefined && stored === null) return { kind: "unknown" };
  const before = stored === null ? null : readIncident(stored.value);
  const title = (said.title ?? before?.title ?? "").trim();
  if (title === "") return wrong("title", "missing", "what happened, in a line");
  const severity = said.severity ?? before?.severity;
  if (severity === undefined) return wrong("severity", "missing", severityMust);
  const opened = { opened_at: before?.opened_at ?? at, opened_by: before?.opened_by ?? by };
  const closed = isClosed(state, before)
    ? { closed_at: before?.closed_at ?? at, closed_by: before?.closed_by ?? by }
    : { closed_at: null, closed_by: null };
  const value: JsonObject = { title, severity, ...opened, ...closed };
  return {
    kind: "order",
    order: {
      collection: "incident",
      id: id ?? freeId(at, deps),
      value,
      ...(reason === undefined ? {} : { reason }),
      besides: stored === null ? makingRoom(deps) : [],
    },
  };
}

function isClosed(state: "open" | "closed" | undefined, before: Incident | null): boolean {
  return state === undefined ? before !== null && before.closed_at !== null : state === "closed";
}

/** `2026-11-21-1`: of its day the first. */
function freeId(at: string, deps: Deps): string {
  const taken = documentsNow(deps, "incident");
  for (let n = 1; ; n += 1) {
    const id = `${at.slice(0, 10)}-${n}`;
    if (!taken.has(id)) return id;
  }
}

function makingRoom(deps: Deps): readonly Edit[] {
  const all = documentsNow(deps, "incident");
  if (all.size < maxIncidents) return [];
  const closed = [...all].filter(([, { value }]) => !isOpenIncident(value));
  const [oldest] = closed.toSorted(([, one], [, other]) => one.version - other.version);
  return oldest === undefined ? [] : [{ kind: "remove-document", collection: "incident", id: oldest[0] }];
}
