/** A delivery of which values were kept: what differs in every way, and what is ignored. */
import type { Divergence, ExchangeRecord, ItemRecord } from "../../../model/index.ts";
import { sampleDivergence, sampleItem, sampleRecord } from "../sample.ts";

const text = (length: number, hash: string) => ({ type: "string", length, hash }) as const;
const absent = { type: "absent" } as const;

export function divergence(changes: Partial<Divergence>): Divergence {
  return { ...sampleDivergence, severity: "major", ...changes };
}

export const variedDivergences: readonly Divergence[] = [
  divergence({
    path: "/headers/location",
    kind: "removed",
    signature: "00000000000000b1",
    legacy: text(4, "aaaa"),
    candidate: absent,
    change: "text>absent",
    values: { legacy: "/new", candidate: null },
  }),
  divergence({
    path: "/body/order/total",
    kind: "changed",
    severity: "critical",
    signature: "00000000000000b2",
    legacy: text(5, "bbbb"),
    candidate: text(5, "cccc"),
    change: "number",
    values: { legacy: "12.90", candidate: "13.90" },
  }),
  divergence({
    path: "/body/order/id",
    kind: "changed",
    severity: "noise",
    signature: "00000000000000b3",
    legacy: text(36, "dddd"),
    candidate: text(36, "eeee"),
    change: "uuid",
    noise: { by: "class", class: "uuid" },
  }),
  divergence({
    path: "/body/order/number",
    kind: "changed",
    severity: "noise",
    signature: "00000000000000b4",
    legacy: text(9, "ffff"),
    candidate: text(9, "0000"),
    change: "text",
    noise: { by: "rule", rule: "order-numbers" },
  }),
  divergence({
    path: "/body/greeting",
    kind: "changed",
    severity: "noise",
    signature: "00000000000000b5",
    legacy: text(5, "1111"),
    candidate: text(3, "2222"),
    change: "text",
    noise: { by: "twin" },
  }),
  divergence({
    where: "effect",
    path: "/effects/send.text/0",
    kind: "missing",
    severity: "critical",
    signature: "00000000000000b6",
    legacy: { type: "object", length: 2, hash: "3333" },
    candidate: absent,
    change: "object>absent",
    values: { legacy: '{"text":{"body":"Hello, your order is on its way"},"type":"text"}', candidate: null },
  }),
  divergence({
    where: "effect",
    path: "/effects/send.text/1/text/body",
    kind: "changed",
    severity: "critical",
    signature: "00000000000000b7",
    legacy: text(20, "4444"),
    candidate: text(20, "5555"),
    change: "text",
    values: { legacy: "one\ntwo\nthree\nfour", candidate: "one\ntwo\n3\nfour\nfive" },
  }),
  divergence({
    where: "effect",
    path: "/effects/mark-read/0",
    kind: "duplicated",
    signature: "00000000000000b8",
    legacy: 1,
    candidate: 2,
    change: "number",
  }),
];

export function variedItem(changes: Partial<ItemRecord> = {}): ItemRecord {
  return sampleItem({
    divergences: variedDivergences,
    divergenceCount: variedDivergences.length,
    effects: [
      { side: "legacy", kind: "send.text", disposition: "released" },
      { side: "legacy", kind: "send.text", disposition: "released" },
      { side: "legacy", kind: "send.image", disposition: "released" },
      { side: "legacy", kind: "mark-read", disposition: "released" },
      { side: "candidate", kind: "send.text", disposition: "held" },
      { side: "candidate", kind: "send.image", disposition: "held" },
      { side: "candidate", kind: "mark-read", disposition: "held" },
      { side: "candidate", kind: "mark-read", disposition: "held" },
    ],
    ...changes,
  });
}

export function variedRecord(changes: Partial<ExchangeRecord> = {}): ExchangeRecord {
  const record = sampleRecord();
  const [legacy, candidate] = record.calls.map((call) => ({ ...call, status: 200, failure: null }));
  if (legacy === undefined || candidate === undefined) return record;
  return {
    ...record,
    request: { route: "/webhook", path: "/webhook", protocolVersion: "1.1" },
    calls: [legacy, { ...candidate, startMs: 1.5, waitedMs: 3, latencyMs: 20, endMs: 24.5 }],
    egress: [
      {
        side: "legacy",
        kind: "send.text",
        disposition: "released",
        upstream: "graph",
        method: "POST",
        path: "/v23.0/{id}/messages",
        server: { address: "127.0.0.1", port: 1 },
        status: 200,
        startMs: 2,
        endMs: 8,
        parentSpanId: legacy.spanId,
      },
    ],
    items: [variedItem()],
    ...changes,
  };
}
