import { headerValue, type RawHeaders } from "../http/index.ts";

const exchangeForm = /^[\w-]{1,64}$/;

export function exchangeOf(raw: RawHeaders): string | null {
  const exchange = headerValue(raw, "x-sombra-exchange");
  return exchange !== null && exchangeForm.test(exchange) ? exchange : null;
}

/** W3C Trace Context, section 3.2.2. */
const traceparentForm = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/;

export function traceIdOf(raw: RawHeaders): string | null {
  const header = headerValue(raw, "traceparent");
  return header === null ? null : (traceparentForm.exec(header)?.[1] ?? null);
}
