import { say, type Sentence } from "../../lib/sentence.ts";
import type { Checkpoint, Conclusion } from "../checkpoint.ts";
import { steadyAfter } from "../gates/steady.ts";
import { failuresAfter } from "../judge.ts";
import type { RolloutEvent } from "../ports.ts";
import type { Progress } from "../state.ts";
import { entered } from "./change-status.ts";
import { conclude, tooLong, type Concluded } from "./conclude.ts";
import type { Change, Judgement, Look, Step, Trip } from "./look.ts";
import { adjust, lower, rollBack, shed } from "./failing.ts";
import { phaseName } from "./phases.ts";
import { phaseEvent, still } from "./step.ts";
import { furtherBack, isJudged, servesStill, type Judged } from "./statuses.ts";
import { marksOf, sinceFailuresAfter, withoutApprovals } from "./time.ts";
import { wayBack } from "../way-back.ts";
import { because, duration, saidBy, targetName, type Why } from "./words.ts";

/** One step of one rollout: what is known goes in, what is to be written and told comes out. Pure. */
export function advance(look: Look): Step {
  const { status } = look.rollout;
  if (status.name === "completed") return testWayBack(look, status.phase);
  if (status.name === "rolled-back" && servesStill(look.rollout) && look.trip !== null)
    return goFurtherBack(look, status, look.trip);
  if (!isJudged(status)) return shown(look, because(say(`it is ${status.name}`, `está ${status.name}`)));
  if (look.trip !== null) return observed(look, status, rollBack(look, status, look.trip));
  if (look.judgement === null) return observed(look, status, between(look, status));
  return observed(look, status, atCheckpoint(look, status, look.judgement));
}

/** What it went back to fails as well: nobody is served any more. */
function goFurtherBack(look: Look, status: Pick<Judged, "phase">, trip: Trip): Step {
  const { plan } = look.rollout;
  if (plan.mode === "observe") return still(look.progress, trip);
  return rollBack(look, status, { ...trip, to: furtherBack(plan) });
}

/** Nothing follows; where somebody asked for a checkpoint, this is it. */
function shown({ progress, judgement }: Look, { why, pt }: Why): Step {
  const checkpoint: Checkpoint | null = judgement === null ? null : { ...judgement, conclusion: "hold", why, pt };
  return {
    ...still(progress, { why, pt }),
    checkpoint,
    events: checkpoint === null ? [] : [{ event: "checkpoint", checkpoint }],
  };
}

/** Who only observes judges and tells, and writes nothing. */
function observed(look: Look, status: Judged, step: Step): Step {
  if (look.rollout.plan.mode === "act") return step;
  if (step.change === null) return step;
  const said = saidBy(step);
  const why = because(
    say(
      `it only observes, and would ${step.conclusion}: ${said.text}`,
      `só observa, e faria ${step.conclusion}: ${said.pt}`,
    ),
  );
  const checkpoint = step.checkpoint === null ? null : { ...step.checkpoint, ...why };
  const events = step.events.map((event) =>
    event.event === "checkpoint" && checkpoint !== null ? { ...event, checkpoint } : event,
  );
  const told = { ...step, ...why, checkpoint, events, change: null };
  if (look.trip === null || look.progress.told.includes("trip")) return told;
  const progress = { ...step.progress, told: [...step.progress.told, "trip"] };
  return { ...told, progress, events: [...events, dueEvent(look, status, why.why)] };
}

function between(look: Look, status: Judged): Step {
  const { rollout, progress, legacy } = look;
  const due = dueEvents(look, status);
  const step = {
    ...still(
      { ...progress, told: [...progress.told, ...due.map(({ mark }) => mark)] },
      because(say("no checkpoint is due", "nenhum checkpoint é devido")),
    ),
    events: due.map(({ event }) => event),
  };
  // What is slow has to be known before anything can be: evidence begins anew with it, running time goes on.
  const isBlind = rollout.limits.slowMs === null && rollout.plan.phases[status.phase]?.kind === "serve";
  const { p95Ms } = isBlind ? legacy() : { p95Ms: null };
  if (p95Ms === null || rollout.plan.mode === "observe") return step;
  const visit = rollout.visit + 1;
  const reason = `legacy's p95 is ${p95Ms} ms: what takes longer is slow`;
  return {
    ...step,
    progress: { ...step.progress, visit },
    change: {
      rollout: { ...rollout, visit, limits: { ...rollout.limits, slowMs: p95Ms } },
      flags: [],
      reason,
      events: [],
    },
  };
}

function atCheckpoint(look: Look, status: Judged, judgement: Judgement): Step {
  const phase = look.rollout.plan.phases[status.phase];
  const overdue = duesOf(look, status);
  const due = dueEvents(look, status);
  const isError = judgement.status === "ERROR" || judgement.gates.some(({ verdict }) => verdict === "ERROR");
  const failures = failuresAfter(look.progress.failures, judgement.gates);
  const progress: Progress = {
    ...look.progress,
    checkpointAt: judgement.at,
    sinceCheckpointMs: 0,
    failures,
    sinceFailureMs: sinceFailuresAfter(look.progress, failures),
    steady: steadyAfter(look.progress.steady ?? {}, judgement.gates, look.progress.runningMs),
    errors: isError && status.name === "running" ? look.progress.errors + 1 : 0,
    told: [
      ...(phase === undefined ? look.progress.told : marksOf(look.rollout, look.progress, phase)),
      ...due.map(({ mark }) => mark),
    ],
  };
  const concluded = conclude(look, judgement, { status, progress });
  const step = follow({ ...look, progress }, status, concluded);
  const checkpoint: Checkpoint = {
    ...judgement,
    ...(overdue.length === 0 ? {} : { due: overdue }),
    conclusion: step.conclusion,
    why: step.why,
    pt: step.pt,
  };
  return {
    ...step,
    checkpoint,
    events: [{ event: "checkpoint", checkpoint }, ...due.map(({ event }) => event), ...step.events],
  };
}

