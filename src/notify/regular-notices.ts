import type { Happened } from "../report/index.ts";
import { isJudged, type Audience, type Rollout } from "../rollout/index.ts";
import { auditedOf, type AuditLine } from "./audited.ts";
import type { Cursor } from "./cursor.ts";
import { ofLastDay } from "./events-of-day.ts";
import type { Notice } from "./notice.ts";
import type { NotifierOptions, NotifierPorts } from "./notifier-ports.ts";
import { dueNow, type Regular } from "./regular.ts";
import { audienceNotice, statusNotice, type Standing } from "./status.ts";

/** A notice for one channel alone. */
export interface Addressed {
  readonly channel: string;
  readonly notice: Notice;
}

type Ports = Pick<NotifierPorts, "now" | "rollouts" | "journal" | "declared" | "reach" | "history">;

const dayMs = 86_400_000;
/** Of a rollout, no message looks further back. */
const longestMs = 90 * dayMs;

export async function standingOf(
  rollout: Rollout,
  ports: Ports,
  { samples, sinceMs }: { readonly samples: Cursor["events"]; readonly sinceMs: number | null },
): Promise<Standing> {
  const { id, plan } = rollout;
  const fromMs = sinceMs ?? ports.now();
  const [[checkpoint = null], progress, counts, lines] = await Promise.all([
    ports.journal.checkpoints(id, 1),
    ports.journal.progress(id),
    ports.declared().catch(() => null),
    sinceMs === null ? [] : ports.history(id, new Date(fromMs).toISOString()),
  ]);
  const events = counts === null ? "unknown" : ofLastDay(samples, counts, ports.now());
  const happened = lines.flatMap((line) => happenedOf(line, rollout) ?? []);
  return { rollout, reach: ports.reach(plan.flag), events, checkpoint, progress, happened };
}

function happenedOf(line: AuditLine, { plan }: Rollout): Happened | null {
  const audited = auditedOf(line);
  if (audited === null) return null;
  const { event, phase, what, why, by } = audited;
  const name = plan.phases[phase ?? -1]?.name;
  return {
    at: line.at,
    what: event === "phase" || event === "started" ? `entered ${name ?? "a phase"}` : what,
    why,
    by,
  };
}

/** Daily and weekly messages that are due, and the days they are of. */
export async function regularNotices(
  cursor: Cursor,
  ports: Ports,
  options: NotifierOptions,
): Promise<{ readonly addressed: readonly Addressed[]; readonly days: Cursor["days"] }> {
  const nowMs = ports.now();
  const running = ports.rollouts().filter(({ status }) => isJudged(status));
  const wanted = running.flatMap((rollout): readonly Wanted[] => [
    ...options.channels
      .filter(({ dailyStatus }) => dailyStatus)
      .map(({ name }): Wanted => ({
        mark: `status ${rollout.id} ${name}`,
        every: "day",
        rollout,
        channel: name,
        audience: null,
      })),
    ...rollout.plan.audiences.flatMap((audience, index): readonly Wanted[] => {
      const every = audience.frequency === "daily" ? "day" : "week";
      if (audience.frequency !== "daily" && audience.frequency !== "weekly") return [];
      return [{ mark: `audience ${rollout.id} ${index}`, every, rollout, channel: audience.channel, audience }];
    }),
  ]);
  if (wanted.length === 0) return { addressed: [], days: {} };
  const { due, days } = dueNow(cursor.days, wanted, { ...options, nowMs });
  const addressed: Addressed[] = [];
  for (const { mark, day } of due) {
    const one = wanted.find((each) => each.mark === mark);
    if (one === undefined) continue;
    const { rollout, audience, channel, every } = one;
    const at = { ...options, nowMs, id: `${mark.replaceAll(" ", "-")}-${day}` };
    const sinceMs = audience === null ? null : nowMs - (every === "day" ? dayMs : 7 * dayMs);
    const standing = await standingOf(rollout, ports, { samples: cursor.events, sinceMs });
    addressed.push({
      channel,
      notice: audience === null ? statusNotice(standing, at) : audienceNotice(standing, audience, at),
    });
  }
  return { addressed, days };
}

interface Wanted extends Regular {
  readonly rollout: Rollout;
  readonly channel: string;
  /** null: a status. */
  readonly audience: Audience | null;
}

/** What a notice is the occasion of: a phase that was left, an end. */
export async function occasionNotices(
  notices: readonly Notice[],
  samples: Cursor["events"],
  { ports, options }: { readonly ports: Ports; readonly options: NotifierOptions },
): Promise<readonly Addressed[]> {
  const addressed: Addressed[] = [];
  for (const { event, rollout: id, id: cause, at: when } of notices) {
    const isEnd = event === "completed" || event === "rollback" || event === "aborted";
    const isLeft = event === "phase" || isEnd;
    const rollout = ports.rollouts().find((one) => one.id === id);
    if (rollout === undefined || !isLeft) continue;
    for (const [index, audience] of rollout.plan.audiences.entries()) {
      if (audience.frequency !== "phase" && !(audience.frequency === "end" && isEnd)) continue;
      const sinceMs = ports.now() - longestMs;
      const standing = await standingOf(rollout, ports, { samples, sinceMs });
      const happened = audience.frequency === "end" ? standing.happened : lastPhase(standing.happened);
      const at = { ...options, nowMs: Date.parse(when), id: `audience-${index}-${cause}` };
      addressed.push({ channel: audience.channel, notice: audienceNotice({ ...standing, happened }, audience, at) });
    }
  }
  return addressed;
}

/** From when the phase was entered that was left last. */
function lastPhase(happened: readonly Happened[]): readonly Happened[] {
  const entered = happened.flatMap(({ what }, index) => (what.startsWith("entered ") ? [index] : []));
  return happened.slice(entered.at(-2) ?? 0);
}
