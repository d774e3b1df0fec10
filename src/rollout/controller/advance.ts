import type { Checkpoint, Conclusion } from "../checkpoint.ts";
import { failuresAfter } from "../judge.ts";
import type { RolloutEvent } from "../ports.ts";
import type { Progress } from "../state.ts";
import { entered, rolledBack } from "./change-status.ts";
import { conclude, type Concluded } from "./conclude.ts";
import type { Change, Judgement, Look, Step, Trip } from "./look.ts";
import { phaseName } from "./phases.ts";
import { isJudged, servesStill, type Judged } from "./statuses.ts";
import { marksOf, withoutApprovals } from "./time.ts";
import { duration, targetName } from "./words.ts";

/** Who it is that steps by itself. */
export const AUTOMATIC = "rollout";

/** One step of one rollout: what is known goes in, what is to be written and told comes out. Pure. */
export function advance(look: Look): Step {
  const { status } = look.rollout;
  if (status.name === "completed") return testWayBack(look, status.phase);
  if (servesStill(status) && look.trip !== null) return furtherBack(look, status, look.trip);
  if (!isJudged(status)) return shown(look, `it is ${status.name}`);
  if (look.trip !== null) return observed(look, status, rollBack(look, status, look.trip));
  if (look.judgement === null) return observed(look, status, between(look, status));
  return observed(look, status, atCheckpoint(look, status, look.judgement));
}

/** What it went back to fails as well: nobody is served any more. */
function furtherBack(look: Look, status: Pick<Judged, "phase">, { why }: Trip): Step {
  const { plan } = look.rollout;
  if (plan.mode === "observe") return still(look.progress, why);
  return rollBack(look, status, { why, to: plan.shadow ? "shadow" : "off" });
}

/** Nothing follows; where somebody asked for a checkpoint, this is it. */
function shown({ progress, judgement }: Look, why: string): Step {
  const checkpoint: Checkpoint | null = judgement === null ? null : { ...judgement, conclusion: "hold", why };
  return {
    ...still(progress, why),
    checkpoint,
    events: checkpoint === null ? [] : [{ event: "checkpoint", checkpoint }],
  };
}

/** Who only observes judges and tells, and writes nothing. */
function observed(look: Look, status: Judged, step: Step): Step {
  if (look.rollout.plan.mode === "act") return step;
  if (step.change === null) return step;
  const why = `it only observes, and would ${step.conclusion}: ${step.why}`;
  const checkpoint = step.checkpoint === null ? null : { ...step.checkpoint, why };
  const events = step.events.map((event) =>
    event.event === "checkpoint" && checkpoint !== null ? { ...event, checkpoint } : event,
  );
  const told = { ...step, why, checkpoint, events, change: null };
  if (look.trip === null || look.progress.told.includes("trip")) return told;
  const progress = { ...step.progress, told: [...step.progress.told, "trip"] };
  return { ...told, progress, events: [...events, dueEvent(look, status, why)] };
}

function between(look: Look, status: Judged): Step {
  const { rollout, progress, legacy } = look;
  const due = dueEvents(look, status);
  const step = {
    ...still({ ...progress, told: [...progress.told, ...due.map(({ mark }) => mark)] }, "no checkpoint is due"),
    events: due.map(({ event }) => event),
  };
  // What is slow has to be known before anything can be: evidence begins anew with it, running time goes on.
  const isBlind = rollout.limits.slowMs === null && rollout.plan.phases[status.phase]?.kind === "serve";
  if (!isBlind || legacy.p95Ms === null || rollout.plan.mode === "observe") return step;
  const visit = rollout.visit + 1;
  const reason = `legacy's p95 is ${legacy.p95Ms} ms: what takes longer is slow`;
  return {
    ...step,
    progress: { ...step.progress, visit },
    change: {
      rollout: { ...rollout, visit, limits: { ...rollout.limits, slowMs: legacy.p95Ms } },
      flags: [],
      reason,
      events: [],
    },
  };
}

