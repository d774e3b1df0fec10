import { z } from "zod";
import type { AuditEntry } from "../registry/index.ts";
import type { DecisionKind } from "./facts.ts";

const shape = z.looseObject({
  status: z.looseObject({ name: z.string(), phase: z.int().min(0).optional(), reason: z.string().optional() }),
  visit: z.int(),
  shed: z.unknown(),
  lowered: z.unknown().default(null),
  adjusted: z.array(z.unknown()).default([]),
  approvals: z.array(z.unknown()),
  acknowledged: z.array(z.looseObject({ gate: z.string(), at: z.string() })),
  ticked: z.array(z.unknown()),
  notes: z.array(z.object({ by: z.string(), at: z.string(), text: z.string() })),
  drill: z.looseObject({ at: z.string() }).nullable(),
});

/** What the audit has of a rollout before and after a write. */
export type Audited = z.infer<typeof shape>;

/** null: it is another document, or of a Sombra that wrote it otherwise. */
export function auditedIn(value: AuditEntry["after"]): Audited | null {
  return shape.safeParse(value).data ?? null;
}

export function phaseIn({ status }: Audited): number | null {
  return status.phase ?? null;
}

/** What a write of a rollout was for. */
export function kindOf(before: Audited | null, after: Audited): DecisionKind {
  if (before === null) return "created";
  const [was, is] = [before.status.name, after.status.name];
  if (was !== is) return statusKind(was, after);
  if (before.status.phase !== after.status.phase) return "phase";
  if (is === "rolled-back" && before.visit !== after.visit) return "rollback";
  if ((before.shed === null) !== (after.shed === null)) return after.shed === null ? "resumed" : "shed";
  if (before.adjusted.length < after.adjusted.length) return "adjusted";
  if (before.lowered !== null && after.lowered === null) return "resumed";
  if (before.approvals.length !== after.approvals.length)
    return before.approvals.length < after.approvals.length ? "approved" : "approvals-lapsed";
  if (after.acknowledged.some((one) => !before.acknowledged.some(isSame(one)))) return "acknowledged";
  if (before.ticked.length < after.ticked.length) return "ticked";
  if (noteOf(before, after) !== null) return "note";
  if (before.drill?.at !== after.drill?.at) return "drilled";
  return before.visit === after.visit ? "changed" : "evidence-anew";
}

/** The note that a write added; null: it added none. */
export function noteOf(before: Audited | null, after: Audited): Audited["notes"][number] | null {
  const [last, known] = [after.notes.at(-1), before?.notes.at(-1)];
  if (last === undefined || (last.at === known?.at && last.text === known.text)) return null;
  return last;
}

const unstarted: ReadonlySet<string> = new Set(["draft", "pending", "ready"]);

function statusKind(was: string, { status }: Audited): DecisionKind {
  switch (status.name) {
    case "draft":
    case "pending":
    case "ready":
      return "checked";
    case "running":
      return unstarted.has(was) || was === "rolled-back" ? "started" : "resumed";
    case "paused":
      return status.reason?.startsWith("rejected: ") === true ? "rejected" : "paused";
    case "error-paused":
      return "error-paused";
    case "rolled-back":
      return "rollback";
    case "completed":
      return "completed";
    case "aborted":
      return "aborted";
    default:
      return "changed";
  }
}

function isSame(one: { readonly gate: string; readonly at: string }): (other: typeof one) => boolean {
  return ({ gate, at }) => gate === one.gate && at === one.at;
}
