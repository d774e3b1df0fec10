import { say, type Sentence } from "../../lib/sentence.ts";
import type { Plan, RollbackTarget } from "../plan.ts";
import type { RolloutEvent } from "../ports.ts";
import type { Rollout } from "../state.ts";
import type { Ordered } from "./order.ts";
import { changed, refused, unchanged, type Answer, type Asked } from "./answer.ts";
import { phaseOf, rolledBack } from "./change-status.ts";
import { phaseName, phaseNamed } from "./phases.ts";
import { isJudged } from "./statuses.ts";
import { wayBack } from "../way-back.ts";
import { targetName } from "./words.ts";

export const SAY_WHY = say("say why", "diga por quê");
export const IN_NO_PHASE = say("the rollout is in no phase", "o rollout não está em nenhuma fase");

export function noPhase(name: string): Sentence {
  return say(`the plan has no phase \`${name}\``, `o plano não tem a fase \`${name}\``);
}

export function pause({ by, reason }: Ordered<"pause">, { rollout, nowMs }: Asked): Answer {
  if (reason.trim() === "") return refused("pause", SAY_WHY);
  return paused(rollout, { by, reason, at: new Date(nowMs).toISOString() });
}

/** Time stands still, and whether to go back is looked at all the same. */
export function paused(
  rollout: Rollout,
  { by, reason, at }: { readonly by: string; readonly reason: string; readonly at: string },
): Answer {
  const phase = phaseOf(rollout.status);
  if (phase === null) return refused("pause", IN_NO_PHASE);
  const next = { ...rollout, status: { name: "paused", phase, since: at, by, reason } as const };
  return changed(next, `paused in ${phaseName(rollout.plan, phase)}`, {
    why: reason,
    events: [standingEvent(rollout, phase, `paused: ${reason}`)],
  });
}

/** What was paused goes on; what a gate shed is compared again, and its evidence begins anew. */
export function resume({ reason = "" }: Ordered<"resume">, { rollout, nowMs }: Asked): Answer {
  const { status, shed, lowered } = rollout;
  if (!isJudged(status)) {
    return refused("resume", say(`the rollout is ${status.name}`, `o rollout está ${status.name}`));
  }
  if (status.name === "running" && shed === null && lowered === null) return unchanged("it is running already");
  const { phase } = status;
  const since = status.name === "running" ? status.since : new Date(nowMs).toISOString();
  const next: Rollout = { ...rollout, status: { name: "running", phase, since }, shed: null, lowered: null };
  const again = shed === null ? "" : ", comparing again";
  const what = `resumed in ${phaseName(rollout.plan, phase)}${again}`;
  const events = [standingEvent(rollout, phase, what)];
  return changed(shed === null ? next : { ...next, visit: rollout.visit + 1 }, what, { why: reason, events });
}

export function rollback(order: Ordered<"rollback">, { rollout, moves, nowMs }: Asked): Answer {
  const { plan, status } = rollout;
  const { by, reason } = order;
  const phase = phaseOf(status);
  if (phase === null) return refused("rollback", IN_NO_PHASE);
  if (reason.trim() === "") return refused("rollback", SAY_WHY);
  const wanted = order.to === null ? wayBack(plan, phase) : named(plan, order.to);
  if (typeof wanted === "object") {
    const target = phaseNamed(plan, wanted.phase);
    if (target === null) return refused("rollback", noPhase(wanted.phase));
    if (target >= phase) {
      const here = phaseName(plan, phase);
      return refused(
        "rollback",
        say(`\`${wanted.phase}\` is not before ${here}`, `\`${wanted.phase}\` não vem antes de ${here}`),
      );
    }
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

/** `disabled` is off, where no phase is called so. */
function named(plan: Plan, to: RollbackTarget): RollbackTarget {
  return typeof to === "object" && to.phase === DISABLED && phaseNamed(plan, DISABLED) === null ? "off" : to;
}

const DISABLED = "disabled";

/** Lets go of the flags, and leaves them as they are. */
export function abort({ by, reason }: Ordered<"abort">, { rollout, nowMs }: Asked): Answer {
  if (reason.trim() === "") return refused("abort", SAY_WHY);
  const since = new Date(nowMs).toISOString();
  const next: Rollout = {
    ...rollout,
    status: { name: "aborted", since, by, reason },
    approvals: [],
    shed: null,
    lowered: null,
  };
  const compared = rollout.shed === null ? "" : ": whom they say is compared again";
  return changed(next, `aborted, flags stay as they are${compared}`, { why: reason });
}

function standingEvent({ id, plan }: Rollout, phase: number, reason: string): RolloutEvent {
  const name = phaseName(plan, phase);
  return { event: "rollout_phase", rollout: id, flag: plan.flag, phase: name, before: name, reason };
}
