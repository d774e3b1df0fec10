import type { Plan } from "./plan.ts";

/** Indices of the phases that a Sombra of this environment passes through; null: one that no phase names. */
export function phasesIn({ phases }: Pick<Plan, "phases">, environment: string | null): readonly number[] {
  return phases.flatMap((phase, index) =>
    phase.environment === null || phase.environment === environment ? [index] : [],
  );
}
