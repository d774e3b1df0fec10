/** Facts for tests: what a test does not name is of no importance to it. */
import type { Divergence, ExchangeRecord } from "../model/index.ts";
import type { Batch } from "./batch.ts";

export function sampleDivergence(changes: Partial<Divergence> = {}): Divergence {
  return {
    where: "answer",
    path: "/status",
    kind: "changed",
    severity: "critical",
    signature: "00000000000000aa",
    legacy: 200,
    candidate: 500,
    ...changes,
  };
}

export function sampleRecord(changes: Partial<ExchangeRecord> = {}): ExchangeRecord {
  return {
    exchange: "e1",
    route: "default",
    method: "POST",
    receivedAt: Date.parse("2026-01-02T03:04:05.000Z"),
    flagVersion: 1,
    trace: {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      parentSpanId: null,
      tracestate: null,
      sampled: false,
    },
    mode: "legacy",
    answeredBy: "legacy",
    status: 200,
    latencyMs: 12.5,
    overheadMs: 0.4,
    calls: [],
    items: [],
    ...changes,
  };
}

export function sampleBatch(changes: Partial<Batch> = {}): Batch {
  return {
    seq: 1,
    at: Date.parse("2026-01-02T03:04:05.100Z"),
    counts: [],
    histograms: [],
    gauges: [],
    groups: [],
    pending: {},
    records: [],
    recordsDropped: 0,
    ...changes,
  };
}
