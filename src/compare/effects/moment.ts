import type { Effect, Json } from "../../model/index.ts";

/** A time so near to an effect is the time of the effect. */
const nowMs = 10 * 60_000;

const dateTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/;
const epoch = /^\d{10}(?:\d{3})?(?:\.\d+)?$/;

/** Members that hold an id of the event or of the request itself. */
const ownId = /^(?:event_?id|message_?id|request_?id|idempotency_?key|correlation_?id|trace_?id|span_?id)$/i;
const random =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{16}|[0-9a-f]{32})$/i;

/**
 * What an effect is matched by: its payload without what is new in each copy, which are WhatsApp's message ids, random ids
 * (UUID, ULID, hex) of the request or the event itself, and times of the moment it was made. Compared is the payload as it is.
 */
export function withoutMoment({ operation, payload, atMs }: Pick<Effect, "operation" | "payload" | "atMs">): Json {
  const isNow = (ms: number): boolean => Math.abs(ms - atMs) <= nowMs;
  // In what is written an `id` names the thing that is written to.
  const isOwn = (name: string): boolean => ownId.test(name) || (operation === "event" && /^id$/i.test(name));
  const still = (value: Json, name: string): Json => {
    if (typeof value === "number") return isNow(value) || isNow(value * 1000) ? 0 : value;
    if (typeof value === "string") {
      if (value.startsWith("wamid.")) return "wamid";
      if (isOwn(name) && random.test(value)) return "id";
      if (dateTime.test(value) && isNow(Date.parse(value))) return "now";
      return epoch.test(value) && (isNow(Number(value)) || isNow(Number(value) * 1000)) ? "now" : value;
    }
    if (typeof value !== "object" || value === null) return value;
    if (isList(value)) return value.map((each) => still(each, name));
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, still(member, key)]));
  };
  return still(payload, "");
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Members that name the request, the event or the conversation that something was done in, and not what it was done to. */
const names =
  /^(?:event|message|request|correlation|trace|span|session|idempotency)_?id$|^(?:idempotency|correlation)_?key$/i;
const thing = /(?:^|[_-])(?:id|ID)$|^Id$|[a-z](?:Id|ID)$/;

/** Whether a member names the thing that something is done to: another value is another thing. */
export function namesThing(name: string): boolean {
  return thing.test(name) && !names.test(name);
}
