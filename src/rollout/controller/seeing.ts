import type { StreamEvidence } from "../../account/index.ts";
import type { RouteFlags } from "../../model/index.ts";
import { judge } from "../judge.ts";
import { expectedFields } from "../phase-flags.ts";
import type { Measured, Surroundings } from "../ports.ts";
import type { Progress, Rollout } from "../state.ts";
import { phaseOf } from "./change-status.ts";
import type { Judgement } from "./look.ts";
import { nextPhase, phaseName } from "./phases.ts";
import { overlapping } from "./time.ts";

/** What a checkpoint is made of. */
export interface Seen {
  readonly rollout: Rollout;
  readonly progress: Progress;
  readonly surroundings: Surroundings;
  /** An error: it could not be read, and why. */
  readonly evidence: readonly StreamEvidence[] | Error;
  readonly measured: ReadonlyMap<string, Measured>;
  readonly routes: readonly RouteFlags[];
  readonly environment: string;
  readonly nowMs: number;
  /** null: by the time. */
  readonly name: string | null;
}

/** A checkpoint before anything follows from it. What cannot be judged is an ERROR, and never a pass. */
export function judgementOf(seen: Seen): Judgement {
  const { rollout, evidence, surroundings, progress, routes, measured, nowMs } = seen;
  const phaseIndex = judgedPhase(rollout, seen.environment);
  const name = seen.name ?? timeName(nowMs);
  if (evidence instanceof Error) return unjudged(seen, name, `evidence could not be read: ${evidence.message}`);
  try {
    return judge({
      rollout,
      phaseIndex,
      name,
      nowMs,
      runningMs: progress.runningMs,
      evidence,
      surroundings,
      expectedFlags: expectedFields(rollout.plan, phaseIndex, routes),
      measured,
      failuresInARow: progress.failures,
      steady: progress.steady ?? {},
      overlapping: overlapping(progress, rollout),
    });
  } catch (error) {
    return unjudged(seen, name, `it could not be judged: ${error instanceof Error ? error.message : "no reason"}`);
  }
}

/** The one it is in; of one that has not begun the one it would begin with. */
export function judgedPhase({ status, plan }: Rollout, environment: string): number {
  return phaseOf(status) ?? nextPhase(plan, -1, environment) ?? 0;
}

/** To the second, UTC. */
function timeName(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function unjudged({ rollout, surroundings, nowMs, environment }: Seen, name: string, message: string): Judgement {
  const flag = surroundings.flags.flags.get(rollout.plan.flag);
  return {
    name,
    at: new Date(nowMs).toISOString(),
    rollout: rollout.id,
    flag: rollout.plan.flag,
    phase: phaseName(rollout.plan, judgedPhase(rollout, environment)),
    scope: scopeOf(rollout),
    config: {
      enabled: flag?.enabled ?? null,
      rollout: flag?.percent ?? null,
      allowlist_count: (flag?.allowlist?.size ?? 0) + (flag?.forceOn.size ?? 0),
    },
    metrics: {},
    determinism: "ERROR",
    status: "ERROR",
    alerts: [{ type: "EVALUATION", severity: "WARN", message, expected: false }],
    gates: [],
  };
}

export function scopeOf({ id, visit }: Rollout): string {
  return `${id}.${visit}`;
}
