import type { Plan } from "../plan.ts";
import type { Rollout, Status } from "../state.ts";
import { phaseBack } from "../way-back.ts";

export type StatusName = Status["name"];

/** Which status may follow which: whatever asks for anything else is refused. */
export const successors: Readonly<Record<StatusName, readonly StatusName[]>> = {
  draft: ["pending", "ready", "running", "aborted"],
  pending: ["ready", "running", "aborted"],
  ready: ["pending", "running", "aborted"],
  running: ["paused", "error-paused", "rolled-back", "completed", "aborted"],
  paused: ["running", "rolled-back", "aborted"],
  "error-paused": ["running", "rolled-back", "aborted"],
  "rolled-back": ["running", "aborted"],
  completed: ["rolled-back"],
  aborted: [],
};

/** Of those that are in a phase and judged: rollback is looked at in each of them. */
export type Judged = Extract<Status, { readonly name: "running" | "paused" | "error-paused" }>;

export function isJudged(status: Status): status is Judged {
  return status.name === "running" || status.name === "paused" || status.name === "error-paused";
}

/** It went back to a phase in which some are served all the same: how they fare is still looked at. */
export function servesStill({ status, plan }: Pick<Rollout, "status" | "plan">): boolean {
  if (status.name !== "rolled-back") return false;
  const back = phaseBack(plan, status.phase, status.to);
  return back !== null && (plan.phases[back]?.serve ?? 0) > 0;
}

/** Where what it went back to is left for: nobody is served any more. */
export function furtherBack({ shadow }: Plan): "shadow" | "off" {
  return shadow ? "shadow" : "off";
}

/** Nothing was ever entered. */
export function isUnstarted(status: Status): boolean {
  return status.name === "draft" || status.name === "pending" || status.name === "ready";
}
