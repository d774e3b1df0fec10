import type { Context, Hono } from "hono";
import { actorOf } from "../actor.ts";
import { readJson } from "../body.ts";
import type { AdminDeps } from "../deps.ts";
import { writeDocument } from "../documents.ts";
import { oneOf, readFields, text } from "../fields.ts";
import { incidentOrder, incidentsNow, isBlocking, toldIncident } from "../incidents.ts";
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

/** What is wrong outside: an open critical incident keeps every rollout from advancing. */
export function addIncidents(app: Hono, deps: Deps): void {
  resource(app, "/api/incidents", {
    GET(c) {
      const [state] = givenQuery(c, "state");
      if (state !== undefined && state !== "open" && state !== "closed") {
        return invalid(c, [{ where: "state", is: "something else", must: forms.state.must }]);
      }
      const all = incidentsNow(deps);
      const incidents = all.filter((one) => state === undefined || one.state === state);
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
  const { kind, name } = actorOf(c);
  const asked = incidentOrder(read.fields, { deps, by: `${kind}:${name}` });
  if (asked.kind === "invalid") return invalid(c, asked.problems);
  if (asked.kind === "unknown") return problem(c, 404, "No incident of this id: GET /api/incidents lists them");
  const { order } = asked;
  return writeDocument(c, { deps, order }, (written) => ({
    id: order.id,
    before: written.before && toldIncident(written.before),
    after: written.after && toldIncident(written.after),
  }));
}
