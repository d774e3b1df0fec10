import type { Hono } from "hono";
import type { AdminDeps } from "../deps.ts";
import { latencyOf } from "../latency.ts";
import { resource } from "./resource.ts";

export function addRoutes(app: Hono, deps: Pick<AdminDeps, "book" | "flush" | "routes">): void {
  resource(app, "/api/routes", {
    async GET(c) {
      await deps.flush();
      return c.json({ routes: deps.routes().map((route) => ({ ...route, ...latencyOf(deps.book, route.name) })) });
    },
  });
}
