import { phaseBefore } from "./phase-flags.ts";
import type { Plan, RollbackTarget } from "./plan.ts";

/** Where a rollback from a phase leads where nobody says otherwise. */
export function wayBack({ phases, rollback }: Plan, phase: number): RollbackTarget {
  return phases[phase]?.rollbackTo ?? rollback.to;
}

/** How far back a way leads: the less, the farther. */
export function placeOf(plan: Plan, from: number, to: RollbackTarget): number {
  if (to === "off") return -2;
  if (to === "shadow") return -1;
  return to === "previous" ? (phaseBefore(plan, from) ?? -1) : plan.phases.findIndex(({ name }) => name === to.phase);
}

/** The phase that it leads to, which is before this one; null: it leads to none. */
export function phaseBack(plan: Plan, from: number, to: RollbackTarget): number | null {
  const place = placeOf(plan, from, to);
  return place >= 0 && place < from ? place : null;
}
