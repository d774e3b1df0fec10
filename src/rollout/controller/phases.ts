import type { Phase, Plan } from "../plan.ts";

/** Whether a Sombra of that environment carries the phase out; else it passes over it. */
export function takesPlace(phase: Phase, environment: string): boolean {
  return phase.environment === null || phase.environment === environment;
}

/** The first phase behind `after` that takes place here; null: there is none. `after` -1: from the start. */
export function nextPhase(plan: Plan, after: number, environment: string): number | null {
  const index = plan.phases.findIndex((phase, at) => at > after && takesPlace(phase, environment));
  return index === -1 ? null : index;
}

/** The last one before `before` that takes place here; null: there is none. */
export function previousPhase(plan: Plan, before: number, environment: string): number | null {
  const index = plan.phases.findLastIndex((phase, at) => at < before && takesPlace(phase, environment));
  return index === -1 ? null : index;
}

/** By name; null: the plan has none of that name. */
export function phaseNamed(plan: Plan, name: string): number | null {
  const index = plan.phases.findIndex((phase) => phase.name === name);
  return index === -1 ? null : index;
}

export function phaseName(plan: Plan, phase: number): string {
  return plan.phases[phase]?.name ?? `phase ${phase}`;
}
