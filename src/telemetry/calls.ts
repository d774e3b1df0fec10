import type { CallRecord, ExchangeRecord, Side } from "../model/index.ts";

/** A side's last call about an item; undefined: it was not called. */
export function callOf({ calls }: ExchangeRecord, side: Side, item: number): CallRecord | undefined {
  return calls.findLast((call) => call.side === side && call.items.includes(item));
}

/** Legacy's, or that of a twin in its place. */
export function legacyCallOf(record: ExchangeRecord, item: number): CallRecord | undefined {
  return callOf(record, "legacy", item) ?? callOf(record, "twin", item);
}

/**
 * When an item's comparison could begin: both answers were there, and what the sides did outside for the delivery was done.
 * Milliseconds since the delivery was received.
 */
export function comparedAt(record: ExchangeRecord, item: number): number {
  const answers = [legacyCallOf(record, item), callOf(record, "candidate", item)].flatMap((call) => call ?? []);
  const ends = [...answers, ...record.egress].map(({ endMs }) => endMs);
  return ends.length === 0 ? record.latencyMs : Math.max(...ends);
}
