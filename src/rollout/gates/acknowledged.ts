import type { Acknowledgement, Rollout } from "../state.ts";

/** null: nobody said that it is expected, or not until now. */
export function acknowledgementOf(name: string, rollout: Rollout, nowMs: number): Acknowledgement | null {
  return rollout.acknowledged.findLast(({ gate, until }) => gate === name && Date.parse(until) > nowMs) ?? null;
}
