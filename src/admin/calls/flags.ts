import type { Hono } from "hono";
import type { AdminDeps } from "../deps.ts";
import { problem } from "../problem.ts";
import { givenQuery, resource } from "./resource.ts";

export function addFlags(app: Hono, deps: Pick<AdminDeps, "flags" | "decide">): void {
  resource(app, "/feature-flags", {
    GET: (c) => c.json({ flags: deps.flags().map(({ flag, source }) => ({ ...flag, source })) }),
  });
  resource(app, "/feature-flags/:key", {
    GET(c) {
      const key = c.req.param("key") ?? "";
      const [shopper = null] = givenQuery(c, "shopper_id", "user_id");
      const answer = deps.decide(key, shopper);
      if (answer === null) return problem(c, 404, "No flag of this key: GET /feature-flags lists them");
      return c.json({ key, ...answer });
    },
  });
}
