import type { Clock } from "../lib/clock.ts";
import type { Effect, Outcome, Verdict } from "../model/index.ts";
import type { Delivery, Errand, Judgement } from "../proxy/index.ts";
import type { Mirrored } from "./mirrored.ts";
import type { Ticket } from "./order.ts";
import type { Settled } from "./settling.ts";

/** Two outcomes of the items of a call. */
export interface OutcomePair {
  readonly legacy: Outcome;
  readonly candidate: Outcome;
  /** Whether both sides got the same items. */
  readonly alike: boolean;
}

/** What a `Following` asks of the mirror it belongs to. */
export interface FollowingDeps<Following> {
  readonly judge: (delivery: Delivery, body: Buffer) => Judgement | Promise<Judgement>;
  /** Nobody can be anything but `legacy` on this snapshot: answers need not be kept. */
  readonly quiet: (delivery: Delivery) => boolean;
  /** Takes a delivery's place in the order of its shoppers. */
  readonly arrive: (delivery: Delivery) => Ticket;
  /** The same in the order in which the twin gets them; null: it gets nothing. */
  readonly arriveTwin: (delivery: Delivery) => Ticket | null;
  /** The judgement is known: how many items there are. */
  readonly counted: (following: Following) => void;
  /** Calls the side that does not answer when there is room, and tells `called`; or `shed`. */
  readonly call: (following: Following, mirrored: Mirrored, body: Buffer) => void;
  readonly callTwin: (following: Following, mirrored: Mirrored, body: Buffer) => void;
  readonly compare: (following: Following, mirrored: Mirrored, pair: OutcomePair) => void;
  /** How the twin's answer differs from legacy's; null: it cannot be said. */
  readonly compareTwin: (
    following: Following,
    mirrored: Mirrored,
    pair: OutcomePair,
  ) => Verdict | null | Promise<Verdict | null>;
  /** A call that the twin was to get has got no answer. */
  readonly missedTwin: (following: Following, mirrored: Mirrored) => void;
  /** Legacy answered in the candidate's place. */
  readonly fellBack: (following: Following) => void;
  /** What the answers say of every item is known. */
  readonly close: (following: Following, settled: readonly Settled[]) => void;
  readonly clock: Clock;
  readonly fault: (operation: string, error: unknown) => void;
}

/** What the sides did outside for an item. */
export interface ItemEffects {
  readonly legacy: readonly Effect[];
  readonly candidate: readonly Effect[];
  readonly twin: readonly Effect[];
}

/** Waits for what the sides do outside, which may be long after they answered. */
export interface AwaitEffects<Following> {
  /** A delivery is judged. */
  opened(following: Following): void;
  /** Legacy answers in the candidate's place. */
  fellBack(following: Following): void;
  /**
   * The candidate has answered, and legacy is about to get what this errand says. False: it must not, as what it would do
   * could not be told from what it does for itself. Never rejects.
   */
  reversing(following: Following, errand: Errand): boolean | Promise<boolean>;
  /** Calls `done` once, with the final state of each item: at once where nothing is waited for. */
  settle(following: Following, settled: readonly Settled[], done: Done): void;
  /** Waits no longer, now or later. */
  drain(): void;
}

/** `effects`: by item; empty where nobody was waited for. */
export type Done = (settled: readonly Settled[], effects: readonly ItemEffects[]) => void;
