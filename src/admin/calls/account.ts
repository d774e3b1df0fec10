import type { Context, Hono } from "hono";
import type { AccountReads, Group, GroupQuery } from "../../account/index.ts";
import type { AdminDeps } from "../deps.ts";
import { problem } from "../problem.ts";
import { givenQuery, resource } from "./resource.ts";
import { createTriageNow } from "./triage.ts";

const severities = ["critical", "major", "minor", "noise"] as const;
const places = ["answer", "effect"] as const;
const usualLimit = 1_000;
const maxLimit = 1_000;
const number = /^\d{1,9}$/;

/** Ledger, divergences, exchanges: always with what the data plane counted last. */
export function addAccount(app: Hono, deps: Pick<AdminDeps, "account" | "routes" | "flags" | "now">): void {
  const triage = createTriageNow(deps);
  const told = (group: Group) => ({ ...group, triage: triage(group) });
  /** Answers for all routes, or for the one that is asked for. */
  const perRoute =
    (answer: (c: Context, account: AccountReads, route: string | undefined) => Promise<Response>) =>
    async (c: Context) => {
      const [route] = givenQuery(c, "route");
      if (route !== undefined && !deps.routes().some(({ name }) => name === route)) {
        return problem(c, 404, "No route of this name: GET /api/routes lists them");
      }
      return answer(c, await deps.account(), route);
    };
  resource(app, "/api/ledger", {
    GET: perRoute(async (c, account, route) => c.json(await account.ledger(route))),
  });
  resource(app, "/api/divergences", {
    GET: perRoute(async (c, account, route) => {
      const query = queryOf(c, route);
      if (typeof query === "string") return problem(c, 400, query);
      const page = await account.groups(query);
      const next = query.offset + page.groups.length;
      const groups = page.groups.map(told);
      return c.json({ ...page, groups, next: next < page.total && groups.length > 0 ? next : null });
    }),
  });
  resource(app, "/api/divergences/:signature", {
    async GET(c) {
      const account = await deps.account();
      const group = await account.group(c.req.param("signature") ?? "");
      if (group === null) return problem(c, 404, "No divergence of this signature");
      const found = await Promise.all(group.examples.map((id) => account.exchange(id)));
      return c.json({ ...told(group), records: found.filter((record) => record !== null) });
    },
  });
  resource(app, "/api/exchanges/:id", {
    async GET(c) {
      const account = await deps.account();
      const record = await account.exchange(c.req.param("id") ?? "");
      return record === null
        ? problem(c, 404, "No record of this exchange: it was not kept, or has been let go")
        : c.json(record);
    },
  });
}

/** A sentence on what is wrong with it. */
function queryOf(c: Context, route: string | undefined): GroupQuery | string {
  const [severity] = givenQuery(c, "severity");
  const [where] = givenQuery(c, "where");
  const [since] = givenQuery(c, "since");
  const [offset = "0"] = givenQuery(c, "offset");
  const [limit = String(usualLimit)] = givenQuery(c, "limit");
  const asked = severities.find((one) => one === severity);
  const place = places.find((one) => one === where);
  const from = since === undefined ? undefined : Date.parse(since);
  if (severity !== undefined && asked === undefined) return `severity is one of ${severities.join(", ")}`;
  if (where !== undefined && place === undefined) return `where is one of ${places.join(", ")}`;
  if (Number.isNaN(from)) return "since is a time in ISO 8601";
  if (!number.test(offset)) return "offset is a whole number";
  if (!number.test(limit) || Number(limit) < 1 || Number(limit) > maxLimit) return `limit is 1 to ${maxLimit}`;
  return {
    ...(route === undefined ? {} : { route }),
    ...(asked === undefined ? {} : { severity: asked }),
    ...(place === undefined ? {} : { where: place }),
    ...(from === undefined ? {} : { since: from }),
    offset: Number(offset),
    limit: Number(limit),
  };
}
