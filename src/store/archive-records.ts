import { z } from "zod";
import type { ArchiveBatch, ArchiveLimits, CountDelta, Labels } from "../account/index.ts";
import type { ExchangeRecord } from "../model/index.ts";

/** An exchange as it is kept. */
export interface KeptRecord {
  readonly id: string;
  readonly at: number;
  readonly bytes: number;
  readonly text: string;
  /** As that of the exchange. */
  readonly valuesUntil?: number;
}

/** A batch with its exchanges as text: those that a group shows, as far as they are not too long. */
export interface WritableBatch extends Omit<ArchiveBatch, "records"> {
  readonly records: readonly KeptRecord[];
}

/** How many divergences of an item are left, step by step, until an exchange fits. */
const CUTS = [20, 5, 0] as const;

export function writable(batch: ArchiveBatch, { exchangeBytes }: ArchiveLimits): WritableBatch {
  const shown = new Set(batch.groups.flatMap(({ examples }) => examples));
  const records: KeptRecord[] = [];
  let dropped = 0;
  for (const record of batch.records) {
    if (!shown.has(record.exchange)) continue;
    const kept = keptOf(record, exchangeBytes);
    if (kept === null) dropped += 1;
    else records.push(kept);
  }
  if (dropped === 0) return { ...batch, records };
  const lost: CountDelta = { name: "sombra_details_dropped_total", labels: { detail: "example" }, delta: dropped };
  return { ...batch, records, counts: [...batch.counts, lost] };
}

/** null: it is too long even without its divergences. */
function keptOf(record: ExchangeRecord, maxBytes: number): KeptRecord | null {
  const { valuesUntil } = record;
  const until = valuesUntil === undefined ? {} : { valuesUntil };
  for (const most of [Number.POSITIVE_INFINITY, ...CUTS]) {
    const items = record.items.map((item) =>
      item.divergences.length <= most ? item : { ...item, divergences: item.divergences.slice(0, most) },
    );
    const text = JSON.stringify({ ...record, items });
    const bytes = Buffer.byteLength(text);
    if (bytes <= maxBytes) return { id: record.exchange, at: record.receivedAt, bytes, text, ...until };
  }
  return null;
}

const recordShape = z.looseObject({
  exchange: z.string(),
  calls: z.array(z.looseObject({})),
  items: z.array(z.looseObject({})),
});
const isRecord = (value: unknown): value is ExchangeRecord => recordShape.safeParse(value).success;

/** null: the text is not what was written. */
export function readRecord(text: string): ExchangeRecord | null {
  const value = parsed(text);
  return isRecord(value) ? value : null;
}

/** The same whatever order labels are written in. */
export function labelsText(labels: Labels): string {
  return JSON.stringify(Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

const labelsShape = z.record(z.string(), z.string());
const pendingShape = z.record(z.string(), z.number());

export function readLabels(text: string): Labels {
  return labelsShape.catch({}).parse(parsed(text));
}

export function readPending(text: string): Readonly<Record<string, number>> {
  return pendingShape.catch({}).parse(parsed(text));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
