import type { GateResult } from "../gate.ts";
import { gatesOf } from "../gates-of.ts";
import { holding } from "../judge.ts";
import type { Phase } from "../plan.ts";
import type { Progress } from "../state.ts";
import type { Judgement, Look } from "./look.ts";
import { nextPhase } from "./phases.ts";
import type { Judged } from "./statuses.ts";
import { isApproved } from "./time.ts";
import { count, duration, evidenceOf } from "./words.ts";

/** Evaluations in a row with an error in them, until people have to look. */
const MAX_ERRORS = 4;

/** Why nothing goes on: whatever is green then is green of legacy. */
export const KILLED = "the kill switch is thrown, so that the candidate is asked nothing";

/** What a checkpoint comes to. */
export type Concluded =
  | { readonly kind: "roll-back"; readonly why: string }
  | { readonly kind: "shed"; readonly why: string }
  | { readonly kind: "error-pause"; readonly why: string }
  /** `lapses`: what was approved is not what is seen now. */
  | { readonly kind: "hold"; readonly why: string; readonly lapses: boolean }
  | { readonly kind: "ask-approval"; readonly why: string }
  /** Everything is passed and there is no phase behind: somebody has to say what was learned. */
  | { readonly kind: "ask-completion"; readonly why: string }
  | { readonly kind: "advance"; readonly why: string; readonly to: number };

/** One evaluation. Whether to go back is asked first, whatever the rollout waits for; whether somebody approves, last. */
export function conclude(look: Look, judgement: Judgement, { status, progress }: Seen): Concluded {
  const { plan } = look.rollout;
  const phase = plan.phases[status.phase];
  if (phase === undefined) return { kind: "hold", why: `the plan has no phase ${status.phase}`, lapses: false };
  return (
    failing(look, judgement, phase) ??
    (status.name === "running" && progress.errors >= MAX_ERRORS
      ? { kind: "error-pause", why: `${MAX_ERRORS} checkpoints in a row could not be computed: ${errorsOf(judgement)}` }
      : null) ??
    standing(look, status) ??
    waiting(look, judgement, { phase, progress }) ??
    onward(look, { phase, status, progress })
  );
}

/** `progress`: with this checkpoint counted. */
interface Seen {
  readonly status: Judged;
  readonly progress: Progress;
}

/** Before a phase in which legacy is alone there is nothing to go back to. */
function failing(look: Look, { gates }: Judgement, phase: Phase): Concluded | null {
  const failed = gates.filter(({ verdict }) => verdict === "FAIL");
  const backward =
    phase.kind === "baseline" ? [] : failed.filter((result) => onFail(look, phase, result) === "rollback");
  if (backward.length > 0) return { kind: "roll-back", why: backward.map(evidenceOf).join("; ") };
  const shedding = failed.filter((result) => onFail(look, phase, result) === "shed");
  if (shedding.length === 0 || look.rollout.shed !== null) return null;
  return { kind: "shed", why: shedding.map(evidenceOf).join("; ") };
}

function onFail({ rollout }: Look, phase: Phase, { gate }: GateResult): string {
  return gatesOf(rollout.plan, phase).find(({ name }) => name === gate)?.onFail ?? "hold";
}

function errorsOf({ gates, alerts }: Judgement): string {
  const results = gates.filter(({ verdict }) => verdict === "ERROR").map(evidenceOf);
  return [...results, ...(results.length === 0 ? alerts.map(({ message }) => message) : [])].join("; ");
}

function standing({ rollout }: Look, status: Judged): Concluded | null {
  if (status.name === "paused") return hold(`paused by ${status.by}: ${status.reason}`);
  if (status.name === "error-paused") return hold(`stands still until somebody resumes it: ${status.reason}`);
  return rollout.shed === null ? null : hold(`nobody is compared until somebody resumes it: ${rollout.shed.reason}`);
}

interface In {
  readonly phase: Phase;
  readonly progress: Progress;
}

function waiting(look: Look, judgement: Judgement, { phase, progress }: In): Concluded | null {
  const { rollout, store, incidents, killed, legacy } = look;
  const results = holding(judgement.gates);
  // That gates hold makes approvals lapse, even where something else is what is said.
  const lapses = results.length > 0 || judgement.status === "ERROR";
  const because = (why: string): Concluded => ({ kind: "hold", why, lapses });
  if (killed) return because(KILLED);
  if (progress.runningMs < phase.minMs) {
    return because(
      `${duration(phase.minMs - progress.runningMs)} more of at least ${duration(phase.minMs)} in this phase`,
    );
  }
  if (judgement.scope !== `${rollout.id}.${rollout.visit}`)
    return because("the evidence is not of this stay in the phase");
  if (phase.kind === "baseline" && legacy.baseline === null)
    return because("legacy has answered nothing yet to record");
  if (!store.up) return because(`the store is lost${store.problem === null ? "" : `: ${store.problem}`}`);
  if (judgement.status === "ERROR" || results.some(({ verdict }) => verdict === "ERROR")) {
    return because(`not everything could be computed: ${errorsOf(judgement)}`);
  }
  const gravest = (["FAIL", "WARN", "INCONCLUSIVE"] as const).find((verdict) =>
    results.some((result) => result.verdict === verdict),
  );
  if (gravest !== undefined) {
    const said = results.filter(({ verdict }) => verdict === gravest).map((result) => `${result.gate}: ${result.text}`);
    return because(`${gravest}: ${said.join("; ")}${missingOf(results)}`);
  }
  if (judgement.lacks !== undefined) return because(`INCONCLUSIVE: ${judgement.lacks}`);
  if (incidents.length > 0) return because(`open critical incidents: ${incidents.join(", ")}`);
  return null;
}

function missingOf(results: readonly GateResult[]): string {
  const missing = Math.max(0, ...results.map((result) => result.missing ?? 0));
  return missing === 0 ? "" : `; ${count(missing)} pairs are missing`;
}

function onward(look: Look, { phase, status, progress }: In & Pick<Seen, "status">): Concluded {
  const { rollout, environment } = look;
  const { approval } = phase;
  const approved = isApproved(rollout, phase);
  if (approval !== null && !approved) {
    const given = new Set(rollout.approvals.filter(({ visit }) => visit === rollout.visit).map(({ by }) => by)).size;
    return {
      kind: "ask-approval",
      why: `everything else is passed: ${approval.count - given} of ${approval.count} approvals are missing`,
    };
  }
  const to = nextPhase(rollout.plan, status.phase, environment);
  if (to === null) {
    return {
      kind: "ask-completion",
      why: "everything is passed and this is the last phase: complete it, with what was learned",
    };
  }
  if (phase.maxMs !== null && progress.runningMs > phase.maxMs && !approved) {
    return hold(`it has run for longer than ${duration(phase.maxMs)}: somebody has to decide`);
  }
  return { kind: "advance", why: `every gate passes after ${duration(progress.runningMs)}`, to };
}

function hold(why: string): Concluded {
  return { kind: "hold", why, lapses: false };
}
