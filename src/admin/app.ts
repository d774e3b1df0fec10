import { Hono } from "hono";
import { calls, guard, roleFor } from "./access.ts";
import { limitBodies } from "./body.ts";
import { addAccount } from "./calls/account.ts";
import { addAudiences } from "./calls/audiences.ts";
import { addAudit } from "./calls/audit.ts";
import { addCutover } from "./calls/cutover.ts";
import { addDoctor } from "./calls/doctor.ts";
import { addEffects } from "./calls/effects.ts";
import { addErase } from "./calls/erase.ts";
import { addHashKey } from "./calls/hash-key.ts";
import { addEvents } from "./calls/events.ts";
import { addFlags } from "./calls/flags.ts";
import { addGuide } from "./calls/guide.ts";
import { addHealth } from "./calls/health.ts";
import { addIncidents } from "./calls/incidents.ts";
import { addKill } from "./calls/kill.ts";
import { addNotifications } from "./calls/notifications.ts";
import { addOfrep } from "./calls/ofrep.ts";
import { addRollouts } from "./calls/rollouts.ts";
import { addRoutes } from "./calls/routes.ts";
import { addRules } from "./calls/rules.ts";
import { addSelfTest } from "./calls/self-test.ts";
import { addTriage } from "./calls/triage.ts";
import type { AdminDeps } from "./deps.ts";
import { problem } from "./problem.ts";
import { limitWrites } from "./rate-limit.ts";
import { createReadWanted } from "./read-wanted.ts";
import { createSessions } from "./sessions.ts";
import { addDashboard } from "./ui/index.ts";
import { noticePage, refusalPage } from "./ui/notice.ts";
import { texts } from "./ui/texts.ts";

/** Pages are our own markup, style and scripts, and forms go nowhere else; `data:` is the empty icon. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

function isAsProgramsAreTold({ headers }: Response): boolean {
  return headers.get("content-type") === "application/problem+json";
}

export function createAdmin(deps: AdminDeps): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    const refused = isAsProgramsAreTold(c.res) && dashboard.wantsPage(c) && !calls.test(c.req.path);
    const shown = refused ? refusalPage(dashboard.view(c), c.res.status, roleFor(c)) : null;
    // Without what only those see who are let in.
    if (shown !== null) c.res = await dashboard.page(c, shown, { signedIn: false });
    // A report brings its own.
    if (!c.res.headers.has("content-security-policy")) c.header("content-security-policy", contentSecurityPolicy);
    c.header("x-content-type-options", "nosniff");
    // With no-referrer, browsers send `Origin: null` with our own forms.
    c.header("referrer-policy", "same-origin");
    if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
  });
  const sessions = createSessions({ tokens: deps.access.tokens, keys: () => deps.keys(), now: () => deps.now() });
  app.use(guard(deps.access, sessions));
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
  addEvents(app, deps);
  addErase(app, deps);
  addHashKey(app, deps);
  addSelfTest(app, deps);
  addOfrep(app, deps);
  addAccount(app, deps);
  addTriage(app, deps);
  addRules(app, deps);
  addRollouts(app, deps);
  addIncidents(app, deps);
  addNotifications(app, deps);
  addRoutes(app, deps);
  const dashboard = addDashboard(app, deps, sessions);
  app.notFound((c) => {
    if (!dashboard.wantsPage(c)) return problem(c, 404, "No call of this name: GET /openapi.json lists them");
    const view = dashboard.view(c);
    return dashboard.page(c, noticePage(view, { status: 404, text: texts.in(view.locale).notFoundText }));
  });
  app.onError((error, c) => {
    deps.fault?.(error);
    return problem(c, 500, "Call failed inside Sombra");
  });
  return app;
}
