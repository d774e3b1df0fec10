import type { Hono } from "hono";
import type { AdminDeps } from "../deps.ts";
import { resource } from "./resource.ts";

export function addDoctor(app: Hono, deps: Pick<AdminDeps, "checks">): void {
  resource(app, "/api/doctor", { GET: async (c) => c.json({ checks: await deps.checks() }) });
}
