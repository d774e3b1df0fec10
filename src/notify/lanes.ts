import type { Cursor } from "./cursor.ts";
import { createLane, type Lane, type LaneOptions, type LaneState, type Waiting } from "./lane.ts";
import { isAtLeast, type Notice } from "./notice.ts";
import type { Channel } from "./notifier-ports.ts";

export interface ChannelState extends LaneState {
  readonly channel: string;
  /** When something got there last, ISO 8601; null: nothing did, or it is not known here. */
  readonly reached: string | null;
  /** What was given up since; null: nothing. */
  readonly lost: Cursor["lost"][string] | null;
}

export interface Lanes extends Pick<Lane, "letGo" | "turn" | "settled" | "forget"> {
  /** Channels that want it. */
  takers(notice: Notice): readonly string[];
  add(waiting: readonly (Waiting & { readonly channel: string })[]): void;
  states(cursor: Cursor): readonly ChannelState[];
  stop(): Promise<void>;
}

/** A lane for each channel. */
export function createLanes(channels: readonly Channel[], options: Pick<LaneOptions, "now" | "told">): Lanes {
  const lanes = new Map<string, Lane>(
    channels.map(({ name, send }) => [name, createLane({ channel: name, send, ...options })]),
  );
  const all = (): readonly Lane[] => [...lanes.values()];
  return {
    takers: ({ event, severity }) =>
      channels
        .filter(({ events }) => events === null || events.some((one) => one === event))
        .filter((channel) => isAtLeast(severity, channel.severity))
        .map(({ name }) => name),
    add(waiting) {
      for (const [name, lane] of lanes) lane.add(waiting.filter(({ channel }) => channel === name));
    },
    letGo() {
      for (const lane of all()) lane.letGo();
    },
    turn() {
      for (const lane of all()) lane.turn();
    },
    settled: () => all().flatMap((lane) => lane.settled()),
    forget(keys) {
      for (const lane of all()) lane.forget(keys);
    },
    states: ({ lost, reached }) =>
      [...lanes].map(([channel, lane]) => ({
        channel,
        ...lane.state(),
        reached: reached[channel] ?? null,
        lost: lost[channel] ?? null,
      })),
    async stop() {
      await Promise.all(all().map((lane) => lane.stop()));
    },
  };
}
