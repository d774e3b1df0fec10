import { isJudged, missedAfterMs, type Checkpoint, type Plan } from "../rollout/index.ts";
import type { Decision } from "./facts.ts";
import type { Sources } from "./sources.ts";
import type { Stay } from "./stays.ts";
import { count, time } from "./words.ts";

interface Known extends Pick<Sources, "rollout" | "checkpoints" | "completeSince"> {
  readonly stays: readonly Stay[];
  readonly nowMs: number;
}

/** Times in which nobody looked, as the checkpoints show it that did not come. */
export function missedIn({ rollout, checkpoints, stays, completeSince, nowMs }: Known): readonly Decision[] {
  const { status, plan } = rollout;
  const ended = !isJudged(status) && "since" in status ? status.since : new Date(nowMs).toISOString();
  return stays.flatMap((stay) => {
    const own = checkpoints.filter(({ scope, at }) => stay.scopes.includes(scope) && at <= (stay.left?.at ?? at));
    const ends = [stay.enteredAt, ...own.map(({ at }: Checkpoint) => at), stay.left?.at ?? ended];
    return ends.slice(1).flatMap((to, index) => {
      const from = ends[index] ?? to;
      const gapMs = Date.parse(to) - Date.parse(from);
      if (from < completeSince || gapMs <= missedAfterMs(plan)) return [];
      const isOpen = index === own.length && stay.left === null && isJudged(status);
      return missed(plan, { from, to, isOpen, phase: plan.phases[stay.index]?.name ?? null });
    });
  });
}

interface Gap {
  readonly from: string;
  readonly to: string;
  /** It lasts. */
  readonly isOpen: boolean;
  readonly phase: string | null;
}

function missed({ checkpoints: { everyMs } }: Plan, { from, to, isOpen, phase }: Gap): Decision {
  const dueAt = (index: number): string => new Date(Date.parse(from) + index * everyMs).toISOString();
  const times = Math.floor((Date.parse(to) - Date.parse(from)) / everyMs) - (isOpen ? 0 : 1);
  const until = isOpen ? "until now" : `until ${time(to)}`;
  const every = `one is due every ${count(everyMs / 60_000)} min`;
  return {
    at: dueAt(1),
    until: times > 1 ? dueAt(times) : null,
    times,
    seq: null,
    by: "automatic:rollout",
    what: "checkpoint-missed",
    phase,
    why: `there was no checkpoint from ${time(from)} ${until}, and ${every}: gates were not asked meanwhile`,
    break_glass: false,
  };
}
