import type {
  FlagRecord,
  Identity,
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
  /** Monotonic milliseconds. */
  readonly receivedMs: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly trace: Trace;
  readonly snapshot: Snapshot;
}

/** What the flags say of a delivery. */
export interface Judgement {
  readonly identity: Identity;
  readonly mode: Mode;
  readonly reason: string;
  readonly flags: readonly FlagRecord[];
  /** Why nothing is mirrored; null: shadow, dual-run or cutover. */
  readonly skip: SkipReason | null;
  /** What the candidate gets in place of the fields as received; null: these. */
  readonly candidateHeaders: readonly string[] | null;
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
  readonly spanId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
}

/** One delivery as the shadow side follows it. Its methods are synchronous, hand the work on, and never throw. */
export interface Watch {
  /** Whether somebody may compare the answer: its body is kept then. */
  readonly keepsAnswer: boolean;
  /** The last byte of the request is in. At most once. `judgement`: where the answer had to wait for one. */
  received(body: Buffer | NotKept, judgement: Judgement | null): void;
  /** The answer is out, or broke off. Exactly once, and last. */
  answered(report: AnswerReport): void;
}

/** Offers a delivery to the shadow side. Synchronous, never throws. */
export type Offer = (delivery: Delivery) => Watch;
