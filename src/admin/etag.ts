import type { Context } from "hono";
import { problem } from "./problem.ts";

export function etag(version: number): string {
  return `"${version}"`;
}

export type Expected =
  /** `version` null: whatever it is. */
  { readonly ok: true; readonly version: number | null } | { readonly ok: false; readonly refusal: Response };

const form = /^\s*(?:W\/)?"(\d{1,15})"\s*$/;

/**
 * The version that `If-Match` (RFC 9110 13.1.1) wants something to have. Of several the one it has, else the first, which
 * the registry then refuses. A weak validator is as good: versions do not tell of less than they name.
 */
export function expectedVersion(c: Context, current: number): Expected {
  const given = c.req.header("if-match")?.trim();
  if (given === undefined || given === "*") return { ok: true, version: null };
  const versions = given.split(",").map((tag) => Number(form.exec(tag)?.[1] ?? Number.NaN));
  const [first = Number.NaN] = versions;
  if (versions.some(Number.isNaN)) {
    const must = 'If-Match must be a version in quotes as ETag has it, such as "7", or *';
    return { ok: false, refusal: problem(c, 400, must) };
  }
  return { ok: true, version: versions.includes(current) ? current : first };
}
