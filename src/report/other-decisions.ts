import type { AuditEntry } from "../registry/index.ts";
import type { Decision, DecisionKind } from "./facts.ts";
import { byOf } from "./stays.ts";

/** What somebody else wrote that bears on a rollout: its flags by hand, the kill switch, an incident. */
export function otherDecision(entry: AuditEntry): readonly Decision[] {
  const what = kindOf(entry.action);
  if (what === null) return [];
  const said = [saidOf(what, entry), entry.reason ?? ""].filter((text) => text !== "").join(": ");
  const { at, seq, reason } = entry;
  const isGlass = reason?.startsWith("Break-glass: ") === true;
  return [{ at, until: null, times: 1, seq, by: byOf(entry), what, phase: null, why: said, break_glass: isGlass }];
}

function kindOf(action: string): DecisionKind | null {
  if (action === "kill") return "killed";
  if (action === "kill-undone") return "kill-undone";
  if (action.startsWith("flag-")) return "flag";
  return action === "incident-set" ? "incident" : null;
}

function saidOf(what: DecisionKind, { action, subject, before, after }: AuditEntry): string {
  switch (what) {
    case "flag":
      return [subject, action.slice("flag-".length), ...changesOf(before, after)].join(" ");
    case "incident":
      return incidentText(subject, after);
    default:
      return "";
  }
}

/** Fields that are no lists; of lists how many were put on and taken off. */
function changesOf(before: AuditEntry["before"], after: AuditEntry["after"]): readonly string[] {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  const simple = ["enabled", "percent", "audience"].flatMap((name) => {
    const [from, to] = [was[name] ?? null, is[name] ?? null];
    return from === to ? [] : [`${name} ${plainText(from)} -> ${plainText(to)}`];
  });
  return [...simple, ...membersText("+", is["added"]), ...membersText("-", was["removed"])];
}

/** `list` is that of the flag: `denylist:KEY`. */
function membersText(sign: string, members: unknown): readonly string[] {
  return Object.entries(fieldsOf(members)).map(([list, one]) => {
    return `${list.replace(/:.*$/s, "")} ${sign}${plainText(fieldsOf(one)["count"])}`;
  });
}

function incidentText(id: string, after: AuditEntry["after"]): string {
  const { title, severity, closed_at: closedAt = null } = fieldsOf(after);
  return `${closedAt === null ? "open" : "closed"}, ${plainText(severity)}, ${id}, "${plainText(title)}"`;
}

function plainText(value: unknown): string {
  const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return isPlain ? String(value) : "none";
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
