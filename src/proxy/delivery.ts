import type {
  FlagRecord,
  Item,
  Mode,
  NotKept,
  Outcome,
  RequestHead,
  Route,
  Side,
  SkipReason,
  Trace,
} from "../model/index.ts";
import type { Snapshot } from "../flags/index.ts";

/** One HTTP request received, with the flags in force when it came: one snapshot from here on. */
export interface Delivery {
  /** Exchange id, 24 hex digits. */
  readonly exchange: string;
  readonly route: Route;
  readonly head: RequestHead;
  /** Handshakes, health checks and the like make none: they are answered, and nothing more. */
  readonly makesItems: boolean;
  /** The body came with `transfer-encoding: chunked`. */
  readonly chunked: boolean;
  /** Of HTTP; absent: it came over no connection. */
  readonly protocolVersion?: string;
  /** Monotonic milliseconds. */
  readonly receivedMs: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly trace: Trace;
  readonly snapshot: Snapshot;
}

/** What the flags say of one item. */
export interface JudgedItem {
  readonly item: Item;
  readonly mode: Mode;
  readonly reason: string;
  readonly flags: readonly FlagRecord[];
  /** Why it is not compared; null: it is mirrored, or its cutover may end otherwise. */
  readonly skip: SkipReason | null;
  /** Of a cutover: why legacy does not get it in reverse shadow; null: it does, once the candidate has answered. */
  readonly unreversed: SkipReason | null;
  /** Delivered before; null: not that we know. */
  readonly story: Story | null;
}

/** The deliveries of an item that was delivered before, the first first and this one last. */
export type Story = readonly {
  readonly exchange: string;
  /** What legacy answered; null: nothing (so far). */
  readonly legacyStatus: number | null;
}[];

/** A delivery in the memory of redeliveries. */
export interface Sighting {
  /** For all its items. */
  answered(legacyStatus: number): void;
  /** The candidate was not called with this item after all: the next delivery of it is a first one. */
  forget(id: string | null): void;
}

/** One request to one side. */
export interface Errand {
  /** In whose place it is done: in reverse shadow a twin may stand in for legacy. */
  readonly side: "legacy" | "candidate";
  readonly mode: Mode;
  /** Indices of the items it is about; the first one bears the verdict on its answer. */
  readonly items: readonly number[];
  /** What all of these items have in common. */
  readonly flags: readonly FlagRecord[];
  /** Cut out for these items; null: the bytes as they came. */
  readonly body: Buffer | null;
  /** In place of the fields as received; null: these. */
  readonly headers: readonly string[] | null;
}

/** What the flags say of a delivery. */
export interface Judgement {
  /** At least one, as in the delivery. */
  readonly items: readonly JudgedItem[];
  /** Whose answer counts: one side's, or both sides' each for its items. None: all was answered before, with 200. */
  readonly answering: readonly Errand[];
  /** Calls beside the answer, at most one per mode: to the candidate, in a cutover to legacy. */
  readonly mirrored: readonly Errand[];
  /** What of `mirrored` the twin gets as well, in legacy's place. */
  readonly twins: readonly Errand[];
  /** null: nothing of it is remembered. */
  readonly sighting: Sighting | null;
}

/** Evaluates the flags of a delivery once. Never throws: on doubt legacy answers and nothing is mirrored. */
export type Judge = (delivery: Delivery, body: Buffer) => Judgement | Promise<Judgement>;

/** How a delivery was answered. Times are monotonic milliseconds. */
export interface AnswerReport {
  readonly answeredBy: Side | "sombra";
  /** What the client got; null: nothing, or a part. */
  readonly status: number | null;
  readonly doneMs: number;
  /** What the proxy added; null where no side gave a complete answer. */
  readonly overheadMs: number | null;
  /** What each side did that was asked for the answer, in order; empty where the client went first. */
  readonly asked: readonly AskedSide[];
  /** Gives back the memory of the kept bodies: to be called once, when nobody needs them any more. */
  readonly release: () => void;
}

export interface AskedSide {
  readonly side: "legacy" | "candidate";
  /** null: asked before anything was judged, for all items. */
  readonly errand: Errand | null;
  readonly spanId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
}

/** One delivery as the shadow side follows it. Its methods are synchronous, hand the work on, and never throw. */
export interface Watch {
  /** Whether somebody may compare the answer: its body is kept then. */
  readonly keepsAnswer: boolean;
  /** The last byte of the request is in, and it is being judged for the answer. At most once, before `received`. */
  arrived(): void;
  /** The last byte of the request is in. At most once. `judgement`: where the answer had to wait for one. */
  received(body: Buffer | NotKept, judgement: Judgement | null): void;
  /** The answer is out, or broke off. Exactly once, and last. */
  answered(report: AnswerReport): void;
}

/** Offers a delivery to the shadow side. Synchronous, never throws. */
export type Offer = (delivery: Delivery) => Watch;
