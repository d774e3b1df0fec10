import type { Context, Hono } from "hono";
import type { KillAnswer } from "../../registry/index.ts";
import { actorOf } from "../actor.ts";
import { anyReasonOf } from "../body.ts";
import type { AdminDeps } from "../deps.ts";
import { problem } from "../problem.ts";
import { resource } from "./resource.ts";

const unconfirmed =
  "The data plane did not answer in time: try again, or send SIGUSR2 to the process of the first log line";

export function addKill(app: Hono, deps: Pick<AdminDeps, "kill">): void {
  const set = (killed: boolean) => async (c: Context) => {
    const answer = await deps.kill({ killed, actor: actorOf(c), reason: await anyReasonOf(c) });
    const { was, shared, why } = answer;
    if (isUnconfirmed(answer, killed)) return problem(c, 503, wasNotDone(answer));
    return c.json({ killed: answer.killed, was, shared, ...(why === null ? {} : { why }) });
  };
  resource(app, "/api/kill", { POST: set(true), DELETE: set(false) });
}

/** Why an order was not carried out, for whoever gave it. */
export function wasNotDone({ why }: KillAnswer): string {
  return why ?? unconfirmed;
}

/** A kill that stays although it was to end is an answer where something says why it stays. */
function isUnconfirmed({ killed, why }: KillAnswer, ordered: boolean): boolean {
  return killed !== ordered && (ordered || why === null);
}
