/** `sombra rollout`: raising the share of a candidate by a plan, on evidence. */
import { group } from "../frame.ts";
import { abort, acknowledge, advance, approve, complete, note, pause, reject, resume, rollback, tick } from "./act.ts";
import { check } from "./check.ts";
import { simulate } from "./simulate.ts";
import { checkpoint, drill, status } from "./look.ts";
import { report } from "./report.ts";
import { start } from "./start.ts";

export const rollout = group(
  {
    name: "rollout",
    summary: "raise the share of the candidate by a plan, on evidence",
    about: ["Whatever is asked for is audited with who asked. docs/rollouts.md tells how a plan is written."],
  },
  [
    check,
    simulate,
    start,
    status,
    checkpoint,
    advance,
    approve,
    reject,
    pause,
    resume,
    acknowledge,
    rollback,
    abort,
    complete,
    note,
    tick,
    drill,
    report,
  ],
);
