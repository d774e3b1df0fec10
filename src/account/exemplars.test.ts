import { describe, expect, it } from "vitest";
import type { ExchangeRecord } from "../model/index.ts";
import { createBook } from "./book.ts";
import { sampleBatch, sampleRecord } from "./sample.ts";
import { createTally } from "./tally.ts";

const trace = { ...sampleRecord().trace, sampled: true };
const call = {
  side: "legacy",
  items: [0],
  spanId: "2222222222222222",
  startMs: 0,
  endMs: 12,
  latencyMs: 12,
  waitedMs: 0,
  status: 200,
  failure: null,
} as const;
const candidate = { ...call, side: "candidate", spanId: "3333333333333333", latencyMs: 20, endMs: 20 } as const;
const item: ExchangeRecord["items"][number] = {
  kind: "message.text",
  id: null,
  shopper: null,
  mode: "dual-run",
  reason: "percent",
  flags: [],
  state: { state: "compared", substate: "match" },
  divergences: [],
  divergenceCount: 0,
  addedLatencyMs: 8,
  compareMs: 0,
  orderUncertain: false,
  overlapping: false,
  effects: [],
  story: null,
};
const traced = sampleRecord({ trace, calls: [call, candidate], items: [item] });

/** The histograms of one delivery and what points into its trace: metric, bucket, value and span. */
function pointers(record: ExchangeRecord): readonly unknown[] {
  const tally = createTally(() => 0);
  const route = "default";
  tally.histogram("latency_ms", { route, side: "legacy" }).record(12);
  tally.histogram("latency_ms", { route, side: "candidate" }).record(20);
  tally.histogram("sombra_added_latency_ms", { route }).record(8);
  tally.histogram("sombra_overhead_ms", { route }).record(0.4);
  tally.histogram("sombra_wait_ms", { route }).record(0);
  const book = createBook();
  const batch = tally.drain(0, { pending: {}, gauges: [] });
  book.apply({ ...batch, records: [record] });
  return book
    .series()
    .histograms.flatMap(({ name, buckets, exemplars }) =>
      exemplars.flatMap((exemplar, i) =>
        exemplar === undefined ? [] : [[name, buckets[i], exemplar.value, exemplar.spanId, exemplar.traceId]],
      ),
    );
}

describe("exemplars", () => {
  it("point from the bucket that counted a value to the span that took so long", () => {
    expect(pointers(traced)).toEqual([
      ["latency_ms", 1, 12, call.spanId, trace.traceId],
      ["latency_ms", 1, 20, candidate.spanId, trace.traceId],
      ["sombra_added_latency_ms", 1, 8, candidate.spanId, trace.traceId],
      ["sombra_overhead_ms", 1, 0.4, trace.spanId, trace.traceId],
      ["sombra_wait_ms", 1, 0, candidate.spanId, trace.traceId],
    ]);
  });

  it("are of sampled traces only: the others are nowhere to be looked up", () => {
    expect(pointers({ ...traced, trace: { ...trace, sampled: false } })).toEqual([]);
  });

  it("are not of what no histogram counts: a call that failed, a delivery without items", () => {
    const failed = { ...candidate, status: null, failure: "timeout" } as const;
    const of = pointers({ ...traced, calls: [call, failed], items: [{ ...item, addedLatencyMs: null }] });
    expect(of.map((pointer) => (Array.isArray(pointer) ? pointer[0] : null))).toEqual([
      "latency_ms",
      "sombra_overhead_ms",
      "sombra_wait_ms",
    ]);
    expect(pointers({ ...traced, items: [] })).toEqual([]);
  });

  it("are the newest of their bucket", () => {
    const book = createBook();
    const later = { ...traced, trace: { ...trace, traceId: "1".repeat(32) }, receivedAt: traced.receivedAt + 1 };
    const tally = createTally(() => 0);
    tally.histogram("sombra_overhead_ms", { route: "default" }).record(0.4);
    book.apply({ ...tally.drain(0, { pending: {}, gauges: [] }), records: [traced] });
    book.apply(sampleBatch({ seq: 2, records: [later] }));
    // Over last, and answered first.
    book.apply(sampleBatch({ seq: 3, records: [traced] }));
    const shown = book.series().histograms.flatMap(({ exemplars }) => exemplars.flatMap((one) => one?.traceId ?? []));
    expect(shown).toEqual([later.trace.traceId]);
  });
});
