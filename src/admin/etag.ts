import type { Context } from "hono";
import { problem } from "./problem.ts";

/** `cut`: the answer has not every member of its lists, so that nobody may write them back. */
export function etag(version: number, cut = false): string {
  return `"${version}${cut ? "-cut" : ""}"`;
}

export type Expected =
  /** `version` null: whatever it is. `cut`: known from an answer that had not every member. */
  | { readonly ok: true; readonly version: number | null; readonly cut: boolean }
  | { readonly ok: false; readonly refusal: Response };

const form = /^\s*(?:W\/)?"(\d{1,15})(-cut)?"\s*$/;

/**
 * The version that `If-Match` (RFC 9110 13.1.1) wants something to have. Of several the one it has, else the first, which
 * the registry then refuses. A weak validator is as good: versions do not tell of less than they name.
 */
export function expectedVersion(c: Context, current: number): Expected {
  const given = c.req.header("if-match")?.trim();
  if (given === undefined || given === "*") return { ok: true, version: null, cut: false };
  const tags = given.split(",").map((tag) => {
    const [, version, cut] = form.exec(tag) ?? [];
    return { version: Number(version ?? Number.NaN), cut: cut !== undefined };
  });
  const [first = { version: Number.NaN, cut: false }] = tags;
  if (tags.some(({ version }) => Number.isNaN(version))) {
    const must = 'If-Match must be a version in quotes as ETag has it, such as "7", or *';
    return { ok: false, refusal: problem(c, 400, must) };
  }
  return { ok: true, ...(tags.find(({ version }) => version === current) ?? first) };
}
