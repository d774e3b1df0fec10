import type { Context } from "hono";
import type { Actor } from "../registry/index.ts";

/** How the command line, where it has no token, says who uses it: `command:NAME`. */
const commandForm = /^command:([\x21-\x7e]{1,64})$/;

/** Who asks for a change, for the audit. A token's name cannot be claimed. */
export function actorOf(c: Context): Actor {
  const token = c.get("token") ?? null;
  if (token !== null) return { kind: "token", name: token.name };
  const [, name] = commandForm.exec(c.req.header("x-sombra-actor") ?? "") ?? [];
  return name === undefined ? { kind: "anonymous", name: "loopback" } : { kind: "command", name };
}

/** Who presses a button of the page. */
export function pageActorOf(c: Context): Actor {
  return { kind: "dashboard", name: c.get("token")?.name ?? "loopback" };
}
