import type { Context, Hono } from "hono";
import type { AdminDeps } from "../deps.ts";
import { problem } from "../problem.ts";
import { givenQuery, resource } from "./resource.ts";

/** Ledger, divergences, exchanges: always with what the data plane counted last. */
export function addAccount(app: Hono, deps: Pick<AdminDeps, "book" | "flush" | "routes">): void {
  const { book } = deps;
  /** Answers for all routes, or for the one that is asked for. */
  const perRoute = (answer: (route: string | undefined) => object) => async (c: Context) => {
    const [route] = givenQuery(c, "route");
    if (route !== undefined && !deps.routes().some(({ name }) => name === route)) {
      return problem(c, 404, "No route of this name: GET /api/routes lists them");
    }
    await deps.flush();
    return c.json(answer(route));
  };
  resource(app, "/api/ledger", { GET: perRoute((route) => book.ledger(route)) });
  resource(app, "/api/divergences", { GET: perRoute((route) => ({ groups: book.groups(route) })) });
  resource(app, "/api/divergences/:signature", {
    async GET(c) {
      await deps.flush();
      const group = book.group(c.req.param("signature") ?? "");
      if (group === null) return problem(c, 404, "No divergence of this signature");
      const records = group.examples.map((id) => book.exchange(id)).filter((record) => record !== null);
      return c.json({ ...group, records });
    },
  });
  resource(app, "/api/exchanges/:id", {
    async GET(c) {
      await deps.flush();
      const record = book.exchange(c.req.param("id") ?? "");
      return record === null
        ? problem(c, 404, "No record of this exchange: it was not kept, or has been let go")
        : c.json(record);
    },
  });
}
