import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { metrics, type Series } from "../account/index.ts";
import type { EgressCallRecord, ExchangeRecord } from "../model/index.ts";
import { startOtlp, type Otlp } from "./otlp.ts";
import type { OtlpOptions } from "./pipeline.ts";
import { divergence, item, record } from "./sample.ts";

/** OTLP as JSON, as far as it is looked at here. */
interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly { readonly name: string; readonly attributes: readonly Attribute[] }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attribute[] }[];
  readonly droppedEventsCount: number;
  readonly status: { readonly code: number };
  readonly flags: number;
}
interface Point extends Readonly<Record<string, unknown>> {
  readonly attributes: readonly Attribute[];
}
interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { readonly dataPoints: readonly Point[]; readonly isMonotonic: boolean };
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[]; readonly aggregationTemporality: number };
}
interface Resource {
  readonly attributes: readonly Attribute[];
}
interface Request {
  readonly resourceSpans?: readonly { resource: Resource; scopeSpans: readonly { spans: readonly Span[] }[] }[];
  readonly resourceMetrics?: readonly { resource: Resource; scopeMetrics: readonly { metrics: readonly Metric[] }[] }[];
}

/** A collector that keeps what it gets and answers with `status`; null: never. */
class Collector {
  readonly posts: { readonly path: string; readonly type: string; readonly body: string }[] = [];
  readonly asked = Promise.withResolvers<void>();
  readonly brokenOff: unknown[] = [];
  readonly #server: Server;
  url = "";

  constructor(status: number | null) {
    this.#server = createServer((request, response) => {
      const took = (body: string): void => {
        this.posts.push({ path: request.url ?? "", type: request.headers["content-type"] ?? "", body });
        this.asked.resolve();
        if (status !== null) response.writeHead(status, { "content-type": "application/json" }).end("{}");
      };
      // An exporter that is stopped breaks off what it was sending.
      text(request).then(took, (error: unknown) => this.brokenOff.push(error));
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    this.url = typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
    return this;
  }

  get spans(): readonly Span[] {
    return this.#requests("/v1/traces").flatMap(({ resourceSpans = [] }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    );
  }

  get metrics(): readonly Metric[] {
    return this.#requests("/v1/metrics").flatMap(({ resourceMetrics = [] }) =>
      resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)),
    );
  }

  get resources(): readonly Record<string, unknown>[] {
    return [...this.#requests("/v1/traces"), ...this.#requests("/v1/metrics")].flatMap((request) =>
      [...(request.resourceSpans ?? []), ...(request.resourceMetrics ?? [])].map(({ resource }) =>
        plain(resource.attributes),
      ),
    );
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #requests(path: string): readonly Request[] {
    return this.posts.filter((post) => post.path === path).map(({ body }): Request => JSON.parse(body));
  }
}

