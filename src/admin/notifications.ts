import type { Check } from "./check.ts";

/** A channel, as far as it is told. */
export interface ToldChannel {
  readonly channel: string;
  readonly kind: "slack" | "webhook" | "email";
  /** Messages that it has still to take, as far as this instance knows. */
  readonly waiting: number;
  /** Why the oldest could not be sent yet; null: there is no problem. */
  readonly problem: string | null;
  /** When something got there last, ISO 8601; null: it is not known. */
  readonly reached: string | null;
  /** What was given up since then. */
  readonly lost: { readonly count: number; readonly at: string; readonly why: string } | null;
  /** What came of its last test; null: it was never tested. */
  readonly tested: ChannelTest | null;
}

export interface ChannelTest {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
  readonly ok: boolean;
  /** By the receiver, or why it could not be asked. */
  readonly said: string;
}

export type StatusAnswer =
  | { readonly kind: "sent"; readonly said: string }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "unknown" };

/** What this port asks of those who tell people. */
export interface NotificationsDeps {
  readonly channels: () => readonly ToldChannel[];
  /** Sends a test by every channel, or by one, and keeps what came of it; null: there is no such channel. */
  test(by: string, channel: string | null): Promise<readonly Check[] | null>;
  /** Sends a status of a rollout by a channel, once and now. */
  status(rollout: string, channel: string): Promise<StatusAnswer>;
}