function atCheckpoint(look: Look, status: Judged, judgement: Judgement): Step {
  const phase = look.rollout.plan.phases[status.phase];
  const due = dueEvents(look, status);
  const isError = judgement.status === "ERROR" || judgement.gates.some(({ verdict }) => verdict === "ERROR");
  const progress: Progress = {
    ...look.progress,
    checkpointAt: judgement.at,
    sinceCheckpointMs: 0,
    failures: failuresAfter(look.progress.failures, judgement.gates),
    errors: isError && status.name === "running" ? look.progress.errors + 1 : 0,
    told: [
      ...(phase === undefined ? look.progress.told : marksOf(look.rollout, look.progress, phase)),
      ...due.map(({ mark }) => mark),
    ],
  };
  const concluded = conclude(look, judgement, { status, progress });
  const step = follow({ ...look, progress }, status, concluded);
  const checkpoint: Checkpoint = { ...judgement, conclusion: step.conclusion, why: step.why };
  return {
    ...step,
    checkpoint,
    events: [{ event: "checkpoint", checkpoint }, ...due.map(({ event }) => event), ...step.events],
  };
}

/** What is written for a conclusion. */
function follow(look: Look, status: Judged, concluded: Concluded): Step {
  const { rollout, progress } = look;
  const { why } = concluded;
  const holding = (change: Change | null, conclusion: Conclusion = "hold"): Step => ({
    ...still(progress, why),
    conclusion,
    change,
  });
  switch (concluded.kind) {
    case "roll-back":
      return rollBack(look, status, { why, to: null });
    case "advance":
      return enter(look, status, concluded);
    case "shed":
      return shed(look, status, why);
    case "error-pause": {
      const step = holding(errorPause(look, status, why));
      return { ...step, progress: { ...progress, errors: 0 } };
    }
    case "ask-approval":
      return holding(null, "ask-approval");
    case "ask-completion": {
      const isNew = !progress.told.includes("passed");
      const step = holding(null, "ask-approval");
      return isNew
        ? {
            ...step,
            progress: { ...progress, told: [...progress.told, "passed"] },
            events: [dueEvent(look, status, why)],
          }
        : step;
    }
    case "hold": {
      const lapses = concluded.lapses && rollout.approvals.length > 0;
      const reason = `approvals lapse: ${why}`;
      if (!lapses) return holding(null);
      const step = holding({ rollout: { ...rollout, approvals: [] }, flags: [], reason, events: [] });
      return { ...step, progress: { ...progress, told: withoutApprovals(progress.told) } };
    }
    default:
      return concluded satisfies never;
  }
}

function enter(look: Look, status: Judged, { to, why }: Extract<Concluded, { kind: "advance" }>): Step {
  const { rollout, moves, legacy, nowMs, progress } = look;
  const { plan } = rollout;
  const move = moves.enter(to, status.phase);
  const name = phaseName(plan, to);
  if (move.kind === "refused") return still(progress, `\`${name}\` cannot be entered: ${move.why}`);
  const at = new Date(nowMs).toISOString();
  const left = legacy.baseline === null ? rollout : { ...rollout, baseline: legacy.baseline };
  const slowMs = legacy.baseline?.p95Ms ?? legacy.p95Ms;
  const reason = `${phaseName(plan, status.phase)} -> ${name}: ${why}; ${moves.told(move.edits)}`;
  const event = phaseEvent(look, { phase: name, before: phaseName(plan, status.phase), reason: why });
  return {
    ...still(progress, why),
    conclusion: "advance",
    change: { rollout: entered(left, to, { at, slowMs }), flags: move.edits, reason, events: [event] },
  };
}

function rollBack(look: Look, status: Pick<Judged, "phase">, { why, to: wanted }: Trip): Step {
  const { rollout, moves, nowMs, progress } = look;
  const { plan } = rollout;
  const { edits, to } = moves.back(status.phase, wanted ?? plan.rollback.to);
  const phase = phaseName(plan, status.phase);
  const at = new Date(nowMs).toISOString();
  const stamp = { at, by: AUTOMATIC, reason: why };
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
    ...still(progress, why),
    conclusion: "roll-back",
    change: {
      rollout: rolledBack(rollout, to, stamp),
      flags: edits,
      reason: `rollback from ${phase} to ${targetName(to)}: ${why}; ${moves.told(edits)}`,
      events: [event],
    },
  };
}

