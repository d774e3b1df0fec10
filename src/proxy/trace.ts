import { headerValue, type RawHeaders } from "../http/index.ts";
import { randomHex, type Trace } from "../model/index.ts";

/** Decides at the head whether a trace is recorded. `compared`: items of the delivery may be compared. */
export type Sampler = (traceId: string, parent: { readonly sampled: boolean } | null, compared: boolean) => boolean;

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const zeroTrace = "0".repeat(32);
const zeroSpan = "0".repeat(16);

/** The trace a delivery belongs to (W3C Trace Context, section 3.2): the client's where it sent a valid one, else a new one. */
export function traceOf(headers: RawHeaders, sampler: Sampler, compared: boolean): Trace {
  const header = headerValue(headers, "traceparent");
  const match = header === null ? null : form.exec(header);
  const [, version, traceId = "", parentSpanId = "", flags = "00", rest] = match ?? [];
  const usable =
    match !== null &&
    version !== "ff" &&
    !(version === "00" && rest !== undefined) &&
    traceId !== zeroTrace &&
    parentSpanId !== zeroSpan;
  if (!usable) {
    const fresh = randomHex(16);
    return {
      traceId: fresh,
      spanId: randomHex(8),
      parentSpanId: null,
      tracestate: null,
      sampled: sampler(fresh, null, compared),
    };
  }
  const parentSampled = (Number.parseInt(flags, 16) & 1) === 1;
  return {
    traceId,
    spanId: randomHex(8),
    parentSpanId,
    tracestate: headerValue(headers, "tracestate"),
    sampled: sampler(traceId, { sampled: parentSampled }, compared),
  };
}

/** `traceparent` for a side: our trace, the side's own span. */
export function traceparent(trace: Trace, spanId: string): string {
  return `00-${trace.traceId}-${spanId}-${trace.sampled ? "01" : "00"}`;
}
