import { say, type Sentence } from "../../lib/sentence.ts";
import type { Action } from "./order.ts";
import type { StatusName } from "./statuses.ts";

/** `is`: that is how it is already. `not`: why it may not be asked for, after "… is <status>: ". */
type Legal = "may" | "is" | { readonly not: Sentence };

const NOT_STARTED = { not: say("start it first", "inicie-o primeiro") };
const OVER = { not: say("it is over", "acabou") };
const ROLLED_BACK = {
  not: say("it never goes on by itself; start it anew", "ele nunca continua sozinho; inicie-o de novo"),
};
const STARTED = { not: say("it was started", "já foi iniciado") };
const RESUME_FIRST = { not: say("resume it first", "retome-o primeiro") };
const COMPLETED = {
  not: say("it was passed to its end; roll it back to undo that", "foi até o fim; reverta para desfazer"),
};

export const NOTHING_WAITS = say("nothing waits for an approval", "nada espera uma aprovação");

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
    "error-paused": {
      not: say("it stands still already, until somebody resumes it", "já está parado, até alguém retomar"),
    },
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
    "rolled-back": "may",
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
    "error-paused": { not: NOTHING_WAITS },
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
    ...unstarted({ not: say("nobody is served by it", "ninguém é atendido por ele") }),
    running: "may",
    paused: "may",
    "error-paused": "may",
    "rolled-back": "may",
    completed: "may",
    aborted: {
      not: say("it has let go of its flags; change them by hand", "ele soltou as flags; mude-as à mão"),
    },
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
    running: "may",
    paused: "may",
    "error-paused": "may",
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

/** Whether it may be asked for now, as far as the status says. */
export function isLegal(action: Exclude<Action, "create">, status: StatusName): boolean {
  return legal[action][status] === "may";
}
