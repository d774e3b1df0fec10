import { say, type Sentence } from "../../../lib/sentence.ts";
import type { Check, ChannelTest, NotificationsDeps, StatusAnswer, ToldChannel } from "../../../admin/index.ts";
import type { Notifier, Outcome, Sent } from "../../../notify/index.ts";
import type { Rollout, RolloutEvent } from "../../../rollout/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import type { Config } from "../../config/index.ts";
import type { ArchiveLine } from "../control/archive-line.ts";
import { within } from "../threads/calls.ts";
import type { KnownFlags } from "../control/known-flags.ts";
import type { RegistryLine } from "../control/registry-line.ts";
import { actorOf } from "../rollouts/ports.ts";
import type { LocalTrip } from "../rollouts/trip.ts";
import { channelsOf, kindOf } from "./channels.ts";
import { testedOf, testValue } from "./confirmed.ts";
import { auditReader, declaredBy, reachIn } from "./reading.ts";

export interface NotifyingOptions {
  readonly config: Config;
  readonly instance: string;
  readonly known: KnownFlags;
  readonly registry: Pick<RegistryLine, "deps">;
  readonly archive: Pick<ArchiveLine, "journal" | "outbox" | "counts">;
  readonly event: (event: SombraEvent) => void;
  readonly notified: (labels: { readonly channel: string; readonly outcome: string }) => void;
  readonly fault: (operation: string, error: unknown) => void;
  readonly rollouts: () => readonly Rollout[];
  readonly token: () => number | null;
}

/** Telling people: whoever leads tells what happens, everybody tells of itself and when asked. */
export interface Notifying {
  /** Whether there is anybody to tell. */
  readonly wanted: boolean;
  readonly saw: (event: RolloutEvent) => void;
  tripped(trip: LocalTrip): void;
  readonly deps: NotificationsDeps;
  readonly checks: () => readonly Check[];
  readonly degraded: () => readonly Sentence[];
  stop(): Promise<void>;
}

const turnMs = 1_000;
const stopMs = 1_000;

export function startNotifying(options: NotifyingOptions): Notifying {
  const { config, known, registry, archive, rollouts } = options;
  const { channels: configured, publicUrl, atMinutes, timeZone } = config.notifications;
  let notifier: Notifier | null = null;
  const told = (outcome: Outcome): void => {
    const { channel, outcome: what, key, notice, why } = outcome;
    options.notified({ channel, outcome: what });
    const { event: about, rollout } = notice;
    options.event({ event: "notification", channel, outcome: what, about, rollout, key, reason: why });
  };
  const open = async (): Promise<Notifier> => {
    // Who tells nobody does not load it.
    const { createNotifier, ...kinds } = await import("../../../notify/index.ts");
    return createNotifier(
      {
        ...auditReader(registry.deps.audit),
        now: Date.now,
        token: options.token,
        version: () => known.now().snapshot.version,
        rollouts,
        journal: archive.journal,
        outbox: archive.outbox,
        declared: () => declaredBy(archive.counts),
        reach: (flag) => reachIn(known.now(), flag),
        told,
        fault: (error) => options.fault("notifications", error),
      },
      { environment: config.environment, publicUrl, atMinutes, timeZone, channels: channelsOf(configured, kinds) },
    );
  };
  const opening = configured.length === 0 ? null : open();
  opening?.then(
    (opened) => {
      notifier = opened;
    },
    (error: unknown) => options.fault("notifications", error),
  );
  const turn = (): void => void notifier?.turn();
  const timer = setInterval(turn, turnMs).unref();
  const channels = (): readonly ToldChannel[] => {
    const states = new Map(notifier?.channels().map((state) => [state.channel, state]));
    const { documents } = known.now().state;
    return configured.map((channel) => {
      const { waiting = 0, problem = null, reached = null, lost = null } = states.get(channel.name) ?? {};
      const tested = testedOf(documents, channel.name);
      const isWell = tested?.ok === true && lost !== null && tested.at > lost.at;
      return {
        channel: channel.name,
        kind: kindOf(channel),
        waiting,
        problem,
        reached,
        lost: isWell ? null : lost,
        tested,
      };
    });
  };
  const testOne = async (channel: string, by: string): Promise<Check> => {
    const opened = await opening;
    const sent = (await opened?.test(channel, by)) ?? "unknown";
    const test = { at: new Date().toISOString(), by, ...saidOf(sent) };
    const unkept = await keep(channel, test, options);
    const kept = unkept === null ? "" : `; it could not be kept: ${unkept}`;
    const status = !test.ok ? "fail" : unkept === null ? "ok" : "warn";
    return {
      name: `channel ${channel}`,
      status,
      text: `${test.ok ? "took a test" : "did not take a test"}: ${test.said}${kept}`,
    };
  };
  return {
    wanted: configured.length > 0,
    saw(event) {
      const isLast = event.event === "checkpoint" || event.event === "rollout_due";
      notifier?.looked(event.event === "checkpoint" ? event.checkpoint.rollout : event.rollout);
      // A phase or a rollback is told before the checkpoint that it came of is kept: with the next turn there are both.
      if (isLast) turn();
    },
    tripped: ({ rollout, at, reason }) => notifier?.tripped({ rollout, at, reason, instance: options.instance }),
    deps: {
      channels,
      async test(by, channel) {
        const names = configured.map(({ name }) => name).filter((name) => channel === null || name === channel);
        if (channel !== null && names.length === 0) return null;
        return Promise.all(names.map((name) => testOne(name, by)));
      },
      status: async (rollout, channel) => answerOf((await (await opening)?.status(rollout, channel)) ?? "unknown"),
    },
    checks: () => channels().map(checkOf),
    degraded: () => [...channels().flatMap(degradedOf), ...strangers(rollouts(), configured)],
    async stop() {
      clearInterval(timer);
      if (notifier !== null) await within(notifier.stop(), stopMs);
    },
  };
}

