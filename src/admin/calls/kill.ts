import type { Context, Hono } from "hono";
import type { AdminDeps } from "../deps.ts";
import { problem } from "../problem.ts";
import { resource } from "./resource.ts";

type KillDeps = Pick<AdminDeps, "killed" | "kill" | "degraded">;

const unconfirmed =
  "The data plane did not answer in time: try again, or send SIGUSR2 to the process of the first log line";

export function addKill(app: Hono, deps: KillDeps): void {
  const set = (wanted: boolean) => async (c: Context) => {
    const { was, killed, why } = await turn(deps, wanted, "admin-api");
    if (why === "unconfirmed") return problem(c, 503, unconfirmed);
    return c.json(why === null ? { killed, was } : { killed, was, why });
  };
  resource(app, "/api/kill", { POST: set(true), DELETE: set(false) });
  const press = (wanted: boolean) => async (c: Context) => {
    const { why } = await turn(deps, wanted, "dashboard");
    // 303: the browser gets the page anew, and a reload does not press again.
    return why === "unconfirmed" ? problem(c, 503, unconfirmed) : c.redirect("/", 303);
  };
  resource(app, "/kill", { POST: press(true) });
  resource(app, "/kill/undo", { POST: press(false) });
}

interface Turned {
  readonly was: boolean;
  readonly killed: boolean;
  /** What keeps the switch from being as wanted; null: it is. */
  readonly why: string | null;
}

async function turn(deps: KillDeps, wanted: boolean, actor: string): Promise<Turned> {
  const was = deps.killed();
  await deps.kill(wanted, actor);
  const killed = deps.killed();
  if (killed === wanted) return { was, killed, why: null };
  const forced = deps.degraded().find((line) => line.includes("SOMBRA_FORCE_LEGACY"));
  return { was, killed, why: (killed ? forced : undefined) ?? "unconfirmed" };
}
