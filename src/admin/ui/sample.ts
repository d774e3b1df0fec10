/** Exchanges for tests, and what the data plane would count of them. */
import type { Tally } from "../../account/index.ts";
import type { Divergence, ExchangeRecord, ItemRecord } from "../../model/index.ts";

export const sampleDivergence: Divergence = {
  where: "answer",
  path: "/body/messages/0/id",
  kind: "changed",
  severity: "critical",
  signature: "00000000000000aa",
  legacy: { type: "string", length: 12, hash: "0123456789abcdef" },
  candidate: { type: "absent" },
  change: "string>absent",
  noise: null,
  downstream: false,
};

export function sampleItem(changes: Partial<ItemRecord> = {}): ItemRecord {
  return {
    kind: "message.text",
    id: "00000000000000ff",
    shopper: "9f86d081884c7d65",
    mode: "dual-run",
    reason: "percent",
    flags: [{ flag: "CANONICAL", value: true, reason: "percent" }],
    state: { state: "compared", substate: "divergent" },
    divergences: [sampleDivergence],
    divergenceCount: 1,
    addedLatencyMs: 4.1,
    compareMs: 0.2,
    orderUncertain: false,
    overlapping: false,
    story: null,
    effects: [{ side: "legacy", kind: "send.text", disposition: "released" }],
    ...changes,
  };
}

export function sampleRecord(changes: Partial<ExchangeRecord> = {}): ExchangeRecord {
  const call = { items: [0], spanId: "00f067aa0ba902b7", startMs: 0.25, endMs: 11, latencyMs: 10.75, waitedMs: 0 };
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
    mode: "dual-run",
    answeredBy: "legacy",
    status: 200,
    latencyMs: 12.5,
    overheadMs: 0.4,
    egress: [],
    calls: [
      { side: "legacy", ...call, status: 200, failure: null },
      { side: "candidate", ...call, status: null, failure: "timeout" },
    ],
    items: [sampleItem()],
    ...changes,
  };
}

/** What the data plane would count of an exchange. */
export function tallyExchange(tally: Tally, record: ExchangeRecord): void {
  const { route, exchange, receivedAt: at } = record;
  for (const { kind, state, divergences, shopper } of record.items) {
    tally.counter("sombra_items_total", { route, state: state.state, substate: state.substate }).add();
    if (state.state === "compared") tally.counter("sombra_items_compared_total", { route, item_kind: kind }).add();
    if (state.state !== "compared" && divergences.length === 0) continue;
    tally.compared(exchange, { route, itemKind: kind, at, shopper }, divergences);
  }
  tally.keep(record);
}
