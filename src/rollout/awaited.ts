import type { Checkpoint } from "./checkpoint.ts";
import { isJudged } from "./controller/statuses.ts";
import type { Plan } from "./plan.ts";
import type { Progress, Rollout } from "./state.ts";

/** Marks of a stay in a phase about which somebody has to decide, in words. */
export const dueWords: Readonly<Record<string, string>> = {
  "max-duration": "it has run for longer than the plan allows: somebody has to decide",
  "no-data": "nothing to judge by",
  trip: "it only observes, and would have gone back",
};

/** What is kept of a rollout beside its document. */
export interface KeptOf {
  readonly newest: Checkpoint | null;
  readonly progress: Progress | null;
}

/** A checkpoint may be late by as much as its figures from outside take. */
const lateMs = 120_000;

/** Where none came for longer, one that was due was missed. */
export function missedAfterMs({ checkpoints: { everyMs } }: Plan): number {
  return 2 * everyMs + lateMs;
}

/** Where two checkpoints that were due did not come, since when there was none, ISO 8601; null: they come. */
export function missedSince(
  { status, enteredAt, plan }: Rollout,
  newest: Checkpoint | null,
  nowMs: number,
): string | null {
  if (status.name !== "running") return null;
  const entered = enteredAt ?? status.since;
  const last = newest !== null && newest.at > entered ? newest.at : entered;
  return nowMs - Date.parse(last) > missedAfterMs(plan) ? last : null;
}

/** It goes no further until somebody has decided something: an approval, an end, what has lasted too long or cannot be judged. */
export function isDecisionDue({ status, visit, enteredAt }: Rollout, { newest, progress }: KeptOf): boolean {
  if (!isJudged(status)) return false;
  if (status.name === "error-paused") return true;
  if (newest?.conclusion === "ask-approval" && newest.at > (enteredAt ?? "")) return true;
  return progress?.visit === visit && progress.told.some((mark) => Object.hasOwn(dueWords, mark));
}
