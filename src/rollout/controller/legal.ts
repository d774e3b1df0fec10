import type { Action } from "./order.ts";
import type { StatusName } from "./statuses.ts";

/** `is`: that is how it is already. Text: why it may not be asked for, after "… is <status>: ". */
type Legal = "may" | "is" | { readonly not: string };

const NOT_STARTED = { not: "start it first" } as const;
const OVER = { not: "it is over" } as const;
const ROLLED_BACK = { not: "it never goes on by itself; start it anew" } as const;
const STARTED = { not: "it was started" } as const;
const RESUME_FIRST = { not: "resume it first" } as const;
const COMPLETED = { not: "it was passed to its end; roll it back to undo that" } as const;

const unstarted = (says: Legal): Record<"draft" | "pending" | "ready", Legal> => ({
  draft: says,
  pending: says,
  ready: says,
});

/** What may be asked for in which status: the whole state machine, as far as people move it. */
export const legal: Readonly<Record<Exclude<Action, "create">, Readonly<Record<StatusName, Legal>>>> = {
  check: {
    ...unstarted("may"),
    running: STARTED,
    paused: STARTED,
    "error-paused": STARTED,
    "rolled-back": STARTED,
    completed: STARTED,
    aborted: OVER,
  },
  start: {
    ...unstarted("may"),
    running: "is",
    paused: RESUME_FIRST,
    "error-paused": RESUME_FIRST,
    "rolled-back": "may",
    completed: COMPLETED,
    aborted: OVER,
  },
  pause: {
    ...unstarted(NOT_STARTED),
    running: "may",
    paused: "is",
    "error-paused": { not: "it stands still already, until somebody resumes it" },
    "rolled-back": ROLLED_BACK,
    completed: COMPLETED,
    aborted: OVER,
  },
  resume: {
    ...unstarted(NOT_STARTED),
    running: "may",
    paused: "may",
    "error-paused": "may",
    "rolled-back": ROLLED_BACK,
    completed: COMPLETED,
    aborted: OVER,
  },
  advance: {
    ...unstarted(NOT_STARTED),
    running: "may",
    paused: RESUME_FIRST,
    "error-paused": RESUME_FIRST,
    "rolled-back": ROLLED_BACK,
    completed: COMPLETED,
    aborted: OVER,
  },
  approve: {
    ...unstarted(NOT_STARTED),
    running: "may",
    paused: RESUME_FIRST,
    "error-paused": RESUME_FIRST,
    "rolled-back": ROLLED_BACK,
    completed: COMPLETED,
    aborted: OVER,
  },
  reject: {
    ...unstarted(NOT_STARTED),
    running: "may",
    paused: "is",
    "error-paused": { not: "nothing waits for an approval" },
    "rolled-back": ROLLED_BACK,
    completed: COMPLETED,
    aborted: OVER,
  },
  acknowledge: {
    ...unstarted("may"),
    running: "may",
    paused: "may",
    "error-paused": "may",
    "rolled-back": "may",
    completed: "may",
    aborted: OVER,
  },
  rollback: {
    ...unstarted({ not: "nobody is served by it" }),
    running: "may",
    paused: "may",
    "error-paused": "may",
    "rolled-back": "may",
    completed: "may",
    aborted: { not: "it has let go of its flags; change them by hand" },
  },
  abort: {
    ...unstarted("may"),
    running: "may",
    paused: "may",
    "error-paused": "may",
    "rolled-back": "may",
    completed: COMPLETED,
    aborted: "is",
  },
  complete: {
    ...unstarted(NOT_STARTED),
    running: "may",
    paused: RESUME_FIRST,
    "error-paused": RESUME_FIRST,
    "rolled-back": ROLLED_BACK,
    completed: "is",
    aborted: OVER,
  },
  tick: {
    ...unstarted("may"),
    running: STARTED,
    paused: STARTED,
    "error-paused": STARTED,
    "rolled-back": "may",
    completed: STARTED,
    aborted: OVER,
  },
  note: {
    ...unstarted("may"),
    running: "may",
    paused: "may",
    "error-paused": "may",
    "rolled-back": "may",
    completed: "may",
    aborted: "may",
  },
  drilled: {
    ...unstarted("may"),
    running: "may",
    paused: "may",
    "error-paused": "may",
    "rolled-back": "may",
    completed: "may",
    aborted: OVER,
  },
};
