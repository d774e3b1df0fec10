import type { RollbackTarget } from "../plan.ts";
import type { Rollout, Status } from "../state.ts";

export interface Stamp {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
}

/** A new stay in a phase: its evidence and its clock begin at nothing, and what was approved or shed before counts no more. */
export function entered(
  rollout: Rollout,
  phase: number,
  { at, slowMs }: { readonly at: string; readonly slowMs: number | null },
): Rollout {
  return {
    ...rollout,
    status: { name: "running", phase, since: at },
    visit: rollout.visit + 1,
    enteredAt: at,
    limits: {
      lateMs: strictest(rollout, phase, "addedLatency"),
      overMs: strictest(rollout, phase, "latency"),
      slowMs: slowMs ?? rollout.limits.slowMs ?? rollout.baseline?.p95Ms ?? null,
    },
    approvals: [],
    shed: null,
    lowered: null,
    acknowledged: rollout.acknowledged.filter(({ until }) => Date.parse(until) > Date.parse(at)),
  };
}

/** Items count under another scope from then on: those of the phase that failed stay as they were judged. */
export function rolledBack(
  rollout: Rollout,
  to: RollbackTarget,
  { at, by, reason, pt }: Stamp & { readonly reason: string; readonly pt?: string | undefined },
): Rollout {
  const phase = phaseOf(rollout.status);
  if (phase === null) return rollout;
  return {
    ...rollout,
    status: { name: "rolled-back", phase, to, since: at, by, reason, ...(pt === undefined ? {} : { pt }) },
    visit: rollout.visit + 1,
    approvals: [],
    lowered: null,
  };
}

/** Which phase it is in, or was in last; null: in none yet, or it has let go of everything. */
export function phaseOf(status: Status): number | null {
  return "phase" in status ? status.phase : null;
}

/** What takes longer than this is late, or over: the strictest that a gate of the phase says. */
function strictest({ plan }: Rollout, phase: number, type: "addedLatency" | "latency"): number | null {
  const own = plan.phases[phase]?.gates ?? [];
  const names = new Set(own.map(({ name }) => name));
  const limits = [...own, ...plan.gates.filter(({ name }) => !names.has(name))].flatMap((gate) =>
    (gate.type === "addedLatency" || gate.type === "latency") && gate.type === type ? [gate.maxMs] : [],
  );
  return limits.length === 0 ? null : Math.min(...limits);
}
