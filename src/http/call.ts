import type { Readable } from "node:stream";
import type { CallError } from "./failure.ts";
import type { RawHeaders } from "./headers.ts";

/** A request to an upstream. */
export interface CallRequest {
  readonly method: string;
  /** Origin form, absolute form or `*`, as it is to appear on the request line. */
  readonly target: string;
  /** Every field to send, `host` included; hop-by-hop fields are the transport's. */
  readonly headers: string[];
  /** A stream is sent as it arrives. */
  readonly body: Buffer | Readable | null;
  /** Sent with `transfer-encoding: chunked` instead of a content-length. */
  readonly chunked: boolean;
  /** Read when the body has ended; chunked only (RFC 9112 section 7.1.2). */
  readonly trailers?: () => RawHeaders;
}

/** Holds an answer back while its receiver is slower than its sender. */
export interface Flow {
  pause(): void;
  resume(): void;
}

/**
 * Where a call reports to. Order: `requestSent`, `informational`*, `start`, `data`*, then exactly one of `end` and
 * `failed`. An answer may start before the request is sent. Only `start` and `end` may throw, which makes the answer a
 * `bad-answer`.
 */
export interface CallSink {
  /** The last byte of the request is written. */
  requestSent?(): void;
  informational?(status: number, headers: RawHeaders): void;
  start(status: number, reason: string, headers: RawHeaders, flow: Flow): void;
  data(chunk: Buffer): void;
  end(trailers: RawHeaders): void;
  failed(error: CallError): void;
}

/** A call under way. Aborting reports `failed` unless the call is over. */
export interface Call {
  abort(error: CallError): void;
}

/** Calls one upstream: synchronous, never throws, calls a side once. */
export interface Transport {
  call(request: CallRequest, sink: CallSink): Call;
  /** Open connections end when their calls do. */
  close(): Promise<void>;
  /** Ends everything at once. */
  destroy(): Promise<void>;
}
