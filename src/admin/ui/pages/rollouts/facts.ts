import {
  gatesOf,
  isJudged,
  phasesIn,
  untickedIn,
  type Checkpoint,
  type Gate,
  type Phase,
  type Progress,
  type Rollout,
} from "../../../../rollout/index.ts";
import { blockingIncidents } from "../../../incident.ts";
import type { AdminDeps } from "../../../deps.ts";
import { flagsNow } from "../../../in-force.ts";
import { whyOf } from "../../../problem.ts";
import type { KnownRollout } from "../../../rollouts.ts";

/** What pages show of a rollout, as it is now. */
export interface Facts {
  readonly known: KnownRollout;
  readonly rollout: Rollout;
  /** That it is in, or was in last; null: in none yet. */
  readonly phase: Phase | null;
  readonly index: number | null;
  /** No phase comes after it here. */
  readonly isLast: boolean;
  /** Of the phase it is in, else of the first one. */
  readonly gates: readonly Gate[];
  /** Of this stay; null: nothing was kept of it. */
  readonly progress: Progress | null;
  /** Newest of this stay; null: there is none. */
  readonly last: Checkpoint | null;
  /** Newest first, of earlier stays as well. */
  readonly checkpoints: readonly Checkpoint[];
  /** Why the store does not say more; null: it does. */
  readonly problem: string | null;
  /** Ids of critical ones that are open. */
  readonly incidents: readonly string[];
  readonly killed: boolean;
  readonly environment: string;
}

type Deps = Pick<AdminDeps, "rollouts" | "flags" | "environment">;

export function knownRollout({ rollouts }: Pick<Deps, "rollouts">, id: string): KnownRollout | null {
  return rollouts.known().find(({ rollout }) => rollout.id === id) ?? null;
}

export async function factsOf(known: KnownRollout, deps: Deps, checkpointsWanted: number): Promise<Facts> {
  const { rollout } = known;
  const { plan, status, id, visit } = rollout;
  const kept = await keptOf(id, deps, checkpointsWanted);
  const index = "phase" in status ? status.phase : null;
  const here = phasesIn(plan, deps.environment);
  const phase = index === null ? null : (plan.phases[index] ?? null);
  const asked = phase ?? plan.phases[here[0] ?? 0] ?? null;
  const [newest = null] = kept.checkpoints;
  const { snapshot, state } = flagsNow(deps);
  return {
    known,
    rollout,
    phase,
    index,
    isLast: index !== null && here.at(-1) === index,
    gates: asked === null ? [] : gatesOf(plan, asked),
    progress: kept.progress?.visit === visit && isJudged(status) ? kept.progress : null,
    last: newest?.scope === `${id}.${visit}` ? newest : null,
    checkpoints: kept.checkpoints,
    problem: kept.problem,
    incidents: blockingIncidents(state.documents),
    killed: snapshot.killed,
    environment: deps.environment,
  };
}

async function keptOf(
  id: string,
  { rollouts }: Pick<Deps, "rollouts">,
  limit: number,
): Promise<Pick<Facts, "progress" | "checkpoints" | "problem">> {
  try {
    const [progress, checkpoints] = await Promise.all([rollouts.progress(id), rollouts.checkpoints(id, limit)]);
    return { progress, checkpoints, problem: null };
  } catch (error) {
    return { progress: null, checkpoints: [], problem: whyOf(error) };
  }
}

/** Running time until the phase may be left; null: it is in none that time counts in. */
export function leftMs({ phase, progress, rollout }: Facts): number | null {
  if (phase === null || !isJudged(rollout.status)) return null;
  return Math.max(0, phase.minMs - (progress?.runningMs ?? 0));
}

/** It has run for longer than planned: somebody has to decide. */
export function isDue({ phase, progress, rollout }: Facts): boolean {
  return phase !== null && phase.maxMs !== null && isJudged(rollout.status) && (progress?.runningMs ?? 0) > phase.maxMs;
}

/** What somebody has to tick: before the start, or in the phase. */
export function toTick({ phase, rollout }: Facts): readonly string[] {
  if (phase !== null && isJudged(rollout.status)) return untickedIn(rollout, phase);
  const { plan, ticked } = rollout;
  return plan.prechecks.manual.filter((name) => ticked.every((tick) => tick.name !== name));
}

/** Approvals that are missing; null: none is asked for. */
export function approvalsMissing({ phase, rollout }: Facts): number | null {
  const approval = phase?.approval ?? null;
  if (approval === null || !isJudged(rollout.status)) return null;
  const given = new Set(rollout.approvals.filter(({ visit }) => visit === rollout.visit).map(({ by }) => by)).size;
  return Math.max(0, approval.count - given);
}