function plain(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

const places = new Map([
  [
    "default",
    {
      scheme: "https",
      servers: {
        legacy: { address: "legacy.example", port: 8443 },
        candidate: { address: "127.0.0.1", port: 3000 },
      },
    },
  ],
]);
const noSeries: Series = { counters: [], gauges: [], histograms: [] };
let collector: Collector;
let otlp: Otlp | null = null;

beforeEach(() => {
  // What the machine that runs the tests exports is nobody's business here.
  for (const name of Object.keys(process.env)) if (name.startsWith("OTEL_")) vi.stubEnv(name, undefined);
});
afterEach(async () => {
  await otlp?.stop(0);
  otlp = null;
  collector.close();
  vi.unstubAllEnvs();
});

/** Starts export to a collector, by the standard variables and these. */
async function start(
  status: number | null,
  env: Readonly<Record<string, string>> = {},
  options: Partial<OtlpOptions> = {},
): Promise<Otlp> {
  collector = await new Collector(status).listen();
  const standard = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json", ...env };
  for (const [name, value] of Object.entries(standard)) vi.stubEnv(name, value);
  otlp = startOtlp({ env: process.env, series: () => noSeries, serviceVersion: "9.8.7", ...options });
  if (otlp === null) throw new Error("No export was asked for");
  return otlp;
}

const exported = (...exchanges: readonly ExchangeRecord[]): Promise<readonly Span[]> => exportedWith({}, ...exchanges);

async function exportedWith(
  options: Partial<OtlpOptions>,
  ...exchanges: readonly ExchangeRecord[]
): Promise<readonly Span[]> {
  const started = await start(200, {}, { routes: places, ...options });
  for (const exchange of exchanges) started.export(exchange);
  await started.stop(10_000);
  return collector.spans;
}

const named = (spans: readonly Span[], name: string): Span => {
  const [span, ...more] = spans.filter((one) => one.name === name);
  if (span === undefined || more.length > 0)
    throw new Error(`Not one span ${name}: ${spans.map((one) => one.name).join(", ")}`);
  return span;
};

describe("the trace of a delivery", () => {
  it("nests legacy, candidate and compare below the server span, and that below the client's", async () => {
    const spans = await exported(record);
    expect(spans.map(({ name, kind, spanId, parentSpanId }) => ({ name, kind, spanId, parentSpanId }))).toEqual([
      { name: "POST /hook", kind: 2, spanId: "1111111111111111", parentSpanId: "00f067aa0ba902b7" },
      { name: "legacy", kind: 3, spanId: "2222222222222222", parentSpanId: "1111111111111111" },
      { name: "candidate", kind: 3, spanId: "3333333333333333", parentSpanId: "1111111111111111" },
      { name: "compare", kind: 1, spanId: expect.stringMatching(/^[0-9a-f]{16}$/), parentSpanId: "1111111111111111" },
    ]);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(["4bf92f3577b34da6a3ce929d0e0e4736"]));
    expect(new Set(spans.map(({ traceState }) => traceState))).toEqual(new Set(["vendor=1,other=2"]));
    // OTLP: bit 0 sampled, bit 8 remoteness is known, bit 9 the parent is remote.
    expect(spans.map(({ flags }) => flags)).toEqual([0x301, 0x101, 0x101, 0x101]);
  });

  it("has the times that were measured", async () => {
    const spans = await exported(record);
    const start = BigInt(record.receivedAt) * 1_000_000n;
    const times = spans.map((span) =>
      [span.startTimeUnixNano, span.endTimeUnixNano].map((at) => Number(BigInt(at) - start)),
    );
    // A millisecond since the epoch with fractions is exact to 0.25 us in a double.
    const ms = times.map((pair) => pair.map((ns) => Math.round(ns / 1_000) / 1_000));
    expect(ms).toEqual([
      [0, 12.5],
      [0.25, 12.25],
      [1, 17.25],
      [17.25, 17.75],
    ]);
  });

  it("says what was answered in the words of the conventions", async () => {
    const spans = await exported(record);
    expect(plain(named(spans, "POST /hook").attributes)).toEqual({
      "url.scheme": "https",
      "url.path": "/hook/{rest}",
      "http.route": "/hook",
      "network.protocol.version": "1.1",
      "http.request.method": "POST",
      "http.response.status_code": 200,
      "sombra.exchange": "0123456789abcdef",
      "sombra.route": "default",
      "sombra.mode": "dual-run",
      "sombra.items": 1,
      "sombra.answered_by": "legacy",
      "sombra.overhead_ms": 0.3125,
      "sombra.flag_version": 3,
    });
    const candidate = named(spans, "candidate");
    expect(plain(candidate.attributes)).toEqual({
      "http.request.method": "POST",
      "http.response.status_code": 500,
      "error.type": "500",
      "server.address": "127.0.0.1",
      "server.port": 3000,
      "sombra.side": "candidate",
      "sombra.items": 1,
      "sombra.waited_ms": 0,
    });
    expect([named(spans, "legacy").status.code, candidate.status.code]).toEqual([0, 2]);
  });

  it("bears each divergence as an event", async () => {
    const compare = named(await exported(record), "compare");
    expect(plain(compare.attributes)).toEqual({
      "sombra.exchange": "0123456789abcdef",
      "sombra.route": "default",
      "sombra.mode": "dual-run",
      "sombra.item_kind": "message.text",
      "sombra.verdict": "divergent",
      "sombra.divergences": 2,
    });
    expect(compare.events.map(({ name, attributes }) => [name, plain(attributes)])).toEqual([
      [
        "sombra.divergence",
        {
          path: "/status",
          kind: "changed",
          severity: "critical",
          signature: "00112233aabbccdd",
          downstream: false,
          change: "number",
        },
      ],
      [
        "sombra.divergence",
        {
          path: "/body/id",
          kind: "changed",
          severity: "minor",
          signature: "ffeeddccbbaa9988",
          downstream: false,
          change: "number",
        },
      ],
    ]);
  });

  it("says of noise what makes it noise, and of what follows an earlier divergence that it does", async () => {
    const noise = { ...divergence, severity: "noise" } as const;
    const divergences = [
      { ...noise, noise: { by: "class", class: "uuid" } },
      { ...noise, noise: { by: "rule", rule: "order-ids" } },
      { ...noise, noise: { by: "twin" } },
      { ...divergence, downstream: true },
    ] as const;
    const compare = named(await exported({ ...record, items: [{ ...item, divergences }] }), "compare");
    const told = compare.events.map(({ attributes }) => plain(attributes));
    expect(told.map(({ noise: cause, downstream }) => [cause, downstream])).toEqual([
      ["class:uuid", false],
      ["rule:order-ids", false],
      ["twin", false],
      [undefined, true],
    ]);
  });

  it("links to the first trace of each group of its divergences, and to nothing where it is the first", async () => {
    const trace = (n: number) => ({ ...record.trace, traceId: `${n}`.repeat(32), spanId: `${n}`.repeat(16) });
    const spans = await exported(
      { ...record, trace: trace(1), items: [{ ...item, divergences: [divergence] }] },
      { ...record, trace: trace(2) },
      { ...record, trace: trace(3) },
    );
    const [first, second, third] = spans.filter(({ name }) => name === "compare");
    const linksOf = (span: Span | undefined) =>
      span?.links.map(({ traceId, spanId, attributes }) => ({ traceId, spanId, attributes: plain(attributes) }));
    const signatures = (...of: readonly string[]) => ({
      signatures: { values: of.map((stringValue) => ({ stringValue })) },
    });
    expect(linksOf(first)).toEqual([]);
    const toFirst = {
      traceId: "1".repeat(32),
      spanId: first?.spanId,
      attributes: signatures("00112233aabbccdd"),
    };
    expect(linksOf(second)).toEqual([toFirst]);
    expect(linksOf(third)).toEqual([
      toFirst,
      { traceId: "2".repeat(32), spanId: second?.spanId, attributes: signatures("ffeeddccbbaa9988") },
    ]);
  });

  it("links to where the archive says that a group was first found, and asks once for each group", async () => {
    const trace = (n: number) => ({ ...record.trace, traceId: `${n}`.repeat(32), spanId: `${n}`.repeat(16) });
    const before = { traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1 };
    const asked: string[] = [];
    const bearing = { ...item, divergences: [divergence] };
    const records = [1, 2].map((n) => ({ ...record, trace: trace(n), items: [bearing] }));
    const spans = await exportedWith(
      {
        async firstOf(signature) {
          asked.push(signature);
          return before;
        },
      },
      ...records,
    );
    const links = spans.filter(({ name }) => name === "compare").map((span) => span.links);
    expect(links.map((of) => of.map(({ traceId, spanId }) => [traceId, spanId]))).toEqual([
      [[before.traceId, before.spanId]],
      [[before.traceId, before.spanId]],
    ]);
    expect(asked).toEqual([divergence.signature]);
  });

  it("is the first of its group where the archive cannot say, or knows of this very trace", async () => {
    const bearing = { ...record, items: [{ ...item, divergences: [divergence] }] };
    const lost = await exportedWith({ firstOf: () => Promise.reject(new Error("The archive is away")) }, bearing);
    expect(named(lost, "compare").links).toEqual([]);
    const itself = { ...record.trace, traceFlags: 1 };
    const own = await exportedWith({ firstOf: async () => itself }, bearing);
    expect(named(own, "compare").links).toEqual([]);
  });

  it("bears what a side says of its own time on the call of that side", async () => {
    const [legacy, candidate] = record.calls;
    if (legacy === undefined || candidate === undefined) throw new Error("The sample has two sides");
    const serverTiming = [
      { name: "db", durationMs: 3.5, description: "primary" },
      { name: "miss", durationMs: null, description: null },
    ];
    const spans = await exported({ ...record, calls: [{ ...legacy, serverTiming }, candidate] });
    const told = named(spans, "legacy").events.map(({ name, attributes }) => [name, plain(attributes)]);
    expect(told).toEqual([
      ["sombra.server_timing", { name: "db", duration_ms: 3.5, description: "primary" }],
      ["sombra.server_timing", { name: "miss" }],
    ]);
    expect(named(spans, "candidate").events).toEqual([]);
  });

  it("bears at most a hundred of them and counts the rest", async () => {
    const divergences = Array.from({ length: 120 }, () => divergence);
    const many = { ...record, items: [{ ...item, divergences, divergenceCount: 250 }] };
    const compare = named(await exported(many), "compare");
    expect([compare.events.length, compare.droppedEventsCount]).toEqual([100, 150]);
  });

  it("has a compare span for each item compared or failed, the twin, and why a side gave no answer", async () => {
    const [legacy, candidate] = record.calls;
    if (legacy === undefined || candidate === undefined) throw new Error("The sample has two sides");
    const spans = await exported({
      ...record,
      calls: [
        legacy,
        { ...candidate, status: null, failure: "timeout" },
        { ...legacy, side: "twin", spanId: "4444444444444444" },
      ],
      items: [
        { ...item, state: { state: "failed", substate: "timeout" }, divergences: [], divergenceCount: 0 },
        { ...item, state: { state: "compared", substate: "match" }, divergences: [], divergenceCount: 0 },
        { ...item, state: { state: "skipped", substate: "sampled-out" }, divergences: [], divergenceCount: 0 },
      ],
    });
    expect(named(spans, "twin")).toMatchObject({ spanId: "4444444444444444", parentSpanId: "1111111111111111" });
    expect(plain(named(spans, "candidate").attributes)).toMatchObject({ "error.type": "timeout" });
    const verdicts = spans.filter(({ name }) => name === "compare").map(({ attributes }) => plain(attributes));
    expect(verdicts).toMatchObject([
      { "sombra.verdict": "failed", "error.type": "timeout" },
      { "sombra.verdict": "match" },
    ]);
  });

  it("has a span for each call outside, below the call of its side or below the span that the handler made it in", async () => {
    const call: EgressCallRecord = {
      side: "legacy",
      kind: "send.text",
      upstream: "graph",
      method: "POST",
      path: "/v23.0/{id}/messages",
      server: { address: "graph.facebook.com", port: 443 },
      status: 200,
      disposition: "released",
      startMs: 2,
      endMs: 8.5,
      parentSpanId: "2222222222222222",
    };
    const held = {
      ...call,
      side: "candidate",
      server: null,
      disposition: "held",
      parentSpanId: "abcdefabcdefabcd",
    } as const;
    const late = { endMs: 40, status: null, path: null } as const;
    const cut = { ...call, ...late, upstream: "crm", method: "PURGE-5511987654321" } as const;
    const spans = await exported({ ...record, egress: [call, held, { ...cut, disposition: "failed" }] });
    expect(spans.map(({ name }) => name)).toEqual([
      "POST /hook",
      "legacy",
      "candidate",
      "POST /v23.0/{id}/messages",
      "POST /v23.0/{id}/messages",
      "HTTP",
      "compare",
    ]);
    const [released, joined, broken] = spans.slice(3, 6);
    expect(released).toMatchObject({ kind: 3, parentSpanId: "2222222222222222", flags: 0x101, status: { code: 0 } });
    expect(plain(released?.attributes ?? [])).toEqual({
      "http.request.method": "POST",
      "http.response.status_code": 200,
      "server.address": "graph.facebook.com",
      "server.port": 443,
      "url.template": "/v23.0/{id}/messages",
      "sombra.side": "legacy",
      "sombra.upstream": "graph",
      "sombra.effect": "send.text",
      "sombra.disposition": "released",
    });
    const start = BigInt(record.receivedAt) * 1_000_000n;
    const times = [released?.startTimeUnixNano, released?.endTimeUnixNano].map((at) => Number(BigInt(at ?? 0) - start));
    expect(times.map((ns) => Math.round(ns / 1_000))).toEqual([2_000, 8_500]);
    // What was done after the answers was compared as well.
    const comparedNs = Number(BigInt(named(spans, "compare").startTimeUnixNano) - start);
    expect(Math.round(comparedNs / 1_000)).toBe(40_000);
    // The handler's own span comes from elsewhere.
    expect(joined).toMatchObject({ parentSpanId: "abcdefabcdefabcd", flags: 0x301 });
    expect(plain(joined?.attributes ?? [])).not.toHaveProperty("server.address");
    expect(plain(broken?.attributes ?? [])).toMatchObject({
      "http.request.method": "_OTHER",
      "error.type": "incomplete",
    });
    expect(broken?.status.code).toBe(2);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(7);
  });

  it("begins at the server span where the client sent no trace, and keeps names few", async () => {
    const trace = { ...record.trace, parentSpanId: null, tracestate: null };
    const [server] = await exported({ ...record, trace, method: "X-5511999990000", status: null, items: [] });
    expect(server).toMatchObject({ name: "HTTP /hook", status: { code: 2 }, flags: 0x101 });
    expect(server?.parentSpanId).toBeUndefined();
    expect(server?.traceState).toBeUndefined();
    expect(plain(server?.attributes ?? [])).toMatchObject({
      "http.request.method": "_OTHER",
      "error.type": "incomplete",
    });
  });

  it("is not exported where it is not sampled", async () => {
    const calm = { ...item, divergences: [{ ...divergence, severity: "major" }] } as const;
    expect(await exported({ ...unsampled, items: [calm] })).toEqual([]);
  });
});

