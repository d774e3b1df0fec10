import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { guard } from "./access.ts";
import { addAccount } from "./calls/account.ts";
import { addFlags } from "./calls/flags.ts";
import { addHealth } from "./calls/health.ts";
import { addKill } from "./calls/kill.ts";
import { addPages } from "./calls/pages.ts";
import { addRoutes } from "./calls/routes.ts";
import type { AdminDeps } from "./deps.ts";
import { problem } from "./problem.ts";
import { contentSecurityPolicy } from "./ui/style.ts";

const maxBodyBytes = 1024 * 1024;

export function createAdmin(deps: AdminDeps): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header("content-security-policy", contentSecurityPolicy);
    c.header("x-content-type-options", "nosniff");
    // With no-referrer, browsers send `Origin: null` with our own forms.
    c.header("referrer-policy", "same-origin");
    c.header("cache-control", "no-store");
  });
  app.use(guard(deps.access));
  app.use(bodyLimit({ maxSize: maxBodyBytes, onError: (c) => problem(c, 413, "Body is larger than 1 MiB") }));
  addHealth(app, deps);
  addFlags(app, deps);
  addKill(app, deps);
  addAccount(app, deps);
  addRoutes(app, deps);
  addPages(app, deps);
  app.notFound((c) => problem(c, 404, "No call of this name: GET /openapi.json lists them"));
  app.onError((error, c) => {
    deps.fault?.(error);
    return problem(c, 500, "Call failed inside Sombra");
  });
  return app;
}
