import type { CallFacts, Disposition, Effect } from "./effect.ts";
import type { Failure } from "./outcome.ts";
import type { Mode, Side } from "./side.ts";
import type { ItemState } from "./state.ts";
import type { Divergence } from "./verdict.ts";

/** Identity of a delivery's trace (W3C Trace Context): hex ids. */
export interface Trace {
  readonly traceId: string;
  /** The server span of the delivery. */
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly tracestate: string | null;
  readonly sampled: boolean;
}

/** What a side says of its own time, in `Server-Timing` of its answer: words and numbers only. */
export interface ServerTiming {
  readonly name: string;
  /** Milliseconds; null: it does not say. */
  readonly durationMs: number | null;
  readonly description: string | null;
}

/** One call to one side. Times are milliseconds since the delivery was received. */
export interface CallRecord {
  readonly side: Side;
  /** Indices of the items it was about. */
  readonly items: readonly number[];
  readonly spanId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly latencyMs: number;
  readonly waitedMs: number;
  /** null: no complete answer, see `failure`. */
  readonly status: number | null;
  readonly failure: Failure | null;
  /** At most 20; absent: none. */
  readonly serverTiming?: readonly ServerTiming[];
}

/** One call of a side through the egress. Times are milliseconds since the delivery was received. */
export interface EgressCallRecord extends Omit<CallFacts, "durationMs" | "sampled"> {
  readonly side: Side;
  /** A bounded word: `send.text`, `mark-read`, ... */
  readonly kind: string;
  readonly disposition: Disposition;
  readonly startMs: number;
  readonly endMs: number;
  /** The span that it was made in: the handler's own where it joined the trace, else that of its side's call. */
  readonly parentSpanId: string;
}

/** A call that no record of an exchange tells of: of an item that was not compared, or after its exchange was over. */
export interface LoneCallRecord {
  readonly traceId: string;
  /** Milliseconds since the epoch, as the times of `call` are counted from. */
  readonly receivedAt: number;
  readonly call: EgressCallRecord;
}

export interface FlagRecord {
  readonly flag: string;
  readonly value: boolean;
  readonly reason: string;
}

/** One item of an exchange after its final state. */
export interface ItemRecord {
  readonly kind: string;
  /** Keyed hash of its id; null: it has none. */
  readonly id: string | null;
  /** Keyed hash of the shopper (or the plain id with `SOMBRA_LOG_SHOPPER=plain`); null: unknown. */
  readonly shopper: string | null;
  readonly mode: Mode;
  readonly reason: string;
  readonly flags: readonly FlagRecord[];
  readonly state: ItemState;
  /** At most 100; `divergenceCount` counts all. */
  readonly divergences: readonly Divergence[];
  readonly divergenceCount: number;
  /** Candidate minus legacy, dual-run only, null where either waited in a queue or gave no complete answer. */
  readonly addedLatencyMs: number | null;
  readonly compareMs: number;
  /** Why its answers were not compared; what the sides did outside was. Absent: they were, or there was nothing to compare. */
  readonly notCompared?: string;
  /** The candidate got it while an earlier item of the shopper may have been under way. */
  readonly orderUncertain: boolean;
  /** Effects could have been of another exchange of the shopper as well: both were compared as one. */
  readonly overlapping: boolean;
  /** What the sides did outside, at most 20, legacy's first: bounded words, nothing personal. */
  readonly effects: readonly Pick<Effect, "side" | "kind" | "disposition">[];
  /** Delivered before: the first delivery, and what legacy said each time (null: no complete answer), oldest first. */
  readonly story: { readonly exchange: string; readonly attempts: readonly (number | null)[] } | null;
}

/** A delivery with everything its sides did, as it leaves the data plane: plain data, nothing personal. */
export interface ExchangeRecord {
  readonly exchange: string;
  readonly route: string;
  readonly method: string;
  /** As spans show it: the route's path, the same with `{rest}` for what is below. Absent: it came over no connection. */
  readonly request?: { readonly route: string; readonly path: string; readonly protocolVersion: string };
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly flagVersion: number;
  readonly trace: Trace;
  /** Of its items the one that goes furthest from `legacy`. */
  readonly mode: Mode;
  readonly answeredBy: Side | "sombra";
  /** What the client got; null: it was gone, or the answer broke off. */
  readonly status: number | null;
  /** From receipt to the last byte of the answer. */
  readonly latencyMs: number;
  /** What the proxy itself added to the answer. */
  readonly overheadMs: number;
  /** In the order they ended. */
  readonly calls: readonly CallRecord[];
  /** What the sides called outside for items that were compared, where traces are made: at most 50, in their order. */
  readonly egress: readonly EgressCallRecord[];
  readonly items: readonly ItemRecord[];
  /** Until when values may be kept (milliseconds since the epoch); there only where there are some. */
  readonly valuesUntil?: number;
}
