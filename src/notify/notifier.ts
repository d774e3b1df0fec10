import { randomUUID } from "node:crypto";
import { emptyCursor, readCursor } from "./cursor.ts";
import type { Outcome } from "./lane.ts";
import { createLanes, type ChannelState } from "./lanes.ts";
import { createLeading, sweepMs } from "./leading.ts";
import type { Notice } from "./notice.ts";
import type { NotifierOptions, NotifierPorts } from "./notifier-ports.ts";
import { standingOf } from "./regular-notices.ts";
import { sendTimeoutMs, type Sent } from "./send.ts";
import { statusNotice, testNotice } from "./status.ts";
import { rolloutNotice } from "./told.ts";

export interface LocalTripTold {
  readonly rollout: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly reason: string;
  readonly instance: string;
}

export interface Notifier {
  /** Each second: what is new is kept, what is due is sent. Nobody waits for it; never rejects. */
  turn(): Promise<void>;
  /** Something of that rollout changed: the next turn looks. */
  looked(rollout: string): void;
  /** This instance went back by itself: told at once, without the store. */
  tripped(trip: LocalTripTold): void;
  /** Once and now, whichever instance is asked; `unknown`: there is no such rollout or channel. */
  status(rollout: string, channel: string): Promise<Sent | "unknown">;
  test(channel: string, by: string): Promise<Sent | "unknown">;
  channels(): readonly ChannelState[];
  stop(): Promise<void>;
}

export function createNotifier(ports: NotifierPorts, options: NotifierOptions): Notifier {
  const { channels } = options;
  let turning: Promise<void> | null = null;
  let problem: string | null = null;
  /** Of another that leads. */
  let shown = emptyCursor;
  let readAtMs = -Infinity;

  const told = (outcome: Outcome): void => {
    ports.told(outcome);
    leading.became(outcome);
  };
  const lanes = createLanes(channels, { now: ports.now, told });
  const leading = createLeading(ports, options, lanes);

  /** Another leads, or nobody: what it says of channels is shown here as well. */
  const follow = async (): Promise<void> => {
    leading.end();
    if (ports.now() - readAtMs < sweepMs) return;
    readAtMs = ports.now();
    shown = readCursor((await ports.outbox.waiting()).cursor) ?? emptyCursor;
  };

  const work = async (): Promise<void> => {
    const token = ports.token();
    try {
      // Before the store has said anything nobody knows what its audit is about.
      if (ports.version() > 0) await (token === null ? follow() : leading.lead(token));
      problem = null;
    } catch (error) {
      const said = error instanceof Error ? error.message : "it failed";
      if (said !== problem) ports.fault(error);
      problem = said;
    }
    lanes.turn();
  };

  const once = async (channel: string, notice: Notice): Promise<Sent | "unknown"> => {
    const found = channels.find(({ name }) => name === channel);
    if (found === undefined) return "unknown";
    const sent = await found
      .send({ key: `${notice.id}:${channel}`, notice }, AbortSignal.timeout(sendTimeoutMs))
      .catch((): Sent => ({ kind: "failed", why: "it failed", afterMs: null }));
    // Whoever asked is told: nothing is lost.
    const outcome = sent.kind === "sent" ? "sent" : "failed";
    told({ channel, outcome, key: notice.id, notice, why: sent.kind === "sent" ? sent.said : sent.why });
    return sent;
  };

  return {
    turn() {
      turning ??= work().finally(() => {
        turning = null;
      });
      return turning;
    },
    looked: (rollout) => leading.looked(rollout),
    tripped(trip) {
      const rollout = ports.rollouts().find(({ id }) => id === trip.rollout);
      if (rollout === undefined) return;
      const notice = rolloutNotice(tripTelling(trip), rollout, { ...options, checkpoint: null });
      const taker = (channel: string) => ({ key: `${notice.id}:${channel}`, channel, notice, kept: false });
      lanes.add(lanes.takers(notice).map(taker));
      lanes.turn();
    },
    async status(id, channel) {
      const rollout = ports.rollouts().find((one) => one.id === id);
      if (rollout === undefined) return "unknown";
      const { events } = leading.cursor() ?? readCursor((await ports.outbox.waiting()).cursor) ?? emptyCursor;
      const standing = await standingOf(rollout, ports, { samples: events, sinceMs: null });
      const at = { ...options, nowMs: ports.now(), id: `status-${id}-${randomUUID()}` };
      return once(channel, statusNotice(standing, at));
    },
    test: (channel, by) =>
      once(channel, testNotice(channel, by, { ...options, nowMs: ports.now(), id: `test-${randomUUID()}` })),
    channels: () => lanes.states(leading.cursor() ?? shown),
    async stop() {
      await Promise.all([turning, lanes.stop()]);
    },
  };
}

function tripTelling({ rollout, at, reason, instance }: LocalTripTold) {
  return {
    id: `trip-${instance}-${rollout}-${at}`,
    event: "local-trip",
    severity: "critical",
    at,
    what: `instance ${instance} went back to legacy by itself`,
    why: reason,
    by: `local-trip ${instance}`,
    phase: null,
    verdict: "FAIL",
  } as const;
}
