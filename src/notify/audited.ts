import type { NoticeEvent, NoticeSeverity } from "../model/index.ts";
import { z } from "zod";

/** A line of the audit, as far as it is told. */
export interface AuditLine {
  readonly seq: number;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly name: string };
  readonly action: string;
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
  /** Of the store after the write it belongs to. */
  readonly version: number;
  readonly hash: string;
}

/** What a line of the audit says that happened. */
export interface Audited {
  readonly event: NoticeEvent;
  readonly severity: NoticeSeverity;
  /** Of a rollout its id, of an incident its own; empty: of everything. */
  readonly subject: string;
  /** Index of the phase; null: none, or it is about no rollout. */
  readonly phase: number | null;
  /** The phase before, where another was entered. */
  readonly from: number | null;
  /** In a few words. */
  readonly what: string;
  readonly why: string;
  readonly by: string;
}

const status = z.looseObject({
  name: z.string(),
  phase: z.number().optional(),
  by: z.string().optional(),
  reason: z.string().optional(),
  lessons: z.string().optional(),
  to: z.union([z.string(), z.object({ phase: z.string() })]).optional(),
});

const rolloutForm = z.looseObject({
  status,
  shed: z.looseObject({ reason: z.string() }).nullable().default(null),
  lowered: z.looseObject({ from: z.string(), reason: z.string() }).nullable().default(null),
  adjusted: z.array(z.looseObject({ gate: z.string() })).default([]),
  approvals: z.array(z.looseObject({ by: z.string() })).default([]),
  acknowledged: z.array(z.looseObject({ gate: z.string(), why: z.string(), until: z.string() })).default([]),
});

const incidentForm = z.looseObject({
  title: z.string(),
  severity: z.string(),
  opened_by: z.string(),
  closed_at: z.string().nullable(),
});

type State = z.infer<typeof rolloutForm>;

/** null: nothing that anybody is told of. */
export function auditedOf(line: AuditLine): Audited | null {
  switch (line.action) {
    case "rollout-set":
      return ofRollout(line);
    case "incident-set":
    case "incident-removed":
      return ofIncident(line);
    case "kill":
      return {
        ...told(line),
        event: "kill",
        severity: "critical",
        what: "everybody is on legacy: the kill switch is thrown",
      };
    case "kill-undone":
      return {
        ...told(line),
        event: "kill-undone",
        severity: "warning",
        what: "the kill switch is undone: flags decide again",
      };
    default:
      return null;
  }
}

function told({ subject, actor, reason }: AuditLine): Omit<Audited, "event" | "severity" | "what"> {
  const by = actor.kind === "automatic" ? actor.name : `${actor.kind}:${actor.name}`;
  return { subject, phase: null, from: null, why: reason ?? "", by };
}

const judged: ReadonlySet<string> = new Set(["running", "paused", "error-paused"]);

function ofRollout(line: AuditLine): Audited | null {
  const before = rolloutForm.safeParse(line.before).data;
  const after = rolloutForm.safeParse(line.after).data;
  if (before === undefined || after === undefined) return null;
  const rest = { ...told(line), phase: after.status.phase ?? before.status.phase ?? null };
  const is = (event: NoticeEvent, severity: NoticeSeverity, what: string, why = rest.why): Audited => ({
    ...rest,
    event,
    severity,
    what,
    why,
  });
  const [was, now] = [before.status.name, after.status.name];
  if (now !== was && now === "completed") return is("completed", "info", "completed", after.status.lessons);
  if (now !== was && now === "aborted")
    return is("aborted", "warning", "given up, flags stay as they are", after.status.reason);
  if (now === "rolled-back" && (was !== now || nameOf(before) !== nameOf(after))) {
    return is("rollback", "critical", `rolled back to ${nameOf(after)}`, after.status.reason);
  }
  if (now !== was && now === "error-paused")
    return is("error-paused", "critical", "stands still: it cannot be judged", after.status.reason);
  if (now !== was && now === "paused") return is("paused", "warning", "paused", after.status.reason);
  if (!judged.has(was) && now === "running") return is("started", "info", "started");
  if (judged.has(was) && judged.has(now) && before.status.phase !== after.status.phase) {
    const { lowered } = after;
    const entered =
      lowered === null
        ? is("phase", "info", "entered another phase")
        : is("phase", "warning", `lowered from ${lowered.from}`, lowered.reason);
    return { ...entered, from: before.status.phase ?? null };
  }
  if (before.shed === null && after.shed !== null)
    return is("shed", "warning", "nobody is compared any more", after.shed.reason);
  if (before.adjusted.length < after.adjusted.length) return is("verdict", "warning", "settings are adjusted");
  const isFree = (before.shed !== null && after.shed === null) || (before.lowered !== null && after.lowered === null);
  if (now === "running" && (was !== now || isFree)) return is("resumed", "info", "goes on");
  return ofSayings(before, after, is);
}

function ofSayings(
  before: State,
  after: State,
  is: (event: NoticeEvent, severity: NoticeSeverity, what: string, why?: string) => Audited,
): Audited | null {
  if (after.approvals.length > before.approvals.length) return is("approved", "info", "approved");
  const isNew = (one: State["acknowledged"][number]): boolean =>
    !before.acknowledged.some(({ gate, until, why }) => gate === one.gate && until === one.until && why === one.why);
  const said = after.acknowledged.find(isNew);
  return said === undefined
    ? null
    : is("acknowledged", "info", `${said.gate} is expected until ${said.until}`, said.why);
}

function nameOf({ status: { to = "" } }: State): string {
  return typeof to === "string" ? to : to.phase;
}

function ofIncident(line: AuditLine): Audited | null {
  const before = incidentForm.safeParse(line.before).data;
  const after = incidentForm.safeParse(line.after).data;
  const isOpen = after?.closed_at === null;
  const wasOpen = before?.closed_at === null;
  const incident = after ?? before;
  if (incident === undefined || isOpen === wasOpen) return null;
  const severity = isOpen && incident.severity === "critical" ? "critical" : isOpen ? "warning" : "info";
  const blocks = isOpen && incident.severity === "critical" ? ": nothing advances while it is open" : "";
  return {
    ...told(line),
    event: isOpen ? "incident-opened" : "incident-closed",
    severity,
    what: `${incident.severity} incident ${isOpen ? "opened" : "closed"}: ${incident.title}${blocks}`,
  };
}
