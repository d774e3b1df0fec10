import type { Context, Hono } from "hono";
import { actorOf } from "../actor.ts";
import { reasonOf } from "../body.ts";
import type { AdminDeps } from "../deps.ts";
import { problem } from "../problem.ts";
import { refusal } from "../write.ts";
import { resource } from "./resource.ts";

const configured =
  "SOMBRA_HASH_KEY says which keys there are: put the new one first there, and restart the instances one after the other";

export function addHashKey(app: Hono, deps: Pick<AdminDeps, "rotate">): void {
  resource(app, "/api/hash-key/rotate", { POST: (c) => rotate(c, deps) });
}

async function rotate(c: Context, deps: Pick<AdminDeps, "rotate">): Promise<Response> {
  const given = reasonOf(c);
  if (!given.ok) return given.refusal;
  const answer = await deps.rotate({ actor: actorOf(c), reason: given.reason });
  switch (answer.kind) {
    case "rotated":
      return c.json(answer.told);
    case "configured":
      return problem(c, 409, configured);
    case "refused":
      return refusal(c, answer.answer);
  }
}
