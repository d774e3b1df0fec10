import {
  isApproved,
  phaseBack,
  phasesIn,
  servesStill,
  span,
  targetText,
  wayBack,
  type Checkpoint,
  type Phase,
  type Rollout,
} from "../rollout/index.ts";
import type { StatusFacts } from "./facts.ts";

export function statusOf({ status, plan }: Rollout): StatusFacts {
  return {
    name: status.name,
    phase: "phase" in status ? (plan.phases[status.phase]?.name ?? null) : null,
    since: "since" in status ? status.since : null,
    by: "by" in status ? status.by : null,
    reason: "reason" in status ? status.reason : null,
    to: status.name === "rolled-back" ? targetText(status.to) : null,
    keep_until: status.name === "completed" ? status.keepUntil : null,
  };
}

interface Now {
  /** The newest; null: there is none. */
  readonly last: Checkpoint | null;
  readonly environment: string;
}

/** What follows if nobody does anything, or who has to do what, in sentences. */
export function nextOf(rollout: Rollout, now: Now): string {
  const { id, plan, status, shed, lowered } = rollout;
  const resume = `sombra rollout resume ${id}`;
  switch (status.name) {
    case "draft":
    case "pending":
    case "ready":
      return `Nothing until somebody begins it, which takes every precheck to be green: sombra rollout start ${id}`;
    case "running":
      if (shed !== null) return `Nobody is compared and nothing goes on until somebody resumes it: ${resume}`;
      if (lowered !== null)
        return `It runs on after it was lowered from ${lowered.from}, and goes on once somebody resumes it: ${resume}`;
      return (
        onward(rollout, status.phase, now) + (plan.mode === "observe" ? " It only observes, and changes nothing." : "")
      );
    case "paused":
    case "error-paused":
      return `It stands still, and goes back all the same where evidence says so, until somebody resumes it: ${resume}`;
    case "rolled-back":
      return `It never goes on by itself. ${stillText(rollout)} Once what was wrong is mended it begins anew, with new evidence: sombra rollout start ${id}`;
    case "completed":
      return `Its flags stay until ${status.keepUntil}, and checkpoints test the way back until then.`;
    case "aborted":
      return "Nothing: its flags stay as they are, and are anybody's to change.";
  }
}

function onward(rollout: Rollout, index: number, { last, environment }: Now): string {
  const { id, plan, visit } = rollout;
  const phase = plan.phases[index];
  if (phase === undefined) return "Nothing: the plan has no such phase.";
  const next = plan.phases[phasesIn(plan, environment).find((one) => one > index) ?? -1];
  const serves = next?.kind === "baseline" ? "legacy alone" : `the candidate answers ${next?.serve} %`;
  const then =
    next === undefined
      ? `It is the last phase: it is over once somebody completes it (sombra rollout complete ${id}).`
      : `It then enters ${next.name}: ${serves}.`;
  const isAsked = last?.scope === `${id}.${visit}` && last.conclusion === "ask-approval";
  if (isAsked && isApproved(rollout, phase)) return `Everything is passed and approved. ${then}`;
  const back = "It goes back by itself on evidence.";
  if (isAsked) {
    const how =
      next === undefined ? "" : ` GO: sombra rollout approve ${id}. NO-GO: sombra rollout reject ${id} --reason TEXT.`;
    return `Somebody has to decide: ${askedOf(rollout, phase, last)}.${how} ${then} ${back}`;
  }
  const ticked =
    phase.manual.length === 0 ? "" : `, somebody has ticked ${phase.manual.join(", ")} (sombra rollout tick ${id})`;
  const yes = phase.approval === null ? "" : `, ${phase.approval.count} approved (sombra rollout approve ${id})`;
  return `It runs for at least ${span(phase.minMs)}, and on until every gate passes${ticked}${yes}. ${then} ${back}`;
}

/** Somebody may have approved since the checkpoint that asked. */
function askedOf({ visit, approvals }: Rollout, { approval }: Phase, last: Checkpoint): string {
  const given = new Set(approvals.filter((one) => one.visit === visit).map(({ by }) => by)).size;
  if (approval === null || given === 0) return last.why;
  return `everything else is passed: ${approval.count - given} of ${approval.count} approvals are missing`;
}

/** Who answers since it went back. */
function stillText(rollout: Rollout): string {
  const { id, status, plan } = rollout;
  const everybody = "Legacy answers everybody.";
  if (status.name !== "rolled-back" || !servesStill(rollout)) return everybody;
  const phase = plan.phases[phaseBack(plan, status.phase, status.to) ?? -1];
  if (phase === undefined) return everybody;
  return `The candidate still answers ${phase.serve} %, as in ${phase.name}; to let it run there again: sombra rollout advance ${id} --to ${phase.name}.`;
}

/** What brings everybody back, in sentences. */
export function wayBackOf(rollout: Rollout): string {
  const { id, plan, status } = rollout;
  const killing = "For all flags at once: sombra kill.";
  if (status.name === "aborted") return `Its flags are changed by hand: sombra flags kill ${plan.flag}. ${killing}`;
  const order = `sombra rollout rollback ${id} --reason TEXT`;
  if (status.name === "rolled-back") {
    if (servesStill(rollout))
      return `Some are still answered by the candidate: ${order} --to off brings everybody to legacy. ${killing}`;
    const further = status.to === "shadow" ? `: ${order} --to off also stops comparing` : "";
    return `Legacy answers everybody already${further}. ${killing}`;
  }
  return `${order} leads within seconds ${targetText(wayBack(plan, "phase" in status ? status.phase : 0))}. ${killing}`;
}
