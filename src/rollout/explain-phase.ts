import { explainGate, type ExplainedGate } from "./explain-gate.ts";
import { gatesOf } from "./gates-of.ts";
import { count, span } from "./gates/words.ts";
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
  const known = tests.every(({ takesMs }) => takesMs !== null);
  const soonestMs = known ? Math.max(phase.minMs, ...tests.map(({ takesMs }) => takesMs ?? 0)) : null;
  const { name, environment } = phase;
  return { name, environment, text: phaseText(plan, phase), gates, needs, soonestMs };
}

function phaseText(plan: Plan, phase: Phase): readonly string[] {
  const { environment, minMs, maxMs, approval } = phase;
  const where = environment === null ? "" : `In ${environment} only: `;
  const due = maxMs === null ? "" : `; after ${span(maxMs)} a decision is due, and nothing else happens`;
  return [
    `${where}${sharesText(plan, phase)}.`,
    `At least ${span(minMs)} of running time${due}.`,
    ...(approval === null ? [] : [`${approvalText(approval)} before it is left.`]),
    ...(phase.allowDecrease ? ["Whoever is served may stop being served by it."] : []),
  ];
}

function sharesText(plan: Plan, phase: Phase): string {
  const { kind, serve, compare, allowlist, forceOn, audience } = phase;
  if (kind === "baseline") return "legacy alone, recorded: what it is like before anything begins";
  const among = audience === null ? "" : ` of those in the stored list "${audience}"`;
  const beside = forceOn.length === 0 ? "" : `; ${shoppersText(forceOn.length)} beside them`;
  if (allowlist !== null) {
    const listed = `${shoppersText(allowlist.length)} on a closed list`;
    if (serve === 0) return `${listed}${among} compared${beside}, legacy answers everybody`;
    const reverse = plan.shadow && compare > 0 ? `, ${compare} % of them with legacy compared afterwards` : "";
    return `${listed}${among} answered by the candidate${reverse}${beside}; legacy answers everybody else`;
  }
  if (serve === 0) return `${compare} % of shoppers${among} compared${beside}, legacy answers everybody`;
  const rest = !plan.shadow
    ? "nobody is compared"
    : serve === 100
      ? compare === 0
        ? "nobody is compared"
        : `legacy compared afterwards for ${compare} % of them`
      : `everybody else compared, and ${compare} % of those served`;
  return `${serve} % of shoppers${among} answered by the candidate${beside}, ${rest}`;
}

function shoppersText(number: number): string {
  return number === 1 ? "1 shopper" : `${count(number)} shoppers`;
}

function approvalText({ count: needed, names, notAuthor }: Approval): string {
  const who = names.length === 0 ? "" : ` of ${names.join(", ")}`;
  const but = notAuthor ? ", not the author," : "";
  return `${needed === 1 ? "One approval" : `${needed} approvals`}${who}${but} ${needed === 1 ? "is" : "are"} needed`;
}
