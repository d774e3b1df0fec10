import type { AuditEntry } from "../registry/index.ts";
import type { Rollout } from "../rollout/index.ts";
import { auditedIn, kindOf, phaseIn } from "./audited.ts";
import type { DecisionKind, Leaving } from "./facts.ts";

/** A time in a phase, as the audit has it. */
export interface Stay {
  /** Into the plan's phases. */
  readonly index: number;
  readonly enteredAt: string;
  readonly enteredBy: string;
  /** Of the evidence, oldest first: it may have begun anew within one stay. */
  readonly scopes: readonly string[];
  readonly left: {
    readonly at: string;
    readonly by: string;
    readonly how: Leaving;
    readonly why: string;
  } | null;
}

/** Every time in a phase, in their order. `audit`: oldest first. */
export function staysOf(rollout: Rollout, audit: readonly AuditEntry[]): readonly Stay[] {
  const stays: Stay[] = [];
  for (const entry of audit) {
    if (entry.action !== "rollout-set" || entry.subject !== rollout.id) continue;
    const after = auditedIn(entry.after);
    if (after === null) continue;
    const how = kindOf(auditedIn(entry.before), after);
    const index = phaseIn(after);
    const open = stays.at(-1)?.left === null ? stays.pop() : undefined;
    const leaving = open === undefined ? null : leavingOf(how, open.index, index);
    const left = leaving === null ? null : { at: entry.at, by: byOf(entry), how: leaving, why: entry.reason ?? "" };
    if (open !== undefined) stays.push(grown(open, { scope: scopeOf(rollout, after.visit), left }));
    const begins = how === "started" || how === "phase" || (open === undefined && isIn(after.status.name));
    if (begins && index !== null) {
      const scopes = [scopeOf(rollout, after.visit)];
      stays.push({ index, enteredAt: entry.at, enteredBy: byOf(entry), scopes, left: null });
    }
  }
  return withPresent(rollout, stays);
}

/** `token:anna` */
export function byOf({ actor }: Pick<AuditEntry, "actor">): string {
  return `${actor.kind}:${actor.name}`;
}

function grown(stay: Stay, { scope, left }: { readonly scope: string; readonly left: Stay["left"] }): Stay {
  // What leaves a phase begins the evidence of what comes next.
  if (left !== null) return { ...stay, left };
  return stay.scopes.at(-1) === scope ? stay : { ...stay, scopes: [...stay.scopes, scope] };
}

function leavingOf(how: DecisionKind, from: number, to: number | null): Leaving | null {
  if (how === "phase") return to !== null && to < from ? "lowered" : "advance";
  return how === "rollback" || how === "completed" || how === "aborted" ? how : null;
}

function isIn(status: string): boolean {
  return status === "running" || status === "paused" || status === "error-paused";
}

function scopeOf({ id }: Rollout, visit: number): string {
  return `${id}.${visit}`;
}

/** An audit that began later does not know how it came to where it is. */
function withPresent(rollout: Rollout, stays: readonly Stay[]): readonly Stay[] {
  const { status, enteredAt, visit } = rollout;
  if (stays.length > 0 || !isIn(status.name) || !("phase" in status)) return stays;
  const { phase: index, since } = status;
  return [{ index, enteredAt: enteredAt ?? since, enteredBy: "", scopes: [scopeOf(rollout, visit)], left: null }];
}
