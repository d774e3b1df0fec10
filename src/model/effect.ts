import type { Json } from "./json.ts";
import type { Side } from "./side.ts";

/**
 * What became of an outbound call.
 * - `held`: answered here, nothing went on
 * - `released`: the outside answered
 * - `failed`: the outside gave no complete answer
 * - `refused`: neither held nor sent on
 */
export type Disposition = "held" | "released" | "failed" | "refused";

/** What stands for the bytes of a body. */
export interface BodyDigest {
  /** Bytes of the body; of a multipart form, of its file. */
  readonly size: number;
  /** SHA-256 of the same, in hex. */
  readonly sha256: string;
  /** Media type of the same, without parameters and in lower case; null: not declared. */
  readonly type: string | null;
}

/** One outbound call of a side, as the egress saw it. Full of personal data: it stays in the process. */
export interface RecordedCall {
  readonly side: Side;
  /** A configured name: `graph`, `lookaside`, ... */
  readonly upstream: string;
  readonly method: string;
  /** Target below the upstream's base URL, with its query. */
  readonly target: string;
  readonly contentType: string | null;
  /** null: not kept; `digest` stands for it. */
  readonly body: Buffer | null;
  readonly digest: BodyDigest | null;
  /** What the side got; null: no complete answer. Its body is null where it was too long to keep. */
  readonly answer: { readonly status: number; readonly body: Buffer | null } | null;
  /** Milliseconds since the epoch, on arrival. */
  readonly atMs: number;
  readonly disposition: Disposition;
  /** Of its `traceparent`. */
  readonly traceId: string | null;
  /** Of its `x-sombra-exchange`. */
  readonly exchange: string | null;
}

/** What a side says it did where there is no call to see (SPEC 5). */
export interface DeclaredEffect {
  readonly side: Side;
  /** `event`: a canonical event was published; `publish-failure`: it could not be; `assignment`: a routing assignment. */
  readonly kind: "event" | "publish-failure" | "assignment";
  /** The type of the event or of the assignment. */
  readonly name: string;
  readonly payload: unknown;
  /** Milliseconds since the epoch, on arrival. */
  readonly atMs: number;
  readonly disposition: Disposition;
  readonly traceId: string | null;
  readonly exchange: string | null;
}

/** What a trace shows of an outbound call: nothing personal. */
export interface CallFacts {
  /** A configured name. */
  readonly upstream: string;
  readonly method: string;
  /** With `{id}` in the place of what varies; null: it is not known how its paths are made up. */
  readonly path: string | null;
  /** Where it went; null: nowhere. */
  readonly server: { readonly address: string; readonly port: number } | null;
  /** What the side was answered; null: nothing. */
  readonly status: number | null;
  /** From its head to the last byte of its answer. */
  readonly durationMs: number;
  /** The span that it was made in, of its `traceparent`, and whether that is recorded. */
  readonly parentSpanId: string | null;
  readonly sampled: boolean;
}

/** How an effect is matched and how grave it is; what it is more exactly is its kind. */
export type EffectOperation = "send" | "mark-read" | "typing" | "media" | "read" | "write" | "event";

/**
 * One thing a side did outside, in a form in which equal effects of two sides are equal: spelling is taken out of the
 * payload, and of messages the ids that stand beside it. Full of personal data: it stays in the process.
 */
export interface Effect {
  readonly side: Side;
  readonly operation: EffectOperation;
  /** A bounded word: `send.text`, `mark-read`, `media-upload`, `write.crm`, `event.order_created`. */
  readonly kind: string;
  /** Whom it reaches: digits of a phone number in their one spelling, or another id as it is. */
  readonly recipient: string | null;
  /** The business's phone number id it goes out from. */
  readonly phone: string | null;
  /** Method and path, of calls of which nothing more is known. */
  readonly target: string | null;
  /** What is done, members in the order of their names; numbers are marked as `parseMarked` does. */
  readonly payload: Json;
  /** The message it names: `message_id` of mark-as-read and typing, of a quote or of a reaction. */
  readonly refersTo: string | null;
  /** Ids of media that the payload named, in their order there. */
  readonly ids: readonly string[];
  /** Ids in the answer: a send's wamids, an upload's media id. */
  readonly produced: readonly string[];
  /** Whether the side was told that it worked. */
  readonly succeeded: boolean;
  readonly atMs: number;
  readonly disposition: Disposition;
  readonly traceId: string | null;
  readonly exchange: string | null;
  /** Of a call, where traces are made. */
  readonly call?: CallFacts;
}
