import type { Context, Hono } from "hono";
import { documentId, type Edit, type JsonObject, type StoredDocument } from "../../flags/index.ts";
import { actorOf } from "../actor.ts";
import { readJson } from "../body.ts";
import type { AdminDeps } from "../deps.ts";
import { documentNow, documentsNow, writeDocument } from "../documents.ts";
import { oneOf, readFields, text } from "../fields.ts";
import { isOpenIncident, readIncident, type Incident } from "../incident.ts";
import { invalid, problem } from "../problem.ts";
import { givenQuery, resource } from "./resource.ts";

type Deps = Pick<AdminDeps, "flags" | "write" | "now">;

const forms = {
  id: text,
  title: text,
  severity: oneOf("critical", "major", "minor"),
  state: oneOf("open", "closed"),
  reason: text,
};

const maxText = 500;
/** As many as the store holds; the oldest that is closed makes room. */
const maxIncidents = 1_000;

/** What is wrong outside: an open critical incident keeps every rollout from advancing. */
export function addIncidents(app: Hono, deps: Deps): void {
  resource(app, "/api/incidents", {
    GET(c) {
      const [state] = givenQuery(c, "state");
      if (state !== undefined && state !== "open" && state !== "closed") {
        return invalid(c, [{ where: "state", is: "something else", must: forms.state.must }]);
      }
      const all = [...documentsNow(deps, "incident").values()].flatMap((document) => told(document) ?? []);
      const incidents = all
        .filter((one) => state === undefined || one.state === state)
        .toSorted((a, b) => b.opened_at.localeCompare(a.opened_at));
      return c.json({ incidents, blocking: all.filter(isBlocking).map(({ id }) => id) });
    },
    POST: (c) => write(c, deps),
  });
}

async function write(c: Context, deps: Deps): Promise<Response> {
  const body = await readJson(c);
  if (!body.ok) return body.refusal;
  const read = readFields(body.value, forms);
  if (!read.ok) return invalid(c, read.problems);
  const { id, state, reason } = read.fields;
  const long = Object.entries(read.fields).find(([, value]) => value.length > maxText);
  if (long !== undefined) {
    const is = `text of ${long[1].length} characters`;
    return invalid(c, [{ where: long[0], is, must: `text of at most ${maxText} characters` }]);
  }
  const { kind, name } = actorOf(c);
  const by = `${kind}:${name}`;
  const at = new Date(deps.now()).toISOString();
  const stored = id === undefined ? null : documentNow(deps, documentId("incident", id));
  if (id !== undefined && stored === null)
    return problem(c, 404, "No incident of this id: GET /api/incidents lists them");
  const before = stored === null ? null : readIncident(stored.value);
  const title = (read.fields.title ?? before?.title ?? "").trim();
  if (title === "") return invalid(c, [{ where: "title", is: "missing", must: "what happened, in a line" }]);
  const severity = read.fields.severity ?? before?.severity;
  if (severity === undefined) return invalid(c, [{ where: "severity", is: "missing", must: forms.severity.must }]);
  const opened = { opened_at: before?.opened_at ?? at, opened_by: before?.opened_by ?? by };
  const closed = isClosed(state, before)
    ? { closed_at: before?.closed_at ?? at, closed_by: before?.closed_by ?? by }
    : { closed_at: null, closed_by: null };
  const value: JsonObject = { title, severity, ...opened, ...closed };
  const order = {
    collection: "incident",
    id: id ?? freeId(at, deps),
    value,
    ...(reason === undefined ? {} : { reason }),
    besides: stored === null ? makingRoom(deps) : [],
  } as const;
  return writeDocument(c, { deps, order }, (written) => ({
    id: order.id,
    before: written.before && told(written.before),
    after: written.after && told(written.after),
  }));
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

function told({ id, value, version, updatedAt, updatedBy }: StoredDocument) {
  const incident = readIncident(value);
  if (incident === null) return null;
  const state = incident.closed_at === null ? ("open" as const) : ("closed" as const);
  return { id: id.slice("incident:".length), state, ...incident, version, updatedAt, updatedBy };
}

function isBlocking({ state, severity }: NonNullable<ReturnType<typeof told>>): boolean {
  return state === "open" && severity === "critical";
}