async function keep(channel: string, test: ChannelTest, { registry }: NotifyingOptions): Promise<string | null> {
  const answer = await registry.deps.write({
    edits: [{ kind: "document", collection: "channel", id: channel, value: testValue(test) }],
    actor: actorOf(test.by),
    reason: `test of channel ${channel}`,
    expect: {},
  });
  if (answer.kind === "written" || answer.kind === "unchanged") return null;
  return "why" in answer ? answer.why : answer.kind;
}

function saidOf(sent: Sent | "unknown"): Pick<ChannelTest, "ok" | "said"> {
  if (sent === "unknown") return { ok: false, said: "it is not configured" };
  return sent.kind === "sent" ? { ok: true, said: sent.said } : { ok: false, said: sent.why };
}

function answerOf(sent: Sent | "unknown"): StatusAnswer {
  if (sent === "unknown") return { kind: "unknown" };
  return sent.kind === "sent" ? sent : { kind: "failed", why: sent.why };
}

function checkOf({ channel, tested, lost, problem }: ToldChannel): Check {
  const name = `channel ${channel}`;
  if (problem !== null) {
    const said = say(`does not take what is sent: ${problem}`, `não aceita o que se envia: ${problem}`);
    return { name, status: "warn", ...said };
  }
  if (lost !== null) {
    const { count, why } = lost;
    const said = say(`${count} notifications were given up: ${why}`, `desistiu-se de ${count} notificações: ${why}`);
    return { name, status: "warn", ...said };
  }
  if (tested === null) {
    const said = say("was never tested: sombra doctor --notify", "nunca foi testado: sombra doctor --notify");
    return { name, status: "warn", ...said };
  }
  const { ok, by, at, said: answer } = tested;
  const said = say(
    `${ok ? "took" : "did not take"} a test of ${by} at ${at}: ${answer}`,
    `${ok ? "aceitou" : "não aceitou"} um teste de ${by} em ${at}: ${answer}`,
  );
  return { name, status: ok ? "ok" : "warn", ...said };
}

function degradedOf({ channel, lost, problem, waiting }: ToldChannel): readonly Sentence[] {
  return [
    ...(problem === null
      ? []
      : [
          say(
            `Channel ${channel} does not take notifications, ${waiting} wait: ${problem}`,
            `O canal ${channel} não aceita notificações, ${waiting} esperam: ${problem}`,
          ),
        ]),
    ...(lost === null
      ? []
      : [
          say(
            `${lost.count} notifications to channel ${channel} were given up, at ${lost.at} the last: ${lost.why}`,
            `Desistiu-se de ${lost.count} notificações ao canal ${channel}, em ${lost.at} da última: ${lost.why}`,
          ),
        ]),
  ];
}

/** Audiences that name a channel that is not configured are told nothing. */
function strangers(
  rollouts: readonly Rollout[],
  configured: NotifyingOptions["config"]["notifications"]["channels"],
): readonly Sentence[] {
  const names = new Set(configured.map(({ name }) => name));
  return rollouts.flatMap(({ id, plan, status }) => {
    if (status.name === "aborted" || status.name === "completed" || status.name === "rolled-back") return [];
    const missing = plan.audiences.filter(({ channel }) => !names.has(channel)).map(({ channel }) => channel);
    const channels = missing.join(", ");
    return missing.length === 0
      ? []
      : [
          say(
            `Audiences of rollout ${id} are told nothing: no channel ${channels} is configured`,
            `Nada se diz às audiences do rollout ${id}: o canal ${channels} não está configurado`,
          ),
        ];
  });
}
