import { phasesIn } from "../phases.ts";
import type { Plan } from "../plan.ts";

/** The first phase behind `after` that takes place here; null: there is none. `after` -1: from the start. */
export function nextPhase(plan: Plan, after: number, environment: string): number | null {
  return phasesIn(plan, environment).find((index) => index > after) ?? null;
}

/** By name; null: the plan has none of that name. */
export function phaseNamed(plan: Plan, name: string): number | null {
  const index = plan.phases.findIndex((phase) => phase.name === name);
  return index === -1 ? null : index;
}

export function phaseName(plan: Plan, phase: number): string {
  return plan.phases[phase]?.name ?? `phase ${phase}`;
}
