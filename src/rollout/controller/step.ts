import type { RolloutEvent } from "../ports.ts";
import type { Progress } from "../state.ts";
import type { Look, Step } from "./look.ts";
import type { Why } from "./words.ts";

/** Nothing follows. */
export function still(progress: Progress, { why, pt }: Why): Step {
  return { progress, checkpoint: null, conclusion: "hold", why, pt, change: null, events: [] };
}

export function phaseEvent(
  { rollout }: Look,
  said: { readonly phase: string; readonly before: string; readonly reason: string },
): RolloutEvent {
  return { event: "rollout_phase", rollout: rollout.id, flag: rollout.plan.flag, ...said };
}
