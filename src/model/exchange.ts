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

/** One side's part of an exchange. Times are milliseconds since the delivery was received. */
export interface SideRecord {
  readonly spanId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly latencyMs: number;
  readonly waitedMs: number;
  /** null: no complete answer, see `failure`. */
  readonly status: number | null;
  readonly failure: Failure | null;
}

export interface FlagRecord {
  readonly flag: string;
  readonly value: boolean;
  readonly reason: string;
}

/** One item of an exchange after its final state. */
export interface ItemRecord {
  readonly kind: string;
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
}

/** A delivery with everything its sides did, as it leaves the data plane: plain data, nothing personal. */
export interface ExchangeRecord {
  readonly exchange: string;
  readonly route: string;
  readonly method: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly flagVersion: number;
  readonly trace: Trace;
  readonly answeredBy: Side | "sombra";
  /** What the client got; null: it was gone, or the answer broke off. */
  readonly status: number | null;
  /** From receipt to the last byte of the answer. */
  readonly latencyMs: number;
  /** What the proxy itself added to the answer. */
  readonly overheadMs: number;
  readonly sides: Partial<Readonly<Record<Side, SideRecord>>>;
  readonly items: readonly ItemRecord[];
}
