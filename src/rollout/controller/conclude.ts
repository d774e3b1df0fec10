import { en, joined, pt, say, spoken, type Sentence } from "../../lib/sentence.ts";
import type { Gate, GateResult, OnFail } from "../gate.ts";
import { gatesOf } from "../gates-of.ts";
import { holding } from "../judge.ts";
import type { Phase, Plan, RollbackTarget } from "../plan.ts";
import type { Progress } from "../state.ts";
import type { Judgement, Look } from "./look.ts";
import { nextPhase } from "./phases.ts";
import type { Judged } from "./statuses.ts";
import { placeOf, wayBack } from "../way-back.ts";
import { isApproved, untickedIn } from "./time.ts";
import { because, duration, evidenceOf, untilResumed, type Why } from "./words.ts";

/** Evaluations in a row with an error in them, until people have to look. */
const MAX_ERRORS = 4;

/** Why nothing goes on: whatever is green then is green of legacy. */
export const KILLED = say(
  "the kill switch is thrown, so that the candidate is asked nothing",
  "o kill switch está ligado, de modo que nada se pergunta ao candidate",
);

/** What a checkpoint comes to. */
export type Concluded = Why &
  (
    | { /** `to` null: as phase and plan say. */ readonly kind: "roll-back"; readonly to: RollbackTarget | null }
    | { readonly kind: "lower"; readonly to: RollbackTarget }
    | { readonly kind: "adjust"; readonly gates: readonly Gate[] }
    | { readonly kind: "shed" }
    | { readonly kind: "error-pause" }
    /** `lapses`: what was approved is not what is seen now. */
    | { readonly kind: "hold"; readonly lapses: boolean }
    | { readonly kind: "ask-approval" }
    /** Everything is passed and there is no phase behind: somebody has to say what was learned. */
    | { readonly kind: "ask-completion" }
    | { readonly kind: "advance"; readonly to: number }
  );

