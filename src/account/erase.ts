import type { ExchangeRecord, ItemRecord } from "../model/index.ts";

/** Anywhere in it: one answer to a call of many items is compared under the first of them. */
function isFree(item: ItemRecord, hashes: readonly string[]): boolean {
  const text = JSON.stringify(item);
  return !hashes.some((hash) => text.includes(hash));
}

/** Whether an exchange has nothing to do with these hashes, of shoppers or of ids of items. */
export function bearsNone({ items }: ExchangeRecord, hashes: readonly string[]): boolean {
  return items.every((item) => isFree(item, hashes));
}

/**
 * An exchange without the items that bear one of these hashes; null: nothing is left. Their places in the calls go with
 * them, so that what is left points at the right ones.
 */
export function without(record: ExchangeRecord, hashes: readonly string[]): ExchangeRecord | null {
  const left = record.items.flatMap((item, at) => (isFree(item, hashes) ? [at] : []));
  if (left.length === 0) return null;
  const placeOf = new Map(left.map((at, place) => [at, place]));
  return {
    ...record,
    items: record.items.filter((_, at) => placeOf.has(at)),
    calls: record.calls.map((call) => ({
      ...call,
      items: call.items.flatMap((at) => placeOf.get(at) ?? []),
    })),
  };
}
