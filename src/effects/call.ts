import type { RawHeaders } from "../http/index.ts";
import type { BodyDigest, Side } from "../model/index.ts";

/** What became of an outbound call. */
export type Disposition = "released" | "held" | "failed" | "refused";

/** What a call is for: a look at something, a message to somebody, or any other change. */
export type Purpose = "read" | "send" | "write";

/** A call as it arrived, for whoever decides on it. */
export interface ArrivedCall {
  readonly side: Side;
  readonly upstream: string;
  readonly method: string;
  /** At the upstream, query included. */
  readonly target: string;
  readonly rawHeaders: RawHeaders;
  /** null: a file, or more than is read for a decision. The head has to do. */
  readonly body: Buffer | null;
}

/** Made once per call, and final. */
export interface Verdict {
  /** `refuse`: in doubt. The side is told of a passing failure, never of a success. */
  readonly decision: "hold" | "release" | "refuse";
  /** What the call is tied to; null: nothing known. */
  readonly exchange: string | null;
  /** With `hold`: a rule may release it, if it is no send and not the Graph API's. */
  readonly rulesMayRelease?: boolean;
}

/** An outbound call once it is over. Personal data: what is in it stays in memory. */
export interface RecordedCall {
  readonly side: Side;
  readonly upstream: string;
  readonly method: string;
  /** At the upstream, query included, as the side wrote it. */
  readonly target: string;
  readonly contentType: string | null;
  /** null: it was larger than what is kept, or there was no memory for it. */
  readonly body: Buffer | null;
  /** Received of it, kept or not. */
  readonly bodyBytes: number;
  /** Stands for a body that was not kept; null: it was, or it ended early. */
  readonly digest: BodyDigest | null;
  /** Of the answer that the side got; null: none, or it broke off before its head. */
  readonly status: number | null;
  readonly answerHeaders: RawHeaders;
  /** As it came, content coding included. null as with `body`. */
  readonly answer: Buffer | null;
  /** On the data plane's clock: when its head was in, and when the last byte of its answer was. */
  readonly startMs: number;
  readonly endMs: number;
  readonly disposition: Disposition;
  /** Of its `traceparent`. */
  readonly traceId: string | null;
  readonly parentSpanId: string | null;
  readonly sampled: boolean;
  /** What the verdict tied it to, else its `x-sombra-exchange`. */
  readonly exchange: string | null;
  /** Gives the memory of both bodies back: to be called once by whoever was given the record. The bytes stay valid. */
  release(): void;
}

/** An answer from outside that a side may be given again. */
export interface ReadAnswer {
  readonly status: number;
  readonly rawHeaders: RawHeaders;
  /** As it came, content coding included. */
  readonly body: Buffer;
}

/** What a held call is answered with. */
export interface HeldAnswer {
  readonly status: number;
  /** Name, value, name, value; without the length. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

export interface CallShape {
  readonly method: string;
  /** Target at the upstream. */
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

export interface HeldCall extends CallShape {
  /** The same seed gives the same ids. */
  readonly seed: string;
  /** Where the files of media lookups are: the side's own address of `lookaside`. */
  readonly base: string;
}

export interface Meaning {
  /** A bounded word: `send.text`, `mark-read`, ... */
  readonly kind: string;
  readonly purpose: Purpose;
  /** It asks for what an answer to a held call gave out, which nobody outside knows. */
  readonly own: boolean;
}

/** What Graph API calls mean, and what they are answered with. Pure; never throws. */
export interface GraphShapes {
  read(call: CallShape): Meaning;
  /** A plausible success. */
  answer(call: HeldCall): HeldAnswer;
}
