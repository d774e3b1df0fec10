import type { Context, Hono } from "hono";
import { actorOf } from "../actor.ts";
import { readJson, reasonOf } from "../body.ts";
import type { AdminDeps } from "../deps.ts";
import { readFields, text, yesNo } from "../fields.ts";
import { invalid } from "../problem.ts";
import { refusal } from "../write.ts";
import { resource } from "./resource.ts";

const forms = { shopper: text, lists: yesNo, reason: text };

/** A shopper in a body, never in an address: those are logged. */
export function addErase(app: Hono, deps: Pick<AdminDeps, "erase">): void {
  resource(app, "/api/erase", { POST: (c) => erase(c, deps) });
}

async function erase(c: Context, deps: Pick<AdminDeps, "erase">): Promise<Response> {
  const body = await readJson(c);
  if (!body.ok) return body.refusal;
  const read = readFields(body.value, forms);
  if (!read.ok) return invalid(c, read.problems);
  const { lists = false, reason } = read.fields;
  const shopper = read.fields.shopper?.trim() ?? "";
  if (shopper === "") return invalid(c, [{ where: "shopper", is: "missing", must: "an id as flags are decided for" }]);
  const given = reasonOf(c, reason);
  if (!given.ok) return given.refusal;
  const answer = await deps.erase({ shopper, lists, actor: actorOf(c), reason: given.reason });
  return answer.kind === "refused" ? refusal(c, answer.answer) : c.json(answer.told);
}
