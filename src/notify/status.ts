import {
  eventsText,
  nextOf,
  plainly,
  templateDocument,
  who,
  type Happened,
  type TemplateFacts,
} from "../report/index.ts";
import type { Audience, Checkpoint, Progress, Rollout } from "../rollout/index.ts";
import { linkText, withoutNumbers, type Notice } from "./notice.ts";
import { fact, linkTo, text, type Place } from "./told.ts";
import { phaseOf, wayBack } from "./words.ts";

/** What there is to know of a rollout at one moment. */
export interface Standing {
  readonly rollout: Rollout;
  readonly reach: TemplateFacts["reach"];
  readonly events: TemplateFacts["events"];
  readonly checkpoint: Checkpoint | null;
  readonly progress: Progress | null;
  readonly happened: readonly Happened[];
}

interface At extends Place {
  readonly nowMs: number;
  /** Of what is told: the same whoever tells it. */
  readonly id: string;
}

/** Phase, percent, enabled, and the events of 24 hours by type, or that none was recorded. */
export function statusNotice({ rollout, reach, events, checkpoint }: Standing, at: At): Notice {
  const { id, plan, status } = rollout;
  const phase = phaseOf(rollout);
  const link = linkTo(at, `/rollouts/${encodeURIComponent(id)}`);
  const next = nextOf(rollout, { last: checkpoint, environment: at.environment });
  const percent = reach?.percentage ?? 0;
  return {
    ...stampOf(rollout, at),
    event: "status",
    verdict: checkpoint?.status ?? null,
    link,
    document: {
      title: `${id}: ${status.name}${phase === null ? "" : ` in ${phase.name}`}`,
      blocks: [
        {
          kind: "facts",
          facts: [
            fact("Flag", plan.flag),
            fact("Phase", phase?.name ?? "none"),
            fact("Percent", `${percent} %`),
            fact("Enabled", reach === null ? "there is no such flag" : reach.enabled ? "yes" : "no"),
            fact("Events of the last 24 h", eventsText(events)),
            fact("Last checkpoint", checkpoint === null ? "none yet" : `${checkpoint.status} (${checkpoint.name})`),
          ],
        },
        text(next),
        ...(link === null ? [] : [text(linkText(link))]),
      ],
    },
    facts: { status: status.name, percent, enabled: reach?.enabled ?? false, events_24h: events, next },
  };
}

export function audienceNotice(standing: Standing, audience: Audience, at: At): Notice {
  const { rollout, checkpoint, ...known } = standing;
  const { template, owner, frequency } = audience;
  const next = nextOf(rollout, { last: checkpoint, environment: at.environment });
  const back = wayBack(rollout).text;
  const happened = known.happened.map((one) => ({
    ...one,
    what: withoutNumbers(one.what),
    why: withoutNumbers(plainly(one.why)),
  }));
  const facts = {
    ...known,
    happened,
    rollout,
    checkpoint,
    environment: at.environment,
    nowMs: at.nowMs,
    owner,
    next,
    back,
  };
  const document = templateDocument(template, facts);
  return {
    ...stampOf(rollout, at),
    event: "audience",
    verdict: checkpoint?.status ?? null,
    link: linkTo(at, `/rollouts/${encodeURIComponent(rollout.id)}`),
    document,
    facts: { template: typeof template === "string" ? template : "custom", frequency, owner },
  };
}

/** A test of a channel, to be seen to arrive. */
export function testNotice(channel: string, by: string, at: At): Notice {
  return {
    id: at.id,
    event: "test",
    severity: "info",
    at: new Date(at.nowMs).toISOString(),
    environment: at.environment,
    rollout: null,
    flag: null,
    phase: null,
    verdict: null,
    link: linkTo(at, "/"),
    document: {
      title: `Sombra: a test of ${channel}`,
      blocks: [text(`${who(by)} asked whether this channel works. It does, as you read this; nothing happened.`)],
    },
    facts: { by },
  };
}

function stampOf(
  { id, plan, ...rollout }: Rollout,
  at: At,
): Omit<Notice, "event" | "verdict" | "link" | "document" | "facts"> {
  return {
    id: at.id,
    severity: "info",
    at: new Date(at.nowMs).toISOString(),
    environment: at.environment,
    rollout: id,
    flag: plan.flag,
    phase: phaseOf({ plan, status: rollout.status })?.name ?? null,
  };
}
