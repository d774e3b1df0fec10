import type { Hono } from "hono";
import type { AdminDeps } from "../deps.ts";
import { problem } from "../problem.ts";
import { exchangePage } from "../ui/exchange.ts";
import { overview } from "../ui/overview.ts";
import { resource } from "./resource.ts";

export function addPages(app: Hono, deps: AdminDeps): void {
  resource(app, "/", {
    async GET(c) {
      return c.html(await overview(deps));
    },
  });
  resource(app, "/exchanges/:id", {
    async GET(c) {
      const account = await deps.account();
      const record = await account.exchange(c.req.param("id") ?? "");
      if (record === null) return problem(c, 404, "No record of this exchange: it was not kept, or has been let go");
      return c.html(exchangePage(record, deps.version));
    },
  });
  for (const path of ["/admin", "/admin/"]) resource(app, path, { GET: (c) => c.redirect("/", 302) });
}