/** One evaluation. Whether to go back is asked first, whatever the rollout waits for; whether somebody approves, last. */
export function conclude(look: Look, judgement: Judgement, { status, progress }: Seen): Concluded {
  const { plan } = look.rollout;
  const phase = plan.phases[status.phase];
  if (phase === undefined) {
    return hold(say(`the plan has no phase ${status.phase}`, `o plano não tem a fase ${status.phase}`));
  }
  return (
    failing(look, judgement, phase) ??
    (status.name === "running" && progress.errors >= MAX_ERRORS
      ? { kind: "error-pause", ...because(uncomputed(errorsOf(judgement))) }
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
  const { plan, shed, adjusted } = look.rollout;
  const asked = new Map(gatesOf(plan, phase).map((gate) => [gate.name, gate]));
  const failed = gates.flatMap((result) => {
    const gate = asked.get(result.gate);
    return result.verdict === "FAIL" && gate !== undefined ? [{ gate, result }] : [];
  });
  const those = (onFail: OnFail): readonly Failed[] => failed.filter(({ gate }) => gate.onFail === onFail);
  if (phase.kind !== "baseline") {
    const [backward, lowering] = [those("rollback"), those("lower")];
    const [to = null] = farthest(plan, phase, backward);
    if (backward.length > 0) return { kind: "roll-back", ...whyOf(backward), to };
    const [down = "previous"] = farthest(plan, phase, lowering);
    if (lowering.length > 0) return { kind: "lower", ...whyOf(lowering), to: down };
  }
  const shedding = those("shed");
  if (shedding.length > 0 && shed === null) return { kind: "shed", ...whyOf(shedding) };
  const adjusting = those("adjust").filter(({ gate }) => !adjusted.some((one) => one.gate === gate.name));
  if (adjusting.length === 0) return null;
  return { kind: "adjust", ...whyOf(adjusting), gates: adjusting.map(({ gate }) => gate) };
}

interface Failed {
  readonly gate: Gate;
  readonly result: GateResult;
}

function whyOf(failed: readonly Failed[]): Why {
  return because(
    joined(
      failed.map(({ result }) => evidenceOf(result)),
      "; ",
    ),
  );
}

function uncomputed({ text, pt }: Sentence): Sentence {
  return say(
    `${MAX_ERRORS} checkpoints in a row could not be computed: ${text}`,
    `${MAX_ERRORS} checkpoints seguidos não puderam ser calculados: ${pt}`,
  );
}

/** Where gates lead, the farthest back first; without a target of their own as the phase and the plan say, or to the phase before. */
function farthest(plan: Plan, phase: Phase, failed: readonly Failed[]): readonly RollbackTarget[] {
  const index = plan.phases.indexOf(phase);
  const targets = failed.map(({ gate }) => gate.to ?? (gate.onFail === "lower" ? "previous" : wayBack(plan, index)));
  return targets.toSorted((one, other) => placeOf(plan, index, one) - placeOf(plan, index, other));
}

function errorsOf({ gates, alerts }: Judgement): Sentence {
  const results = gates.filter(({ verdict }) => verdict === "ERROR").map(evidenceOf);
  const told = alerts.map(({ message, pt }) => spoken({ text: message, pt }));
  return joined(results.length === 0 ? told : results, "; ");
}

function standing({ rollout }: Look, status: Judged): Concluded | null {
  if (status.name === "paused") {
    return hold(say(`paused by ${status.by}: ${status.reason}`, `pausado por ${status.by}: ${status.reason}`));
  }
  if (status.name === "error-paused") {
    const { reason } = status;
    return hold(
      say(`stands still until somebody resumes it: ${reason}`, `parado até alguém retomar: ${status.pt ?? reason}`),
    );
  }
  const why = untilResumed(rollout);
  return why === null ? null : hold(why);
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
  const holds = (text: string, pt: string): Concluded => ({ kind: "hold", why: text, pt, lapses });
  if (killed) return holds(KILLED.text, KILLED.pt);
  if (progress.runningMs < phase.minMs) {
    const [left, least] = [duration(phase.minMs - progress.runningMs), duration(phase.minMs)];
    return holds(`${left} more of at least ${least} in this phase`, `mais ${left} de ao menos ${least} nesta fase`);
  }
  if (judgement.scope !== `${rollout.id}.${rollout.visit}`)
    return holds("the evidence is not of this stay in the phase", "a evidência não é desta passagem pela fase");
  if (phase.kind === "baseline" && legacy().baseline === null)
    return holds("legacy has answered nothing yet to record", "o legacy ainda não respondeu nada a registrar");
  if (!store.up) {
    const problem = store.problem === null ? "" : `: ${store.problem}`;
    return holds(`the store is lost${problem}`, `o store está fora${problem}`);
  }
  if (judgement.status === "ERROR" || results.some(({ verdict }) => verdict === "ERROR")) {
    const errors = errorsOf(judgement);
    return holds(`not everything could be computed: ${errors.text}`, `nem tudo pôde ser calculado: ${errors.pt}`);
  }
  const gravest = (["FAIL", "WARN", "INCONCLUSIVE"] as const).find((verdict) =>
    results.some((result) => result.verdict === verdict),
  );
  if (gravest !== undefined) {
    const all = results.filter(({ verdict }) => verdict === gravest).map(shortOf);
    const said = joined([joined(all, "; "), ...missingOf(results)], "; ");
    return holds(`${gravest}: ${said.text}`, `${gravest}: ${said.pt}`);
  }
  const { lacks, lacksPt = lacks } = judgement;
  if (lacks !== undefined) return holds(`INCONCLUSIVE: ${lacks}`, `INCONCLUSIVE: ${lacksPt}`);
  if (incidents.length > 0) {
    const { text, pt } = openIncidents(incidents);
    return holds(text, pt);
  }
  return null;
}

function shortOf(result: GateResult): Sentence {
  const said = spoken(result);
  return say(`${result.gate}: ${said.text}`, `${result.gate}: ${said.pt}`);
}

function missingOf(results: readonly GateResult[]): readonly Sentence[] {
  const missing = Math.max(0, ...results.map((result) => result.missing ?? 0));
  return missing === 0 ? [] : [say(`${en.count(missing)} pairs are missing`, `faltam ${pt.count(missing)} pares`)];
}

function onward(look: Look, { phase, status, progress }: In & Pick<Seen, "status">): Concluded {
  const { rollout, environment } = look;
  const { approval } = phase;
  const unticked = untickedIn(rollout, phase);
  if (unticked.length > 0) {
    return hold(say(`not ticked yet: ${unticked.join(", ")}`, `ainda não marcado: ${unticked.join(", ")}`));
  }
  const approved = isApproved(rollout, phase);
  if (approval !== null && !approved) {
    const given = new Set(rollout.approvals.filter(({ visit }) => visit === rollout.visit).map(({ by }) => by)).size;
    return {
      kind: "ask-approval",
      why: `everything else is passed: ${approval.count - given} of ${approval.count} approvals are missing`,
      pt: `todo o resto passou: faltam ${approval.count - given} de ${approval.count} aprovações`,
    };
  }
  const to = nextPhase(rollout.plan, status.phase, environment);
  if (to === null) {
    return {
      kind: "ask-completion",
      why: "everything is passed and this is the last phase: complete it, with what was learned",
      pt: "tudo passou e esta é a última fase: conclua, com o que se aprendeu",
    };
  }
  if (phase.maxMs !== null && progress.runningMs > phase.maxMs && !approved) {
    return hold(tooLong(phase.maxMs));
  }
  const ran = duration(progress.runningMs);
  return { kind: "advance", ...because(say(`every gate passes after ${ran}`, `todo gate passa depois de ${ran}`)), to };
}

export function openIncidents(ids: readonly string[]): Sentence {
  const all = ids.join(", ");
  return say(`open critical incidents: ${all}`, `incidentes críticos abertos: ${all}`);
}

export function tooLong(maxMs: number): Sentence {
  const most = duration(maxMs);
  return say(
    `it has run for longer than ${most}: somebody has to decide`,
    `está em execução há mais de ${most}: alguém precisa decidir`,
  );
}

function hold(said: Sentence): Concluded {
  return { kind: "hold", ...because(said), lapses: false };
}
