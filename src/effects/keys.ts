import { headerValue, type RawHeaders } from "../http/index.ts";

const exchangeForm = /^[\w-]{1,64}$/;

export function exchangeOf(raw: RawHeaders): string | null {
  const exchange = headerValue(raw, "x-sombra-exchange");
  return exchange !== null && exchangeForm.test(exchange) ? exchange : null;
}

/** W3C Trace Context, section 3.2.2. */
const traceparentForm = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})/;

/** What a `traceparent` says: nulls where there is none. */
export interface CallTrace {
  readonly traceId: string | null;
  readonly parentSpanId: string | null;
  readonly sampled: boolean;
}

export function traceOf(raw: RawHeaders): CallTrace {
  const header = headerValue(raw, "traceparent");
  const [, traceId = null, parentSpanId = null, flags = "00"] = traceparentForm.exec(header ?? "") ?? [];
  return { traceId, parentSpanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
