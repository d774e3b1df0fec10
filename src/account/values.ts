import type { ExchangeRecord, ItemRecord } from "../model/index.ts";

/** Whether there is anything in it of what the sides had, beyond types, lengths and hashes. */
export function hasValues({ items }: Pick<ExchangeRecord, "items">): boolean {
  return items.some(({ divergences }) => divergences.some(({ values }) => values !== undefined));
}

export function withoutValues(item: ItemRecord): ItemRecord {
  if (item.divergences.every(({ values }) => values === undefined)) return item;
  return { ...item, divergences: item.divergences.map(({ values: _values, ...divergence }) => divergence) };
}

/** An exchange as it may be kept at a time: without values once these are over their time. */
export function keptAt(record: ExchangeRecord, now: number): ExchangeRecord {
  const { valuesUntil = now, ...rest } = record;
  return valuesUntil > now ? record : { ...rest, items: rest.items.map(withoutValues) };
}