const unsampled = { ...record, trace: { ...record.trace, sampled: false } };

describe("a trace that was not sampled at its head", () => {
  const [legacy, candidate] = record.calls;
  if (legacy === undefined || candidate === undefined) throw new Error("The sample has two sides");
  const matching = { ...item, state: { state: "compared", substate: "match" }, divergences: [] } as const;
  const failed = { ...item, state: { state: "failed", substate: "timeout" }, divergences: [] } as const;

  it.each<readonly [string, ExchangeRecord]>([
    ["a critical divergence", unsampled],
    ["an item that failed", { ...unsampled, items: [matching, failed] }],
    [
      "a side without an answer",
      { ...unsampled, items: [matching], calls: [legacy, { ...candidate, status: null, failure: "reset" }] },
    ],
  ])("is kept at its end for %s, and says so", async (_, grave) => {
    const spans = await exported(grave);
    expect(plain(named(spans, "POST /hook").attributes)).toMatchObject({ "sombra.sampled": "tail" });
    expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(["legacy", "candidate", "compare"]));
  });

  it("says nothing of it where it was sampled at its head", async () => {
    expect(plain(named(await exported(record), "POST /hook").attributes)).not.toHaveProperty("sombra.sampled");
  });

  it("is kept ten times a second, and each beyond that is counted", async () => {
    let nowMs = 0;
    let unkept = 0;
    const started = await start(200, {}, { clock: () => nowMs, onUnkept: () => void (unkept += 1) });
    for (let n = 0; n < 25; n += 1) started.export(unsampled);
    expect(unkept).toBe(15);
    nowMs = 500;
    for (let n = 0; n < 25; n += 1) started.export(unsampled);
    expect(unkept).toBe(35);
    // Those that were sampled have no part in it.
    started.export(record);
    await started.stop(10_000);
    expect(collector.spans.filter(({ name }) => name === "POST /hook")).toHaveLength(16);
  });
});