/**
 * Nobody is compared any more, and nobody's answer comes from elsewhere than before. Where flags cannot say that, legacy is to be
 * left alone all the same.
 */
function shed(look: Look, status: Judged, why: string): Step {
  const { rollout, moves, nowMs, progress } = look;
  const move = moves.shed(status.phase);
  if (move.kind === "refused") return rollBack(look, status, { why: `${why} (${move.why})`, to: "off" });
  const reason = `nobody is compared any more: ${why}; ${moves.told(move.edits)}`;
  const phase = phaseName(rollout.plan, status.phase);
  const shedding = { at: new Date(nowMs).toISOString(), reason: why };
  const next = { ...rollout, shed: shedding, visit: rollout.visit + 1, approvals: [] };
  const events = [phaseEvent(look, { phase, before: phase, reason })];
  return { ...still(progress, why), change: { rollout: next, flags: move.edits, reason, events } };
}

function errorPause(look: Look, status: Judged, reason: string): Change {
  const { rollout, nowMs } = look;
  const phase = phaseName(rollout.plan, status.phase);
  const since = new Date(nowMs).toISOString();
  const next = {
    ...rollout,
    status: { name: "error-paused", phase: status.phase, since, reason } as const,
    approvals: [],
  };
  return { rollout: next, flags: [], reason, events: [phaseEvent(look, { phase, before: phase, reason })] };
}

/** The way back is there until the flags may go: planned on the flags as they are, and not taken. */
function testWayBack(look: Look, phase: number): Step {
  const { judgement, moves, rollout, store } = look;
  if (judgement === null) return still(look.progress, "it is completed");
  const progress = { ...look.progress, checkpointAt: judgement.at, sinceCheckpointMs: 0 };
  const { edits, to } = moves.back(phase, rollout.plan.rollback.to);
  const isOpen = store.up && judgement.config.enabled !== null;
  const why = isOpen
    ? `the way back to ${targetName(to)} is open: ${moves.told(edits)}`
    : `the way back is not open: ${store.up ? `\`${rollout.plan.flag}\` is not there` : "the store is lost"}`;
  const alert = { type: "WAY_BACK", severity: "CRITICAL", message: why, expected: false } as const;
  const checkpoint: Checkpoint = {
    ...judgement,
    status: isOpen ? judgement.status : "FAIL",
    alerts: isOpen ? judgement.alerts : [...judgement.alerts, alert],
    conclusion: "hold",
    why,
  };
  return { ...still(progress, why), checkpoint, events: [{ event: "checkpoint", checkpoint }] };
}

function still(progress: Progress, why: string): Step {
  return { progress, checkpoint: null, conclusion: "hold", why, change: null, events: [] };
}

/** What is to be told once: that a phase has run for too long, that there is nothing to judge by. */
function dueEvents(look: Look, status: Judged): readonly { readonly mark: string; readonly event: RolloutEvent }[] {
  const { progress, rollout } = look;
  const phase = rollout.plan.phases[status.phase];
  if (phase === undefined) return [];
  const { graceMs } = rollout.plan.noData;
  const due: (readonly [mark: string, isDue: boolean, why: string])[] = [
    [
      "max-duration",
      phase.maxMs !== null && progress.runningMs > phase.maxMs,
      `it has run for longer than ${duration(phase.maxMs ?? 0)}: somebody has to decide`,
    ],
    [
      "no-data",
      progress.withoutDataMs >= graceMs && graceMs > 0,
      `nothing to judge by for ${duration(progress.withoutDataMs)}`,
    ],
  ];
  return due.flatMap(([mark, isDue, why]) =>
    isDue && !progress.told.includes(mark) ? [{ mark, event: dueEvent(look, status, why) }] : [],
  );
}

function dueEvent({ rollout }: Look, status: Judged, reason: string): RolloutEvent {
  return { event: "rollout_due", rollout: rollout.id, phase: phaseName(rollout.plan, status.phase), reason };
}

function phaseEvent(
  { rollout }: Look,
  said: { readonly phase: string; readonly before: string; readonly reason: string },
): RolloutEvent {
  return { event: "rollout_phase", rollout: rollout.id, flag: rollout.plan.flag, ...said };
}
