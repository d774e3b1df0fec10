import { Hono } from "hono";
import { guard } from "./access.ts";
import { limitBodies } from "./body.ts";
import { addAccount } from "./calls/account.ts";
import { addAudiences } from "./calls/audiences.ts";
import { addAudit } from "./calls/audit.ts";
import { addCutover } from "./calls/cutover.ts";
import { addDoctor } from "./calls/doctor.ts";
import { addEffects } from "./calls/effects.ts";
import { addErase } from "./calls/erase.ts";
import { addFlags } from "./calls/flags.ts";
import { addGuide } from "./calls/guide.ts";
import { addHealth } from "./calls/health.ts";
import { addIncidents } from "./calls/incidents.ts";
import { addKill } from "./calls/kill.ts";
import { addOfrep } from "./calls/ofrep.ts";
import { addPages } from "./calls/pages.ts";
import { addRollouts } from "./calls/rollouts.ts";
import { addRoutes } from "./calls/routes.ts";
import { addRules } from "./calls/rules.ts";
import { addSelfTest } from "./calls/self-test.ts";
import { addTriage } from "./calls/triage.ts";
import type { AdminDeps } from "./deps.ts";
import { problem } from "./problem.ts";
import { limitWrites } from "./rate-limit.ts";
import { contentSecurityPolicy } from "./ui/style.ts";
import { createReadWanted } from "./read-wanted.ts";

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
  app.use(limitWrites(() => deps.now()));
  app.use(limitBodies());
  addHealth(app, deps);
  const writing = { ...deps, read: createReadWanted() };
  addFlags(app, writing);
  addGuide(app, writing);
  addAudiences(app, writing);
  addCutover(app, deps);
  addKill(app, deps);
  addAudit(app, deps);
  addDoctor(app, deps);
  addEffects(app, deps);
  addErase(app, deps);
  addSelfTest(app, deps);
  addOfrep(app, deps);
  addAccount(app, deps);
  addTriage(app, deps);
  addRules(app, deps);
  addRollouts(app, deps);
  addIncidents(app, deps);
  addRoutes(app, deps);
  addPages(app, deps);
  app.notFound((c) => problem(c, 404, "No call of this name: GET /openapi.json lists them"));
  app.onError((error, c) => {
    deps.fault?.(error);
    return problem(c, 500, "Call failed inside Sombra");
  });
  return app;
}
