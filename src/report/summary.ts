import type { Report } from "./facts.ts";
import { plainly } from "./plainly.ts";
import { count, stopped, time, who } from "./words.ts";

/** What happened and why, in a few sentences. */
export function summaryOf({ plan, status, stays, rollout }: Report): string {
  const { flag, phases, mode } = plan;
  const what = `${rollout} moves ${flag} to the candidate in ${count(phases.length)} phases${mode === "observe" ? ", and only observes" : ""}.`;
  return [what, ...standing(status), ...passed(stays)].join(" ");
}

function standing({ name, phase, since, by, reason, to, keep_until: keepUntil }: Report["status"]): readonly string[] {
  const at = time(since);
  switch (name) {
    case "draft":
    case "pending":
    case "ready":
      return [name === "ready" ? "It has not begun; every precheck is green." : "It has not begun."];
    case "running":
      return [`It is in ${phase ?? "no phase"}, and runs since ${at}.`];
    case "paused":
      return [`It is in ${phase ?? "no phase"}, paused by ${who(by)} at ${at}: ${stopped(reason ?? "")}`];
    case "error-paused":
      return [`It is in ${phase ?? "no phase"} and stopped at ${at}: ${stopped(reason ?? "")}`];
    case "rolled-back":
      return [
        `At ${at} ${who(by)} rolled it back from ${phase ?? "no phase"} ${to ?? ""}. Why: ${stopped(plainly(reason ?? ""))}`,
      ];
    case "completed":
      return [
        `At ${at} ${who(by)} completed it after ${phase ?? "no phase"}; flags are kept until ${time(keepUntil)}.`,
      ];
    case "aborted":
      return [`At ${at} ${who(by)} gave it up: ${stopped(reason ?? "")}`];
    default:
      return [];
  }
}

function passed(stays: Report["stays"]): readonly string[] {
  const back = stays.filter(({ left }) => left === "rollback").length;
  const phases = [...new Set(stays.map(({ phase }) => phase))];
  if (phases.length < 2) return [];
  const times = back === 0 ? "" : ` It was rolled back ${back === 1 ? "once" : `${count(back)} times`}.`;
  return [`It went through ${phases.join(", ")}.${times}`];
}
