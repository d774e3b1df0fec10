import { describe, expect, it } from "vitest";
import { plain } from "../../test/support/collector.ts";
import { exported } from "../../test/support/otel/exporting.ts";
import { named } from "../../test/support/otel/received.ts";
import type { EgressCallRecord } from "../model/index.ts";
import { item, record } from "./sample.ts";

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
});