/** What is written for a conclusion. */
function follow(look: Look, status: Judged, concluded: Concluded): Step {
  const { rollout, progress } = look;
  const { why, pt } = concluded;
  const holding = (change: Change | null, conclusion: Conclusion = "hold"): Step => ({
    ...still(progress, { why, pt }),
    conclusion,
    change,
  });
  switch (concluded.kind) {
    case "roll-back":
      return rollBack(look, status, { why, pt, to: concluded.to });
    case "lower":
      return lower(look, status, concluded);
    case "adjust":
      return adjust(look, status, concluded);
    case "advance":
      return enter(look, status, concluded);
    case "shed":
      return shed(look, status, { why, pt });
    case "error-pause": {
      const step = holding(errorPause(look, status, { why, pt }));
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

function enter(look: Look, status: Judged, { to, why, pt }: Extract<Concluded, { kind: "advance" }>): Step {
  const { rollout, moves, nowMs, progress } = look;
  const { plan } = rollout;
  const legacy = look.legacy();
  const move = moves.enter(to, status.phase);
  const name = phaseName(plan, to);
  if (move.kind === "refused") {
    const not = saidBy(move);
    return still(
      progress,
      because(say(`\`${name}\` cannot be entered: ${not.text}`, `não se pode entrar em \`${name}\`: ${not.pt}`)),
    );
  }
  const at = new Date(nowMs).toISOString();
  const left = legacy.baseline === null ? rollout : { ...rollout, baseline: legacy.baseline };
  const slowMs = legacy.baseline?.p95Ms ?? legacy.p95Ms;
  const reason = `${phaseName(plan, status.phase)} -> ${name}: ${why}; ${moves.told(move.edits)}`;
  const event = phaseEvent(look, { phase: name, before: phaseName(plan, status.phase), reason: why });
  return {
    ...still(progress, { why, pt }),
    conclusion: "advance",
    change: { rollout: entered(left, to, { at, slowMs }), flags: move.edits, reason, events: [event] },
  };
}

function errorPause(look: Look, status: Judged, { why: reason, pt }: Why): Change {
  const { rollout, nowMs } = look;
  const phase = phaseName(rollout.plan, status.phase);
  const since = new Date(nowMs).toISOString();
  const next = {
    ...rollout,
    status: { name: "error-paused", phase: status.phase, since, reason, pt } as const,
    approvals: [],
  };
  return { rollout: next, flags: [], reason, events: [phaseEvent(look, { phase, before: phase, reason })] };
}

/** The way back is there until the flags may go: planned on the flags as they are, and not taken. */
function testWayBack(look: Look, phase: number): Step {
  const { judgement, moves, rollout, store } = look;
  if (judgement === null) return still(look.progress, because(say("it is completed", "está concluído")));
  const progress = { ...look.progress, checkpointAt: judgement.at, sinceCheckpointMs: 0 };
  const { edits, to } = moves.back(phase, wayBack(rollout.plan, phase));
  const isOpen = store.up && judgement.config.enabled !== null;
  const open = say(
    `the way back to ${targetName(to)} is open: ${moves.told(edits)}`,
    `o caminho de volta para ${targetName(to)} está aberto: ${moves.told(edits)}`,
  );
  const lost = store.up
    ? say(`\`${rollout.plan.flag}\` is not there`, `\`${rollout.plan.flag}\` não existe`)
    : say("the store is lost", "o store está fora");
  const shut = say(`the way back is not open: ${lost.text}`, `o caminho de volta não está aberto: ${lost.pt}`);
  const { why, pt } = because(isOpen ? open : shut);
  const alert = { type: "WAY_BACK", severity: "CRITICAL", message: why, pt, expected: false } as const;
  const checkpoint: Checkpoint = {
    ...judgement,
    status: isOpen ? judgement.status : "FAIL",
    alerts: isOpen ? judgement.alerts : [...judgement.alerts, alert],
    conclusion: "hold",
    why,
    pt,
  };
  return { ...still(progress, { why, pt }), checkpoint, events: [{ event: "checkpoint", checkpoint }] };
}

/** What is to be told once. */
function dueEvents(look: Look, status: Judged): readonly { readonly mark: string; readonly event: RolloutEvent }[] {
  return duesOf(look, status)
    .filter(({ mark }) => !look.progress.told.includes(mark))
    .map(({ mark, why }) => ({ mark, event: dueEvent(look, status, why) }));
}

/** That a phase has run for too long, that there is nothing to judge by. */
function duesOf({ progress, rollout }: Look, status: Judged): NonNullable<Checkpoint["due"]> {
  const { phases, noData } = rollout.plan;
  const maxMs = phases[status.phase]?.maxMs ?? null;
  const isLong = maxMs !== null && progress.runningMs > maxMs;
  const isBlind = noData.graceMs > 0 && progress.withoutDataMs >= noData.graceMs;
  return [
    ...(isLong ? [{ mark: "max-duration", ...because(tooLong(maxMs)) }] : []),
    ...(isBlind ? [{ mark: "no-data", ...because(blindFor(progress.withoutDataMs)) }] : []),
  ];
}

function blindFor(ms: number): Sentence {
  return say(`nothing to judge by for ${duration(ms)}`, `nada por que julgar há ${duration(ms)}`);
}

function dueEvent({ rollout }: Look, status: Judged, reason: string): RolloutEvent {
  return { event: "rollout_due", rollout: rollout.id, phase: phaseName(rollout.plan, status.phase), reason };
}
