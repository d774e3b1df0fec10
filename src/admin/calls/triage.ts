import type { Context, Hono } from "hono";
import type { Group } from "../../account/index.ts";
import { documentId, triageStates, type Json, type Problem, type TriageMark } from "../../flags/index.ts";
import { readJson } from "../body.ts";
import type { AdminDeps } from "../deps.ts";
import { documentNow, writeDocument } from "../documents.ts";
import { oneOf, readFields, text, type ReadFields } from "../fields.ts";
import { invalid, problem } from "../problem.ts";
import { shownTriage, triageValue, type ShownTriage } from "../triage.ts";
import { resource } from "./resource.ts";

type Deps = Pick<AdminDeps, "account" | "flags" | "write" | "now">;

const unseen = "No divergence of this signature is known: GET /api/divergences lists them";

/** What people say of a group: kept for all instances, until it is open again. */
export function addTriage(app: Hono, deps: Deps): void {
  resource(app, "/api/divergences/:signature/triage", { PUT: (c) => mark(c, deps) });
}

/** What is said of groups now, by signature. */
export function createTriageNow(deps: Pick<AdminDeps, "flags" | "now">) {
  return (group: Seen & { readonly signature: string }): ShownTriage | null => {
    const document = documentNow(deps, documentId("triage", group.signature)) ?? undefined;
    return shownTriage(document, { lastSeenMs: lastSeenMs(group), nowMs: deps.now() });
  };
}

type Seen = Pick<Group, "severity" | "last_seen">;

/** Noise is no reason to open anything again. */
function lastSeenMs({ severity, last_seen: lastSeen }: Seen): number | null {
  return severity === "noise" ? null : Date.parse(lastSeen);
}

async function mark(c: Context, deps: Deps): Promise<Response> {
  const signature = c.req.param("signature") ?? "";
  if (!/^[0-9a-f]{16}$/.test(signature)) {
    return problem(c, 404, "No divergence of this signature: it has 16 hexadecimal digits");
  }
  const body = await readJson(c);
  if (!body.ok) return body.refusal;
  const wanted = wantedMark(body.value, { query: c.req.query("reason"), nowMs: deps.now() });
  if (!wanted.ok) return invalid(c, wanted.problems);
  const group = await (await deps.account()).group(signature);
  const seen = { lastSeenMs: group === null ? null : lastSeenMs(group), nowMs: deps.now() };
  const stored = documentNow(deps, documentId("triage", signature)) ?? undefined;
  const shown = shownTriage(stored, seen);
  const { state } = wanted;
  const reason = wanted.mark?.reason ?? wanted.reason ?? undefined;
  // What is kept no longer may still bear what was said of it.
  if (group === null && stored === undefined) return problem(c, 404, unseen);
  if (state === "open" && stored === undefined)
    return c.json({ signature, before: null, after: null, unchanged: true });
  // Said again of what it still is, it is no news: of what came again since, it is.
  if (wanted.mark !== null && shown?.state === state && saysSame(shown, wanted.mark)) {
    return c.json({ signature, before: shown, after: shown, unchanged: true });
  }
  const value = wanted.mark === null ? null : triageValue(wanted.mark);
  const order = { collection: "triage", id: signature, value, reason } as const;
  return writeDocument(c, { deps, order }, ({ before, after }) => ({
    signature,
    before: shownTriage(before ?? undefined, seen),
    after: shownTriage(after ?? undefined, seen),
  }));
}

export function saysSame(shown: ShownTriage, { reason, until, link }: TriageMark): boolean {
  return shown.reason === reason && shown.until === until && shown.link === link;
}

const forms = {
  state: oneOf("expected", "bug", "fixed", "open"),
  reason: text,
  until: text,
  link: text,
};

type Wanted =
  | { readonly ok: true; readonly state: "open"; readonly mark: null; readonly reason: string | null }
  | {
      readonly ok: true;
      readonly state: TriageMark["state"];
      readonly mark: TriageMark;
      readonly reason: string | null;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const maxLine = 500;

/** What a body says of a group, with what each state needs: what is expected, until when and why; a bug, where it is followed. */
export function wantedMark(
  body: Json,
  { query, nowMs }: { readonly query: string | undefined; readonly nowMs: number },
): Wanted {
  const read = readFields(body, forms);
  if (!read.ok) return read;
  const { state, link = null } = read.fields;
  const reason = (read.fields.reason ?? query ?? "").trim() || null;
  const until = read.fields.until === undefined ? null : timeOf(read.fields.until);
  const problems = [...problemsOf(read.fields, { reason, nowMs })];
  if (state === undefined || problems.length > 0) return { ok: false, problems };
  if (state === "open") return { ok: true, state, mark: null, reason };
  const at = new Date(nowMs).toISOString();
  return { ok: true, state, mark: { state, reason, until, link, at, reopened: null }, reason };
}

type Given = Extract<ReadFields<typeof forms>, { ok: true }>["fields"];

function* problemsOf(
  { state, until, link }: Given,
  { reason, nowMs }: { readonly reason: string | null; readonly nowMs: number },
): Iterable<Problem> {
  const known = [...triageStates, "open"].map((word) => `"${word}"`).join(" or ");
  if (state === undefined) yield { where: "state", is: "missing", must: known };
  if (reason !== null && reason.length > maxLine) {
    yield { where: "reason", is: `text of ${reason.length} characters`, must: `text of at most ${maxLine} characters` };
  }
  if (state === "expected") {
    if (reason === null) yield { where: "reason", is: "missing", must: "why it is expected" };
    const at = until === undefined ? null : timeOf(until);
    const must = "a day or a time to come in ISO 8601, UTC: from then on it counts as open";
    if (until === undefined) yield { where: "until", is: "missing", must };
    else if (at === null) yield { where: "until", is: `text of ${until.length} characters`, must };
    else if (Date.parse(at) <= nowMs) yield { where: "until", is: at, must };
  } else if (until !== undefined)
    yield { where: "until", is: "there", must: "absent: only what is expected has an end" };
  if (state === "bug") {
    if (link === undefined)
      yield { where: "link", is: "missing", must: "where the bug is followed, an http or https address" };
    else if (!isLink(link)) {
      yield {
        where: "link",
        is: `text of ${link.length} characters`,
        must: "an http or https address of at most 500 characters",
      };
    }
  } else if (link !== undefined) yield { where: "link", is: "there", must: "absent: only a bug has a link" };
}

function isLink(link: string): boolean {
  return link.length <= maxLine && /^https?:\/\/[^\s\p{Cc}]+$/u.test(link) && URL.canParse(link);
}

const timeForm = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** In UTC; a day alone begins at midnight. null: it is no time. */
function timeOf(given: string): string | null {
  const at = timeForm.test(given) ? new Date(given) : null;
  return at === null || Number.isNaN(at.getTime()) ? null : at.toISOString();
}
