import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Json } from "../flags/index.ts";
import { parseJson } from "./json.ts";
import { invalid, problem } from "./problem.ts";

const mebibyte = 1024 * 1024;
const maxMebibytes = 1;
/** Writes of flags and audiences may carry a list of a million shoppers. */
const maxListMebibytes = 32;
const carriesLists = /^\/api\/(?:flags|audiences|internal\/flags)(?:\/|$)/;
/** Forms of pages are read where they come in: some 200,000 shoppers in 30 ms. */
const maxFormMebibytes = 4;
const carriesPasted = /^\/(?:flags|audiences)(?:\/|-new$)/;

const maxReasonCharacters = 1_000;

export function limitBodies(): MiddlewareHandler {
  const most = (mebibytes: number): MiddlewareHandler =>
    bodyLimit({
      maxSize: mebibytes * mebibyte,
      onError: (c) => problem(c, 413, `Body is larger than ${mebibytes} MiB`),
    });
  const usual = most(maxMebibytes);
  const lists = most(maxListMebibytes);
  const pasted = most(maxFormMebibytes);
  return (c, next) => {
    const { path } = c.req;
    return (carriesLists.test(path) ? lists : carriesPasted.test(path) ? pasted : usual)(c, next);
  };
}

export type ReadBody = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly refusal: Response };

/** The body as JSON, whatever its content type says, or the 400 that tells where it stops being JSON. */
export async function readJson(c: Context): Promise<ReadBody> {
  const parsed = parseJson(await c.req.arrayBuffer());
  return parsed.ok ? parsed : { ok: false, refusal: problem(c, 400, parsed.detail) };
}

export type Reason =
  | { readonly ok: true; readonly reason: string | null }
  | { readonly ok: false; readonly refusal: Response };

/** What the audit is told, by the body or else by `?reason=`; null: nothing. */
export function reasonOf(c: Context, inBody?: string): Reason {
  const text = (inBody ?? c.req.query("reason") ?? "").trim();
  if (text.length <= maxReasonCharacters) return { ok: true, reason: text === "" ? null : text };
  const is = `text of ${text.length} characters`;
  const must = `text of at most ${maxReasonCharacters} characters`;
  return { ok: false, refusal: invalid(c, [{ where: "reason", is, must }]) };
}

export type Glass =
  | { readonly ok: true; readonly reason: string | null; readonly broken: boolean }
  | { readonly ok: false; readonly refusal: Response };

/** Whether somebody breaks the glass, as is `said` or else by `?break_glass=true`: the audit tells it with the reason. */
export function glassOf(c: Context, reason: string | null, said?: boolean): Glass {
  const asked = said === undefined ? (c.req.query("break_glass") ?? "false") : String(said);
  if (asked === "false") return { ok: true, reason, broken: false };
  if (asked !== "true") {
    return { ok: false, refusal: invalid(c, [{ where: "break_glass", is: "something else", must: "true or false" }]) };
  }
  if (reason !== null) return { ok: true, reason: `Break-glass: ${reason}`, broken: true };
  const must = "given with break_glass: the audit keeps it";
  return { ok: false, refusal: invalid(c, [{ where: "reason", is: "missing", must }]) };
}

/** The same where nothing may be in the way, in the body as well: what cannot be read is no reason, a long one is cut. */
export async function anyReasonOf(c: Context): Promise<string | null> {
  const given = c.req.query("reason") ?? (await reasonInBody(c)) ?? "";
  const text = given.trim().slice(0, maxReasonCharacters);
  return text === "" ? null : text;
}

async function reasonInBody(c: Context): Promise<string | null> {
  const read = await readJson(c);
  if (!read.ok || typeof read.value !== "object" || read.value === null || !("reason" in read.value)) return null;
  return typeof read.value.reason === "string" ? read.value.reason : null;
}
