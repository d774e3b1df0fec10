import type { Hono } from "hono";
import type { AdminDeps } from "../deps.ts";
import { resource } from "./resource.ts";

export function addDoctor(app: Hono, deps: Pick<AdminDeps, "checks" | "probe">): void {
  resource(app, "/api/doctor", { GET: async (c) => c.json({ checks: await deps.checks() }) });
  resource(app, "/api/doctor/probe", { POST: async (c) => c.json({ checks: await deps.probe() }) });
}
