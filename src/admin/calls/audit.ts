import type { Context, Hono } from "hono";
import type { Problem } from "../../flags/index.ts";
import type { AuditFilter } from "../../registry/index.ts";
import type { AdminDeps } from "../deps.ts";
import { invalid, problem } from "../problem.ts";
import { givenQuery, resource } from "./resource.ts";

const usualEntries = 100;
const maxEntries = 1_000;

export function addAudit(app: Hono, deps: Pick<AdminDeps, "audit" | "checkAudit">): void {
  resource(app, "/api/audit", {
    async GET(c) {
      const read = auditFilterOf((name) => givenQuery(c, name)[0]);
      if (!read.ok) return invalid(c, read.problems);
      const { filter } = read;
      return orUnavailable(c, deps.audit(filter), (entries) => {
        const oldest = entries.length === filter.limit ? entries.at(-1)?.seq : undefined;
        return { entries, next: oldest === undefined || oldest === 1 ? null : oldest };
      });
    },
  });
  resource(app, "/api/audit/check", {
    GET: (c) => orUnavailable(c, deps.checkAudit(), ({ entries, brokenAt }) => ({ entries, broken_at: brokenAt })),
  });
}

/** The audit is in the store: without the store there is none to show. */
async function orUnavailable<T>(c: Context, asked: Promise<T>, tell: (answer: T) => object): Promise<Response> {
  try {
    return c.json(tell(await asked));
  } catch (error) {
    return problem(c, 503, `The audit cannot be read now: ${error instanceof Error ? error.message : "no answer"}`);
  }
}

type ReadFilter =
  | { readonly ok: true; readonly filter: AuditFilter }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** `query`: what the query says under a name; undefined: nothing. */
export function auditFilterOf(query: (name: string) => string | undefined): ReadFilter {
  const problems: Problem[] = [];
  /** What the query says under a name, read; `must` is what to say where it cannot be. */
  const read = <T>(name: string, must: string, parse: (text: string) => T | null): T | undefined => {
    const text = query(name);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === null) problems.push({ where: name, is: `text of ${text.length} characters`, must });
    return value ?? undefined;
  };
  const time = "a date or a time in ISO 8601, UTC";
  const filter: AuditFilter = {
    subject: query("subject") ?? query("flag"),
    actor: query("actor"),
    action: query("action"),
    from: read("from", time, (given) => timeOf(given, "00:00:00.000")),
    to: read("to", time, (given) => timeOf(given, "23:59:59.999")),
    beforeSeq: read("before_seq", "a whole number from 1", (given) => wholeNumber(given, Number.MAX_SAFE_INTEGER)),
    limit:
      read("limit", `a whole number from 1 to ${maxEntries}`, (given) => wholeNumber(given, maxEntries)) ??
      usualEntries,
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, filter };
}

function wholeNumber(text: string, max: number): number | null {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= max ? value : null;
}

const timeForm = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** In UTC and to the millisecond, as the audit has it. `ofDay`: the time that a date alone stands for. */
function timeOf(text: string, ofDay: string): string | null {
  // A plus in a query is a space where nobody has encoded it.
  const given = text.replace(" ", "+");
  if (!timeForm.test(given)) return null;
  const at = new Date(given.includes("T") ? given : `${given}T${ofDay}Z`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
