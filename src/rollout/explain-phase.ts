import { explainGate, type ExplainedGate } from "./explain-gate.ts";
import { gatesOf } from "./gates-of.ts";
import { count, span } from "./gates/words.ts";
import { staysOn } from "./phase-flags.ts";
import { placeText } from "./place-text.ts";
import type { Approval, Phase, Plan } from "./plan.ts";

export interface ExplainedPhase {
  readonly name: string;
  readonly environment: string | null;
  readonly text: readonly string[];
  readonly gates: readonly ExplainedGate[];
  /** Cells for the gate that takes the most. */
  readonly needs: number | null;
  /** At the soonest, at the given rate; null: a gate's time is not known. */
  readonly soonestMs: number | null;
}

export function explainPhase(plan: Plan, phase: Phase, itemsPerHour: number | null): ExplainedPhase {
  const gates = gatesOf(plan, phase).map((gate) => explainGate(gate, { plan, phase, itemsPerHour }));
  const tests = gates.filter(({ needs }) => needs !== null);
  const needs = tests.length === 0 ? null : Math.max(...tests.map((gate) => gate.needs ?? 0));
  const steady = gatesOf(plan, phase).flatMap(({ withinMs }) => withinMs ?? []);
  const known = tests.every(({ takesMs }) => takesMs !== null);
  const soonestMs = known ? Math.max(phase.minMs, ...steady, ...tests.map(({ takesMs }) => takesMs ?? 0)) : null;
  const { name, environment } = phase;
  return { name, environment, text: phaseText(plan, phase), gates, needs, soonestMs };
}

function phaseText(plan: Plan, phase: Phase): readonly string[] {
  const { environment, minMs, maxMs, approval } = phase;
  const where = environment === null ? "" : ` In ${environment} only.`;
  const due = maxMs === null ? "" : `; after ${span(maxMs)} a decision is due, and nothing else happens`;
  return [
    `${sharesText(plan, phase)}.${where}`,
    `At least ${span(minMs)} of running time${due}.`,
    ...(phase.manual.length === 0 ? [] : [`Ticked in it before it is left: ${phase.manual.join(", ")}.`]),
    ...(approval === null ? [] : [`${approvalText(approval)} before it is left.`]),
    ...(phase.rollbackTo === null ? [] : [`A rollback from it leads to ${placeText(phase.rollbackTo)}.`]),
    ...(phase.allowDecrease ? ["Whoever is served may stop being served by it."] : []),
  ];
}

/** Whom a phase gets to the candidate, and who is compared. */
export function sharesText(plan: Plan, phase: Phase): string {
  const { kind, serve, compare, allowlist, audience } = phase;
  if (kind === "baseline") return "Legacy alone, recorded: what it is like before anything begins";
  const among = audience === null ? "" : ` of those in the stored list "${audience}"`;
  const named = staysOn(plan, plan.phases.indexOf(phase)).length;
  const beside = named === 0 ? "" : ` and ${shoppersText(named)} by name`;
  if (allowlist !== null) {
    const listed = `${shoppersText(allowlist.length)} on a closed list${among}`;
    if (serve === 0) return `${listed} compared, legacy answers everybody`;
    const reverse = compare > 0 ? `, legacy compared afterwards for ${compare} % of them` : "";
    return `${listed} answered by the candidate${reverse}; legacy answers everybody else`;
  }
  if (serve === 0) return `${compare} % of shoppers${among}${beside} compared, legacy answers everybody`;
  if (!plan.shadow) return `${serve} % of shoppers${among}${beside} answered by the candidate, nobody is compared`;
  const rest = serve === 100 ? "" : ", everybody else is compared";
  const after = compare === 0 ? "nobody is" : `${compare} % of those served are`;
  return `${serve} % of shoppers${among} answered by the candidate${rest}; ${after} compared with legacy afterwards`;
}

function shoppersText(number: number): string {
  return number === 1 ? "1 shopper" : `${count(number)} shoppers`;
}

function approvalText({ count: needed, names, notAuthor }: Approval): string {
  const who = names.length === 0 ? "" : ` of ${names.join(", ")}`;
  const but = notAuthor ? ", not the author," : "";
  return `${needed === 1 ? "One approval" : `${needed} approvals`}${who}${but} ${needed === 1 ? "is" : "are"} needed`;
}