describe("metrics", () => {
  const labels = { route: "default", side: "legacy" };
  const { bounds } = metrics.latency_ms;
  const series: Series = {
    counters: [{ name: "divergence_count", labels: { route: "default", severity: "minor" }, value: 3 }],
    gauges: [{ name: "sombra_killed", labels: {}, value: 1 }],
    histograms: [
      {
        name: "latency_ms",
        labels,
        buckets: [2, ...bounds.map(() => 1)],
        sum: 99.5,
        count: bounds.length + 2,
        exemplars: [],
      },
    ],
  };

  it("are the book's series, cumulative, by their names", async () => {
    const started = await start(200, {}, { series: () => series });
    await started.stop(10_000);
    expect(collector.metrics.map(({ name, unit }) => [name, unit])).toEqual([
      ["divergence_count", "1"],
      ["sombra_killed", "1"],
      ["latency_ms", "ms"],
    ]);
    const [counter, gauge, histogram] = collector.metrics;
    expect(counter?.sum).toMatchObject({ isMonotonic: true, aggregationTemporality: 2, dataPoints: [{ asDouble: 3 }] });
    expect(plain(counter?.sum?.dataPoints[0]?.attributes ?? [])).toEqual({ route: "default", severity: "minor" });
    expect(gauge?.gauge?.dataPoints).toMatchObject([{ asDouble: 1 }]);
    expect(histogram?.histogram).toMatchObject({
      aggregationTemporality: 2,
      dataPoints: [
        { sum: 99.5, count: bounds.length + 2, explicitBounds: bounds, bucketCounts: [2, ...bounds.map(() => 1)] },
      ],
    });
  });

  it("are exported every interval", async () => {
    await start(200, { OTEL_METRIC_EXPORT_INTERVAL: "20", OTEL_TRACES_EXPORTER: "none" }, { series: () => series });
    await collector.asked.promise;
    expect(collector.metrics[0]?.name).toBe("divergence_count");
  });
});

