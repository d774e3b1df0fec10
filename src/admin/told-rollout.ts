import {
  isJudged,
  untilResumed,
  type Approval,
  type Checkpoint,
  type Phase,
  type Plan,
  type Progress,
  type Rollout,
} from "../rollout/index.ts";
import type { KnownRollout } from "./rollouts.ts";

/** What a leader keeps of it, as far as that could be read. */
export interface KeptOf {
  readonly progress: Progress | null;
  readonly checkpoint: Checkpoint | null;
  /** Why it could not be read; null: it could. */
  readonly problem: string | null;
}

/** A rollout in a line: where it stands. */
export function summaryOf({ rollout, version, updatedAt, updatedBy }: KnownRollout) {
  const { id, plan, status, visit } = rollout;
  const at = phaseIndexOf(rollout);
  return {
    id,
    plan: plan.name,
    flag: plan.flag,
    mode: plan.mode,
    status: status.name,
    phase: at === null ? null : (plan.phases[at]?.name ?? null),
    serve: at === null ? null : (plan.phases[at]?.serve ?? null),
    since: "since" in status ? status.since : null,
    visit,
    version,
    updatedAt,
    updatedBy,
  };
}

/** Everything there is to know: where it stands, why it waits, how long still, what is missing. */
export function toldRollout(known: KnownRollout, kept: KeptOf) {
  const { plan, status, approvals, visit, ...rest } = known.rollout;
  const at = phaseIndexOf(known.rollout);
  const phase = at === null ? undefined : plan.phases[at];
  const progress = kept.progress?.visit === visit ? kept.progress : null;
  const checkpoint = kept.checkpoint?.scope === `${known.rollout.id}.${visit}` ? kept.checkpoint : null;
  return {
    ...rest,
    ...summaryOf(known),
    status: status.name,
    state: status,
    current: phase === undefined || at === null ? null : toldPhase(phase, at, plan),
    // The next checkpoint says so too, and may be an hour away.
    why: checkpoint?.why ?? (isJudged(status) ? (untilResumed(known.rollout)?.text ?? null) : null),
    conclusion: checkpoint?.conclusion ?? null,
    time: phase === undefined || !isJudged(status) ? null : timeOf(phase, plan, progress),
    missing_pairs: missingOf(checkpoint),
    checkpoint: checkpoint && { name: checkpoint.name, at: checkpoint.at, status: checkpoint.status },
    gates: checkpoint?.gates ?? [],
    alerts: checkpoint?.alerts ?? [],
    approval: phase?.approval === null || phase === undefined ? null : approvalOf(phase.approval, known.rollout),
    approvals: approvals.filter((one) => one.visit === visit),
    without: kept.problem,
    plan_written: planWithoutShoppers(plan),
  };
}

/** Index of the phase that it is in; null: in none. */
function phaseIndexOf({ status }: Rollout): number | null {
  return "phase" in status ? status.phase : null;
}

/** Members of lists leave this port by the flag calls only. */
function planWithoutShoppers(plan: Plan): object {
  return { ...plan, phases: plan.phases.map((phase, at) => toldPhase(phase, at, plan)) };
}

function toldPhase({ allowlist, forceOn, ...phase }: Phase, index: number, { phases }: Plan) {
  return {
    ...phase,
    index,
    of: phases.length,
    allowlist_count: allowlist?.length ?? null,
    force_on_count: forceOn.length,
  };
}

/** Milliseconds of running time. `left`: until it may be left; 0: time keeps it no longer. */
function timeOf({ minMs, maxMs }: Phase, { checkpoints }: Plan, progress: Progress | null) {
  const running = progress?.runningMs ?? 0;
  return {
    running,
    left: Math.max(0, minMs - running),
    due_in: maxMs === null ? null : Math.max(0, maxMs - running),
    checkpoint_every: checkpoints.everyMs,
    failures: progress?.failures ?? {},
    errors: progress?.errors ?? 0,
  };
}

/** Cells more that it takes until every gate could pass; null: not known, or no number would help. */
function missingOf(checkpoint: Checkpoint | null): number | null {
  const missing = (checkpoint?.gates ?? []).flatMap((gate) => (gate.missing === null ? [] : [gate.missing]));
  return missing.length === 0 ? null : Math.max(...missing);
}

function approvalOf({ count, names, notAuthor }: Approval, { approvals, visit, plan, startedBy }: Rollout) {
  const given = approvals.filter((one) => one.visit === visit);
  return {
    count,
    given: given.length,
    missing: Math.max(0, count - given.length),
    names,
    not: notAuthor ? [plan.author, ...(startedBy === null ? [] : [startedBy])].filter((name) => name !== "") : [],
  };
}
