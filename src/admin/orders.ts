import type { Json, Problem } from "../flags/index.ts";
import { durationMs, type Action, type Order, type RollbackTarget } from "../rollout/index.ts";
import { readFields, text, yesNo } from "./fields.ts";

/** What people do to a rollout by this port; a drill is carried out by others than the controller. */
export const actions = [
  "start",
  "pause",
  "resume",
  "advance",
  "approve",
  "reject",
  "acknowledge",
  "rollback",
  "abort",
  "complete",
  "note",
  "tick",
  "drill",
] as const satisfies readonly (Action | "drill")[];

export type RolloutAction = (typeof actions)[number];

type Read =
  | { readonly ok: true; readonly order: Order }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const reason = { reason: text };
const glass = { ...reason, break_glass: yesNo };
const maxText = 1_000;
const timeForm = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** What each takes in its body. */
const forms = {
  start: glass,
  pause: reason,
  resume: reason,
  advance: { ...glass, to: text },
  approve: reason,
  reject: reason,
  acknowledge: { ...reason, gate: text, until: text },
  rollback: { ...reason, to: text },
  abort: reason,
  complete: { ...glass, lessons: text },
  note: { text },
  tick: { precheck: text, evidence: text },
} as const;

interface Asked {
  readonly rollout: string;
  readonly by: string;
}

/** An order as a body says it. Of `drill` the body says nothing. */
export function readOrder(action: Exclude<RolloutAction, "drill">, body: Json, asked: Asked): Read {
  const problems: Problem[] = [];
  const read = readFields(body, forms[action]);
  if (!read.ok) return read;
  const fields: Readonly<Record<string, string | number | boolean | undefined>> = read.fields;
  const said = (name: string): string => {
    const value = String(fields[name] ?? "").trim();
    if (value.length > maxText)
      problems.push({ where: name, is: `text of ${value.length} characters`, must: `at most ${maxText} characters` });
    return value;
  };
  const needed = (name: string, must: string): string => {
    const value = said(name);
    if (value === "") problems.push({ where: name, is: "missing", must });
    return value;
  };
  const broken = (): { readonly breakGlass: string | null } => {
    if (fields["break_glass"] !== true) return { breakGlass: null };
    return { breakGlass: needed("reason", "given with break_glass: the audit keeps it") };
  };
  const order = ((): Order => {
    switch (action) {
      case "start":
        return { ...asked, action, ...broken() };
      case "pause":
      case "reject":
      case "abort":
        return { ...asked, action, reason: needed("reason", "why: the audit keeps it") };
      case "resume":
      case "approve":
        return { ...asked, action, reason: said("reason") };
      case "advance": {
        const to = said("to");
        const glassed = broken();
        if (to === "") return { ...asked, action, to: null, reason: said("reason"), ...glassed };
        const why = glassed.breakGlass ?? needed("reason", "why that phase: the audit keeps it");
        return { ...asked, action, to, reason: why, ...glassed };
      }
      case "acknowledge": {
        const until = timeOf(needed("until", untilMust), problems);
        const why = needed("reason", "why it is expected");
        return { ...asked, action, gate: needed("gate", "the name of a gate"), why, until };
      }
      case "rollback": {
        const why = needed("reason", "why: the audit keeps it");
        return { ...asked, action, to: targetOf(said("to")), reason: why };
      }
      case "complete": {
        const lessons = needed("lessons", "what was learned: the final report tells it");
        return { ...asked, action, lessons, ...broken() };
      }
      case "note":
        return { ...asked, action, text: needed("text", "what is to be noted") };
      case "tick": {
        const precheck = needed("precheck", "the name of a precheck by hand");
        return { ...asked, action, precheck, evidence: needed("evidence", "by what it is known") };
      }
    }
  })();
  return problems.length > 0 ? { ok: false, problems } : { ok: true, order };
}

function targetOf(to: string): RollbackTarget | null {
  if (to === "") return null;
  return to === "shadow" || to === "previous" || to === "off" ? to : { phase: to };
}

const untilMust = "how long, such as 24h, or a day or a time in ISO 8601, UTC";

function timeOf(given: string, problems: Problem[]): string {
  if (durationMs(given) !== null) return given;
  const at = timeForm.test(given) ? new Date(given) : null;
  if (at !== null && !Number.isNaN(at.getTime())) return at.toISOString();
  if (given !== "") problems.push({ where: "until", is: "something else", must: untilMust });
  return given;
}
