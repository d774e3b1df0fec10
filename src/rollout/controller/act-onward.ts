import type { RolloutEvent } from "../ports.ts";
import type { Rollout } from "../state.ts";
import { holding } from "../judge.ts";
import type { Ordered } from "./order.ts";
import { changed, refused, unchanged, type Answer, type Asked } from "./answer.ts";
import { entered, phaseOf } from "./change-status.ts";
import { phasesIn } from "../phases.ts";
import { nextPhase, phaseName, phaseNamed } from "./phases.ts";
import { isApproved } from "./time.ts";
import { KILLED } from "./conclude.ts";
import { duration } from "./words.ts";

export function start({ by, breakGlass }: Ordered<"start">, asked: Asked): Answer {
  const { rollout, prechecks, environment } = asked;
  const phase = nextPhase(rollout.plan, -1, environment);
  if (phase === null) return refused(`cannot start: no phase takes place in ${environment}`);
  const red = prechecks.filter(({ green }) => !green).map(({ name, text }) => `${name}: ${text}`);
  const why = forced(breakGlass, red);
  if (why.kind === "refused") return refused(`cannot start: ${why.why}`);
  return enter(
    { ...asked, rollout: { ...rollout, startedBy: by } },
    { phase, from: null, what: "start", why: why.why },
  );
}

export function advanceByHand({ to, breakGlass }: Ordered<"advance">, asked: Asked): Answer {
  const { rollout, environment } = asked;
  const { plan } = rollout;
  const from = phaseOf(rollout.status);
  if (from === null) return refused("cannot advance: the rollout is in no phase");
  const next = nextPhase(plan, from, environment);
  const target = to === null ? next : phaseNamed(plan, to);
  if (target === null)
    return refused(
      `cannot advance: ${to === null ? "this is the last phase: complete it" : `the plan has no phase \`${to}\``}`,
    );
  const phase = plan.phases[target];
  if (target === from) return unchanged(`it is in ${phaseName(plan, from)} already`);
  if (target < from) return refused(`cannot advance: \`${to}\` is behind: roll back to it`);
  if (phase === undefined || !phasesIn(plan, environment).includes(target)) {
    return refused(
      `cannot advance: \`${phaseName(plan, target)}\` takes place in ${phase?.environment}, and this is ${environment}`,
    );
  }
  // Forced twice by name, it moves once.
  if (breakGlass !== null && to === null)
    return refused("cannot advance by breaking the glass: name the phase to go to");
  const missing = [...notPassed(asked, from), ...(target === next ? [] : [`\`${phase.name}\` is not the next phase`])];
  const why = forced(breakGlass, missing);
  if (why.kind === "refused") return refused(`cannot advance: ${why.why}`);
  return enter(asked, { phase: target, from, what: "advance", why: why.why });
}

export function complete({ by, lessons, breakGlass }: Ordered<"complete">, asked: Asked): Answer {
  const { rollout, environment, nowMs } = asked;
  const { plan } = rollout;
  const phase = phaseOf(rollout.status);
  if (phase === null) return refused("cannot complete: the rollout is in no phase");
  if (lessons.trim() === "") return refused("cannot complete: say what was learned");
  if (nextPhase(plan, phase, environment) !== null) {
    return refused(`cannot complete: ${phaseName(plan, phase)} is not the last phase`);
  }
  const why = forced(breakGlass, notPassed(asked, phase));
  if (why.kind === "refused") return refused(`cannot complete: ${why.why}`);
  const since = new Date(nowMs).toISOString();
  // From cutover on, which is when the last phase was entered.
  const keepUntil = new Date(Date.parse(rollout.enteredAt ?? since) + plan.keepFlagsMs).toISOString();
  const next: Rollout = {
    ...rollout,
    status: { name: "completed", phase, since, keepUntil, by, lessons },
    approvals: [],
    shed: null,
  };
  const said = [...(why.why === "" ? [] : [why.why]), lessons].join("; ");
  const what = `completed, flags are kept until ${keepUntil}`;
  const name = phaseName(plan, phase);
  return changed(next, what, {
    why: said,
    events: [{ event: "rollout_phase", rollout: rollout.id, flag: plan.flag, phase: name, before: name, reason: what }],
  });
}

interface Entering {
  readonly phase: number;
  readonly from: number | null;
  readonly what: string;
  readonly why: string;
}

function enter({ rollout, moves, nowMs, incidents, killed }: Asked, { phase, from, what, why }: Entering): Answer {
  const { plan } = rollout;
  const name = phaseName(plan, phase);
  if (killed) return refused(`cannot ${what}: ${KILLED}: end that first (sombra kill --undo)`);
  if (incidents.length > 0) return refused(`cannot ${what}: open critical incidents: ${incidents.join(", ")}`);
  const move = moves.enter(phase, from);
  if (move.kind === "refused") return refused(`cannot ${what}: ${move.why}`);
  const before = from === null ? null : phaseName(plan, from);
  const said = `${before ?? "start"} -> ${name}`;
  const reason = why === "" ? moves.told(move.edits) : `${why}; ${moves.told(move.edits)}`;
  const event: RolloutEvent = {
    event: "rollout_phase",
    rollout: rollout.id,
    flag: plan.flag,
    phase: name,
    before,
    reason: why === "" ? what : why,
  };
  const next = entered(rollout, phase, { at: new Date(nowMs).toISOString(), slowMs: null });
  return changed(next, said, { why: reason, flags: move.edits, events: [event] });
}

/** What stands between a phase and its end, in sentences. */
function notPassed({ rollout, last, progress, nowMs }: Asked, index: number): readonly string[] {
  const phase = rollout.plan.phases[index];
  if (phase === undefined) return [`the plan has no phase ${index}`];
  const ranMs = progress?.visit === rollout.visit ? progress.runningMs : 0;
  const isNew = last !== null && nowMs - Date.parse(last.at) <= 2 * rollout.plan.checkpoints.everyMs;
  const holds = last === null ? [] : holding(last.gates).map(({ gate, verdict }) => `${gate} is ${verdict}`);
  return [
    ...(ranMs < phase.minMs ? [`${duration(phase.minMs - ranMs)} more in ${phase.name}`] : []),
    ...(isNew && last.scope === `${rollout.id}.${rollout.visit}` && last.status !== "ERROR"
      ? [...holds, ...(last.lacks === undefined ? [] : [last.lacks])]
      : ["there is no checkpoint of this phase yet that says so"]),
    ...(phase.approval !== null && !isApproved(rollout, phase) ? ["approvals are missing"] : []),
    ...(rollout.shed === null ? [] : ["nobody is compared"]),
  ];
}

type Forced = { readonly kind: "may"; readonly why: string } | { readonly kind: "refused"; readonly why: string };

/** Whether somebody may all the same. */
function forced(breakGlass: string | null, missing: readonly string[]): Forced {
  if (breakGlass?.trim() === "") return { kind: "refused", why: "breaking the glass takes a reason" };
  if (missing.length === 0) return { kind: "may", why: "" };
  if (breakGlass === null) {
    return { kind: "refused", why: `${missing.join("; ")}: wait, or break the glass with a reason (--break-glass)` };
  }
  return { kind: "may", why: `glass broken: ${breakGlass} (${missing.join("; ")})` };
}
