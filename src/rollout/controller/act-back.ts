import type { RolloutEvent } from "../ports.ts";
import type { Rollout } from "../state.ts";
import type { Ordered } from "./order.ts";
import { changed, refused, unchanged, type Answer, type Asked } from "./answer.ts";
import { phaseOf, rolledBack } from "./change-status.ts";
import { phaseName, phaseNamed } from "./phases.ts";
import { isJudged } from "./statuses.ts";
import { targetName } from "./words.ts";

export function pause({ by, reason }: Ordered<"pause">, { rollout, nowMs }: Asked): Answer {
  if (reason.trim() === "") return refused("cannot pause: say why");
  return paused(rollout, { by, reason, at: new Date(nowMs).toISOString() });
}

/** Time stands still, and whether to go back is looked at all the same. */
export function paused(
  rollout: Rollout,
  { by, reason, at }: { readonly by: string; readonly reason: string; readonly at: string },
): Answer {
  const phase = phaseOf(rollout.status);
  if (phase === null) return refused("cannot pause: the rollout is in no phase");
  const next = { ...rollout, status: { name: "paused", phase, since: at, by, reason } as const };
  return changed(next, `paused in ${phaseName(rollout.plan, phase)}`, {
    why: reason,
    events: [standingEvent(rollout, phase, `paused: ${reason}`)],
  });
}

/** What was paused goes on; what a gate shed is compared again, and its evidence begins anew. */
export function resume({ rollout, moves, nowMs }: Asked): Answer {
  const { status, shed } = rollout;
  if (!isJudged(status)) return refused(`cannot resume: the rollout is ${status.name}`);
  if (status.name === "running" && shed === null) return unchanged("it is running already");
  const { phase } = status;
  const since = status.name === "running" ? status.since : new Date(nowMs).toISOString();
  const next: Rollout = { ...rollout, status: { name: "running", phase, since }, shed: null };
  const what = `resumed in ${phaseName(rollout.plan, phase)}`;
  if (shed === null) return changed(next, what, { events: [standingEvent(rollout, phase, what)] });
  const move = moves.enter(phase, phase);
  if (move.kind === "refused") return refused(`cannot resume: ${move.why}`);
  const again = `${what}, comparing again`;
  const events = [standingEvent(rollout, phase, again)];
  return changed({ ...next, visit: rollout.visit + 1 }, again, {
    why: moves.told(move.edits),
    flags: move.edits,
    events,
  });
}

export function rollback(order: Ordered<"rollback">, { rollout, moves, nowMs }: Asked): Answer {
  const { plan, status } = rollout;
  const { by, reason } = order;
  const phase = phaseOf(status);
  if (phase === null) return refused("cannot roll back: the rollout is in no phase");
  if (reason.trim() === "") return refused("cannot roll back: say why");
  const wanted = order.to ?? plan.rollback.to;
  if (typeof wanted === "object") {
    const target = phaseNamed(plan, wanted.phase);
    if (target === null) return refused(`cannot roll back: the plan has no phase \`${wanted.phase}\``);
    if (target >= phase)
      return refused(`cannot roll back: \`${wanted.phase}\` is not before ${phaseName(plan, phase)}`);
  }
  const { edits, to } = moves.back(phase, wanted);
  if (status.name === "rolled-back" && targetName(status.to) === targetName(to)) {
    return unchanged(`it is rolled back to ${targetName(to)} already; ${moves.told(edits)}`);
  }
  const from = phaseName(plan, phase);
  const event: RolloutEvent = {
    event: "rollback",
    rollout: rollout.id,
    flag: plan.flag,
    phase: from,
    to: targetName(to),
    reason,
    by,
  };
  return changed(
    rolledBack(rollout, to, { at: new Date(nowMs).toISOString(), by, reason }),
    `rollback from ${from} to ${targetName(to)}`,
    { why: `${reason}; ${moves.told(edits)}`, flags: edits, events: [event] },
  );
}

/** Lets go of the flags, and leaves them as they are. */
export function abort({ by, reason }: Ordered<"abort">, { rollout, nowMs }: Asked): Answer {
  if (reason.trim() === "") return refused("cannot abort: say why");
  const since = new Date(nowMs).toISOString();
  const next: Rollout = { ...rollout, status: { name: "aborted", since, by, reason }, approvals: [], shed: null };
  return changed(next, "aborted, flags stay as they are", { why: reason });
}

function standingEvent({ id, plan }: Rollout, phase: number, reason: string): RolloutEvent {
  const name = phaseName(plan, phase);
  return { event: "rollout_phase", rollout: id, flag: plan.flag, phase: name, before: name, reason };
}
