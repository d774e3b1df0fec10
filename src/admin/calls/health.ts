import type { Hono } from "hono";
import type { AdminDeps } from "../deps.ts";
import { openApi } from "../openapi.ts";
import { resource } from "./resource.ts";

export function addHealth(app: Hono, deps: Pick<AdminDeps, "degraded" | "renderMetrics" | "flush" | "version">): void {
  resource(app, "/healthz", { GET: (c) => c.json({ status: "ok" }) });
  // Degraded is ready: legacy's answers do not depend on what is missing.
  resource(app, "/readyz", { GET: (c) => c.json({ status: "ready", degraded: deps.degraded() }) });
  resource(app, "/metrics", {
    async GET(c) {
      await deps.flush();
      const { contentType, text } = deps.renderMetrics(c.req.header("accept") ?? "");
      return c.body(text, 200, { "content-type": contentType, vary: "accept" });
    },
  });
  resource(app, "/openapi.json", { GET: (c) => c.json(openApi(deps.version)) });
}
