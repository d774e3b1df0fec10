import type { Status } from "../state.ts";

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

/** It went back to where some are served all the same: how they fare is still looked at. */
export function servesStill(status: Status): status is Extract<Status, { readonly name: "rolled-back" }> {
  return status.name === "rolled-back" && status.to !== "shadow" && status.to !== "off";
}

/** Nothing was ever entered. */
export function isUnstarted(status: Status): boolean {
  return status.name === "draft" || status.name === "pending" || status.name === "ready";
}
