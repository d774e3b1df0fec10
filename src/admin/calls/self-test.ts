import type { Context, Hono } from "hono";
import type { AdminDeps } from "../deps.ts";
import { problem } from "../problem.ts";
import { resource } from "./resource.ts";

/** Whether the comparison sees: what came of it so far, and all of it tried now. */
export function addSelfTest(app: Hono, { selfTest }: Pick<AdminDeps, "selfTest">): void {
  const tell = (full: boolean) => async (c: Context) => {
    const report = await selfTest(full);
    return report === null ? problem(c, 503, "The data plane did not answer in time") : c.json(report);
  };
  resource(app, "/api/self-test", { GET: tell(false), POST: tell(true) });
}
