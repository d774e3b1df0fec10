import type { Replace } from "./canonical.ts";

/** A time so near to a call is the time of the call. */
const nowMs = 10 * 60_000;

const dateTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/;
const epoch = /^\d{10}(?:\d{3})?(?:\.\d+)?$/;

/** Members that hold an id of the event or of the request itself. */
const ownId = /^(?:id|event_?id|message_?id|request_?id|idempotency_?key|correlation_?id|trace_?id|span_?id)$/i;
const random =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{16}|[0-9a-f]{32})$/i;

/**
 * Takes out of a payload what is new in each: WhatsApp's message ids, random ids (UUID, ULID, hex) in members that hold
 * the id of the thing itself, and times of the moment it was made.
 */
export function withoutMoment(atMs: number): Replace {
  const isNow = (ms: number): boolean => Math.abs(ms - atMs) <= nowMs;
  return (value, name) => {
    if (typeof value === "number") return isNow(value) || isNow(value * 1000) ? 0 : value;
    if (typeof value !== "string") return value;
    if (value.startsWith("wamid.")) return "wamid";
    if (ownId.test(name) && random.test(value)) return "id";
    if (dateTime.test(value) && isNow(Date.parse(value))) return "now";
    return epoch.test(value) && (isNow(Number(value)) || isNow(Number(value) * 1000)) ? "now" : value;
  };
}