describe("what exports are about", () => {
  it("is a service named sombra, with its version", async () => {
    await exported(record);
    expect(collector.resources).not.toEqual([]);
    for (const resource of collector.resources) {
      expect(resource).toMatchObject({
        "service.name": "sombra",
        "service.version": "9.8.7",
        "deployment.environment.name": "production",
      });
    }
  });

  it("is as the standard variables say where they do", async () => {
    const started = await start(200, {
      OTEL_SERVICE_NAME: "edge",
      OTEL_RESOURCE_ATTRIBUTES: "team=chat,service.name=other",
    });
    started.export(record);
    await started.stop(10_000);
    expect(collector.resources[0]).toMatchObject({ "service.name": "edge", team: "chat" });
  });
});

describe("export", () => {
  it("is not started where nobody asks for it", () => {
    const none = { series: () => noSeries, serviceVersion: "1" };
    expect(startOtlp({ ...none, env: {} })).toBeNull();
    expect(startOtlp({ ...none, env: { OTEL_TRACES_EXPORTER: "none" } })).toBeNull();
    const disabled = { OTEL_SDK_DISABLED: "true", OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" };
    expect(startOtlp({ ...none, env: disabled })).toBeNull();
  });

  it("is protobuf unless another protocol is named", async () => {
    const started = await start(200, { OTEL_EXPORTER_OTLP_PROTOCOL: "" });
    started.export(record);
    await started.stop(10_000);
    expect(collector.posts).toMatchObject([{ path: "/v1/traces", type: "application/x-protobuf" }]);
    expect(collector.posts[0]?.body).toContain("sombra.divergence");
  });

  it("does not delay the stop beyond its bound where the collector hangs", async () => {
    const started = await start(null, { OTEL_BSP_SCHEDULE_DELAY: "1" });
    started.export(record);
    await collector.asked.promise;
    for (let n = 0; n < 5_000; n += 1) started.export(record);
    const began = performance.now();
    await started.stop(100);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it("says once that it fails, by a code, and goes on", async () => {
    const problems: string[][] = [];
    const onProblem = (operation: string, error: string): void => void problems.push([operation, error]);
    const started = await start(400, { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "4" }, { onProblem });
    for (let n = 0; n < 3; n += 1) started.export(record);
    await started.stop(10_000);
    expect(collector.posts.filter(({ path }) => path === "/v1/traces")).toHaveLength(3);
    expect(problems).toEqual([["otlp traces", "400"]]);
  });

  it("counts every span that does not arrive: refused, and beyond the queue's limit", async () => {
    let dropped = 0;
    const onDropped = (spans: number): void => void (dropped += spans);
    const refused = await start(400, {}, { onDropped });
    refused.export(record);
    await refused.stop(10_000);
    expect(dropped).toBe(4);
    collector.close();

    dropped = 0;
    const limits = { OTEL_BSP_MAX_QUEUE_SIZE: "8", OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "4", OTEL_BSP_SCHEDULE_DELAY: "1" };
    const hanging = await start(null, limits, { onDropped });
    hanging.export(record);
    await collector.asked.promise;
    for (let n = 0; n < 100; n += 1) hanging.export(record);
    expect(dropped).toBe(400 - 8);
  });
});
