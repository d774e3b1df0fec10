import type { Hono } from "hono";
import type { AdminDeps } from "../deps.ts";
import type { Sessions } from "../sessions.ts";
import { createTokenOf } from "../tokens.ts";
import { pages } from "./pages/index.ts";
import { addSignIn } from "./pages/sign-in/index.ts";
import { createPulse } from "./pulse.ts";
import { createDashboard, type Dashboard } from "./site.ts";

/** The dashboard: pages on the admin port, rendered here, live by server-sent events (docs/decisions/0016-dashboard.md). */
export function addDashboard(app: Hono, deps: AdminDeps, sessions: Sessions): Dashboard {
  const menu = pages.flatMap((page) => page.menu ?? []);
  const dashboard = createDashboard(app, { deps, sessions, menu });
  const pulse = createPulse(deps);
  app.get("/live", (c) => pulse.stream(c, c.get("session") ?? null));
  const { tokens } = deps.access;
  addSignIn(app, { dashboard, sessions, tokenOf: createTokenOf(tokens), asked: tokens.length > 0 });
  for (const page of pages) page.add(dashboard.site, deps);
  for (const path of ["/admin", "/admin/"]) app.get(path, (c) => c.redirect("/", 302));
  return dashboard;
}
