import type { Phase } from "../plan.ts";
import type { Progress, Rollout } from "../state.ts";
import { isJudged } from "./statuses.ts";

/** Of a stay in a phase of which nothing was kept yet. */
export function freshProgress(visit: number, at: string): Progress {
  return {
    visit,
    runningMs: 0,
    at,
    checkpointAt: null,
    sinceCheckpointMs: 0,
    failures: {},
    steady: {},
    sinceFailureMs: {},
    errors: 0,
    withoutDataMs: 0,
    told: [],
  };
}

/** What went by since this leader looked last. */
export interface Elapsed {
  readonly nowMs: number;
  /** By the monotonic clock; null: this leader has not looked before, so that nobody knows. */
  readonly elapsedMs: number | null;
  /** How often a leader looks. */
  readonly intervalMs: number;
  /** Whether there was anything new to judge by; null: not known. */
  readonly hadData: boolean | null;
}

/**
 * Progress as it is now. Running time counts while the rollout runs, and of one look at most two intervals, so that nobody is
 * moved on by time in which nobody looked. The wall clock only says how long ago another leader looked, and that at most brings
 * one checkpoint forward: a clock that jumps moves nothing else.
 */
export function passTime(rollout: Rollout, progress: Progress | null, elapsed: Elapsed): Progress {
  const { nowMs, elapsedMs, intervalMs, hadData } = elapsed;
  const at = new Date(nowMs).toISOString();
  if (progress === null || progress.visit !== rollout.visit) return freshProgress(rollout.visit, at);
  const ranMs = rollout.status.name === "running" ? Math.min(Math.max(elapsedMs ?? 0, 0), 2 * intervalMs) : 0;
  const sinceMs = elapsedMs ?? Math.max(0, nowMs - Date.parse(progress.at));
  return {
    ...progress,
    at,
    runningMs: progress.runningMs + ranMs,
    sinceCheckpointMs: progress.sinceCheckpointMs + sinceMs,
    sinceFailureMs: later(progress.sinceFailureMs, sinceMs),
    withoutDataMs: hadData === true ? 0 : progress.withoutDataMs + (hadData === false ? ranMs : 0),
    told: hadData === true ? progress.told.filter((told) => told !== "no-data") : progress.told,
  };
}

function later(times: Progress["sinceFailureMs"], byMs: number): Progress["sinceFailureMs"] {
  return Object.fromEntries(Object.entries(times).map(([gate, ms]) => [gate, ms + byMs]));
}

/** Gates whose last failure that counted was of a window that reaches into the one of now: once more is not twice. */
export function overlapping({ sinceFailureMs }: Progress, { plan }: Rollout): ReadonlySet<string> {
  const gates = Object.entries(sinceFailureMs).filter(([, ms]) => ms < plan.checkpoints.windowMs);
  return new Set(gates.map(([gate]) => gate));
}

/** `failures`: with those of this checkpoint. */
export function sinceFailuresAfter(before: Progress, failures: Progress["failures"]): Progress["sinceFailureMs"] {
  const [counted, since] = [new Map(Object.entries(before.failures)), new Map(Object.entries(before.sinceFailureMs))];
  return Object.fromEntries(
    Object.entries(failures).map(([gate, n]) => [gate, n > (counted.get(gate) ?? 0) ? 0 : (since.get(gate) ?? 0)]),
  );
}

/**
 * A checkpoint is due: by its cadence, once as the phase has run for as long as it must, once as the last of what it wants ticked,
 * and once as the last approval came in.
 */
export function isDue(rollout: Rollout, progress: Progress, phase: Phase): boolean {
  const { status, plan, approvals } = rollout;
  if (progress.sinceCheckpointMs >= plan.checkpoints.everyMs) return true;
  if (!isJudged(status) || status.name !== "running") return false;
  const ranLongEnough = progress.runningMs >= phase.minMs && !progress.told.includes("min-duration");
  if (ranLongEnough && progress.runningMs > 0) return true;
  if (phase.manual.length > 0 && untickedIn(rollout, phase).length === 0 && !progress.told.includes(TICKED))
    return true;
  return isApproved(rollout, phase) && !progress.told.includes(approvedMark(approvals.length));
}

/** What is not due a second time: that a checkpoint was made of it. */
export function marksOf(rollout: Rollout, progress: Progress, phase: Phase): readonly string[] {
  const marks = new Set(progress.told);
  if (progress.runningMs >= phase.minMs) marks.add("min-duration");
  if (phase.manual.length > 0 && untickedIn(rollout, phase).length === 0) marks.add(TICKED);
  if (isApproved(rollout, phase)) marks.add(approvedMark(rollout.approvals.length));
  return [...marks];
}

/** What a phase wants ticked and nobody has in this stay in it. */
export function untickedIn({ ticked, enteredAt }: Rollout, { manual }: Phase): readonly string[] {
  const since = Date.parse(enteredAt ?? "");
  return manual.filter((name) => !ticked.some((one) => one.name === name && Date.parse(one.at) >= since));
}

/** Everybody who has to has approved of this stay. */
export function isApproved({ visit, approvals }: Rollout, { approval }: Phase): boolean {
  if (approval === null) return false;
  const by = new Set(approvals.filter((one) => one.visit === visit).map((one) => one.by));
  return by.size >= approval.count;
}

const APPROVED = "approved-";
const TICKED = "ticked";

function approvedMark(count: number): string {
  return `${APPROVED}${count}`;
}

/** Those that lapsed are due anew when they are given again. */
export function withoutApprovals(told: readonly string[]): readonly string[] {
  return told.filter((mark) => !mark.startsWith(APPROVED));
}
