import type { Clock } from "../lib/clock.ts";
import type { Effect, Outcome, Side } from "../model/index.ts";
import type { Delivery, Errand, Judgement } from "../proxy/index.ts";
import type { Mirrored } from "./mirrored.ts";
import type { Ticket } from "./order.ts";
import type { Settled } from "./settling.ts";

/** A side's call as the record shows it. */
export interface SidePart {
  readonly side: Side;
  /** What it was asked; null: the delivery as it came, before anything was judged. */
  readonly errand: Errand | null;
  readonly spanId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
}

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
  /** The judgement is known: how many items there are. */
  readonly counted: (following: Following) => void;
  /** Calls the candidate when there is room, and tells `called`; or `shed`. */
  readonly call: (following: Following, mirrored: Mirrored, body: Buffer) => void;
  readonly compare: (following: Following, mirrored: Mirrored, pair: OutcomePair) => void;
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
}

/** Waits for what the sides do outside, which may be long after they answered. */
export interface AwaitEffects<Following> {
  /** A delivery is judged. */
  opened(following: Following): void;
  /** Legacy answers in the candidate's place. */
  fellBack(following: Following): void;
  /** Calls `done` once, with the final state of each item: at once where nothing is waited for. */
  settle(following: Following, settled: readonly Settled[], done: Done): void;
  /** Waits no longer, now or later. */
  drain(): void;
}

/** `effects`: by item; empty where nobody was waited for. */
export type Done = (settled: readonly Settled[], effects: readonly ItemEffects[]) => void;
