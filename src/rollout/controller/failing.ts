import type { JsonObject } from "../../flags/index.ts";
import type { RolloutEvent } from "../ports.ts";
import type { Rollout } from "../state.ts";
import { entered, rolledBack } from "./change-status.ts";
import type { Concluded } from "./conclude.ts";
import type { Look, Step, Trip } from "./look.ts";
import { phaseName } from "./phases.ts";
import type { Judged } from "./statuses.ts";
import { phaseEvent, still } from "./step.ts";
import { withoutApprovals } from "./time.ts";
import { phaseBack, wayBack } from "../way-back.ts";
import { targetName, type Why } from "./words.ts";

/** Who it is that steps by itself. */
export const AUTOMATIC = "rollout";

export function rollBack(look: Look, status: Pick<Judged, "phase">, { why, pt, to: wanted }: Trip): Step {
  const { rollout, moves, nowMs, progress } = look;
  const { plan } = rollout;
  const { edits, to } = moves.back(status.phase, wanted ?? wayBack(plan, status.phase));
  const phase = phaseName(plan, status.phase);
  const at = new Date(nowMs).toISOString();
  const stamp = { at, by: AUTOMATIC, reason: why, pt };
  const event: RolloutEvent = {
    event: "rollback",
    rollout: rollout.id,
    flag: plan.flag,
    phase,
    to: targetName(to),
    reason: why,
    by: AUTOMATIC,
  };
  return {
    ...still(progress, { why, pt }),
    conclusion: "roll-back",
    change: {
      rollout: rolledBack(rollout, to, stamp),
      flags: edits,
      reason: `rollback from ${phase} to ${targetName(to)}: ${why}; ${moves.told(edits)}`,
      events: [event],
    },
  };
}

/** It runs on in an earlier phase, with its clock and its evidence begun anew, and goes on once somebody resumes it. */
export function lower(
  look: Look,
  status: Judged,
  { why, pt, to: wanted }: Extract<Concluded, { kind: "lower" }>,
): Step {
  const { rollout, moves, nowMs, progress } = look;
  const { plan } = rollout;
  const { edits, to } = moves.back(status.phase, wanted);
  const target = phaseBack(plan, status.phase, to);
  // No phase is there to go to.
  if (target === null) return rollBack(look, status, { why, pt, to: null });
  const at = new Date(nowMs).toISOString();
  const [from, phase] = [phaseName(plan, status.phase), phaseName(plan, target)];
  const next: Rollout = {
    ...entered(rollout, target, { at, slowMs: null }),
    status: { ...status, phase: target, ...(status.name === "running" ? { since: at } : {}) },
    shed: rollout.shed,
    lowered: { at, from, reason: why, pt },
  };
  const reason = `lowered from ${from} to ${phase}: ${why}; ${moves.told(edits)}`;
  const events = [phaseEvent(look, { phase, before: from, reason: `lowered: ${why}` })];
  return {
    ...still(progress, { why, pt }),
    conclusion: "lower",
    change: { rollout: next, flags: edits, reason, events },
  };
}

/** The candidate is another one with other settings: evidence begins anew, and the time of the phase goes on. */
export function adjust(look: Look, status: Judged, { why, pt, gates }: Extract<Concluded, { kind: "adjust" }>): Step {
  const { rollout, moves, nowMs, progress } = look;
  const at = new Date(nowMs).toISOString();
  const edits = moves.adjust(gates.reduce<JsonObject>((all, { settings }) => ({ ...all, ...settings }), {}));
  const visit = rollout.visit + 1;
  const next: Rollout = {
    ...rollout,
    visit,
    adjusted: [...rollout.adjusted, ...gates.map(({ name }) => ({ gate: name, at }))],
    approvals: [],
  };
  const reason = `settings are adjusted: ${why}; ${moves.told(edits)}`;
  const phase = phaseName(rollout.plan, status.phase);
  const events = [phaseEvent(look, { phase, before: phase, reason })];
  return {
    ...still({ ...progress, visit, ...anew, told: withoutApprovals(progress.told) }, { why, pt }),
    conclusion: "adjust",
    change: { rollout: next, flags: edits, reason, events },
  };
}

const anew = { failures: {}, sinceFailureMs: {}, steady: {} };

/** Nobody is compared any more, and nobody's answer comes from elsewhere than before: flags stay as they are. */
export function shed(look: Look, status: Judged, { why, pt }: Why): Step {
  const { rollout, nowMs, progress } = look;
  const reason = `nobody is compared any more: ${why}`;
  const phase = phaseName(rollout.plan, status.phase);
  const shedding = { at: new Date(nowMs).toISOString(), reason: why, pt };
  const next = { ...rollout, shed: shedding, visit: rollout.visit + 1, approvals: [] };
  const events = [phaseEvent(look, { phase, before: phase, reason })];
  return { ...still(progress, { why, pt }), change: { rollout: next, flags: [], reason, events } };
}
