/** Facts for tests: what a test does not name is of no importance to it. */
import type { Divergence, ExchangeRecord, ItemRecord } from "../model/index.ts";
import type { ArchiveBatch, ArchivedGroupDelta } from "./archive.ts";
import type { Batch, GroupDelta } from "./batch.ts";
import { slotMs } from "./cell.ts";
import { marks, type EvidenceDelta, type Stream } from "./evidence.ts";

export function sampleDivergence(changes: Partial<Divergence> = {}): Divergence {
  return {
    where: "answer",
    path: "/status",
    kind: "changed",
    severity: "critical",
    signature: "00000000000000aa",
    legacy: 200,
    candidate: 500,
    change: "number",
    noise: null,
    downstream: false,
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
    egress: [],
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
    twin: [],
    evidence: [],
    pending: {},
    records: [],
    recordsDropped: 0,
    calls: [],
    ...changes,
  };
}

export function sampleGroup(changes: Partial<GroupDelta> = {}): GroupDelta {
  const { signature, where, path, kind, change, severity } = sampleDivergence();
  const about = { signature, route: "default", itemKind: "message.text", where, path, kind, change, severity };
  const counts = { count: 1, noise: 0, downstream: 0, items: 1, hours: [] };
  return { ...about, ...counts, firstSeen: 1_000, lastSeen: 1_000, examples: [], ...changes };
}

export function sampleArchivedGroup(changes: Partial<ArchivedGroupDelta> = {}): ArchivedGroupDelta {
  return { ...sampleGroup(), cells: [], alone: 0, ...changes };
}

export function sampleArchiveBatch(changes: Partial<ArchiveBatch> = {}): ArchiveBatch {
  return {
    seq: 1,
    at: Date.parse("2026-01-02T03:04:05.100Z"),
    counts: [],
    groups: [],
    cells: [],
    evidence: [],
    pending: {},
    records: [],
    more: false,
    ...changes,
  };
}

export function sampleStream(changes: Partial<Stream> = {}): Stream {
  return {
    scope: "r.1",
    route: "default",
    population: "pairs",
    legacyVersion: "1.0",
    candidateVersion: "2.0",
    rules: "aa",
    ...changes,
  };
}

/** Of noon of some day; counts may leave out the last marks. */
export function sampleEvidence({ raw = [], alone = [], ...changes }: Partial<EvidenceDelta> = {}): EvidenceDelta {
  const whole = (counts: readonly number[]) => marks.map((_, at) => counts[at] ?? 0);
  const slot = Date.parse("2026-01-02T12:00:00.000Z") / slotMs;
  return { stream: sampleStream(), slot, cells: [], sketches: {}, ...changes, raw: whole(raw), alone: whole(alone) };
}

export function sampleItem(changes: Partial<ItemRecord> = {}): ItemRecord {
  return {
    kind: "message.text",
    id: "00000000000000ff",
    shopper: "9f86d081884c7d65",
    mode: "dual-run",
    reason: "percent",
    flags: [],
    state: { state: "compared", substate: "divergent" },
    divergences: [sampleDivergence()],
    divergenceCount: 1,
    addedLatencyMs: null,
    compareMs: 0.2,
    orderUncertain: false,
    story: null,
    effects: [],
    ...changes,
  };
}
