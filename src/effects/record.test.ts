import { hash } from "node:crypto";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { startFaulty } from "../../test/support/fault.ts";
import { Opened } from "../../test/support/opened.ts";
import { json, startSide } from "../../test/support/side.ts";
import type { RecordedCall } from "./call.ts";
import { asJson, openEgress, text } from "./sample.ts";

const opened = new Opened();
afterEach(opened.close);

const trace = "0af7651916cd43dd8448eb211c80319c";
const tied = ["traceparent", `00-${trace}-b7ad6b7169203331-01`, "x-sombra-exchange", "e1"];
const outside = async () => opened.add(await startSide(json(201, { from: "outside" })));

describe("the record of a call", () => {
  test.each(["legacy", "candidate"] as const)("has both bodies and what ties it: %s", async (side) => {
    const egress = await openEgress(opened, {
      upstreams: { graph: (await outside()).url },
      judge: () => ({ decision: "release", exchange: null }),
    });
    await egress.call(`/${side}/graph/1/messages?x=1`, { headers: [...asJson, ...tied], body: text });
    expect(egress.records).toMatchObject([
      {
        side,
        upstream: "graph",
        method: "POST",
        target: "/1/messages?x=1",
        contentType: "application/json",
        body: Buffer.from(text),
        bodyBytes: text.length,
        status: 201,
        answer: Buffer.from('{"from":"outside"}'),
        disposition: "released",
        traceId: trace,
        parentSpanId: "b7ad6b7169203331",
        sampled: true,
        exchange: "e1",
      },
    ]);
    const [record] = egress.records;
    expect(record?.answerHeaders).toContain("content-type");
    expect(record && record.endMs - record.startMs).toBeGreaterThan(0);
    expect(egress.used).toBe(0);
  });

  test("has what a held call was answered with", async () => {
    const egress = await openEgress(opened, {
      upstreams: { graph: "http://127.0.0.1:1" },
      judge: () => ({ decision: "hold", exchange: "e2" }),
    });
    const { body } = await egress.call("/candidate/graph/1/messages", { headers: [...asJson, ...tied], body: text });
    expect(egress.records).toMatchObject([{ status: 200, answer: body, disposition: "held", exchange: "e2" }]);
  });

  test.each([
    ["a forged exchange", ["x-sombra-exchange", "a b"]],
    ["a broken trace", ["traceparent", "00-x-y-01"]],
    ["nothing", []],
  ])("is tied to nothing by %s", async (_, headers) => {
    const egress = await openEgress(opened, { upstreams: { graph: (await outside()).url } });
    await egress.call("/legacy/graph/1/messages", { headers, body: text });
    expect(egress.records).toMatchObject([{ exchange: null, traceId: null, parentSpanId: null, sampled: false }]);
  });

  test("counts what is too large to be kept, both ways", async () => {
    const file = Buffer.alloc(200_000, "x");
    const graph = opened.add(await startSide((_, response) => response.end(file)));
    const egress = await openEgress(opened, { upstreams: { graph: graph.url } });
    const answer = await egress.call("/legacy/graph/1/media", { body: file });
    expect(answer.body.equals(file)).toBe(true);
    const sha256 = hash("sha256", file, "hex");
    expect(egress.records).toMatchObject([
      { body: null, bodyBytes: 200_000, digest: { size: 200_000, sha256 }, answer: null, status: 200 },
    ]);
    expect(egress.used).toBe(0);
  });

  test("keeps its memory until it is released", async () => {
    const records: RecordedCall[] = [];
    const given = {
      upstreams: { graph: (await outside()).url },
      record: (call: RecordedCall) => void records.push(call),
    };
    const egress = await openEgress(opened, given);
    await egress.call("/legacy/graph/1/messages", { headers: asJson, body: text });
    await expect.poll(() => records.length).toBe(1);
    expect(egress.used).toBe(text.length + '{"from":"outside"}'.length);
    records[0]?.release();
    expect([egress.used, records[0]?.body?.toString()]).toEqual([0, text]);
  });

  test("that cannot be taken is a fault and costs the call nothing", async () => {
    const egress = await openEgress(opened, {
      upstreams: { graph: (await outside()).url },
      record() {
        throw new Error("x");
      },
    });
    expect((await egress.call("/legacy/graph/1/messages", { body: text })).status).toBe(201);
    await expect.poll(() => egress.faults).toEqual(["egress-record"]);
    expect(egress.used).toBe(0);
  });
});

describe("an upstream that", () => {
  test.each(["hangs", "never reads"] as const)("%s is given up in time, with an answer", async (fault) => {
    const graph = opened.add(await startFaulty(fault));
    const egress = await openEgress(opened, { upstreams: { graph: graph.url }, settings: { timeoutMs: 100 } });
    const answer = await egress.call("/legacy/graph/1/messages", { headers: asJson, body: text });
    expect(answer.status).toBe(504);
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      error: { message: expect.stringContaining('"graph" did not answer: timeout'), is_transient: true },
    });
    expect(egress.told).toEqual(["legacy failed"]);
  });

  test("trickles its answer is waited for as long as the caller likes", async () => {
    const graph = opened.add(await startFaulty("trickles for ever"));
    const egress = await openEgress(opened, { upstreams: { graph: graph.url }, settings: { timeoutMs: 60 } });
    let received = 0;
    const socket = connect(egress.port, "127.0.0.1");
    socket.on("data", (chunk) => (received += chunk.length));
    socket.write("GET /legacy/graph/x HTTP/1.1\r\nHost: a\r\n\r\n");
    await expect.poll(() => received).toBeGreaterThan(120);
    expect(egress.told).toEqual([]);
    socket.destroy();
    await expect.poll(() => egress.told).toEqual(["legacy failed"]);
  });

  test("waits for a slow caller is not given up", async () => {
    const egress = await openEgress(opened, {
      upstreams: { graph: (await outside()).url },
      settings: { timeoutMs: 40 },
    });
    const socket = connect(egress.port, "127.0.0.1");
    const answered = new Promise((resolve) => socket.once("data", resolve));
    socket.write("POST /legacy/graph/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{");
    const slow = setTimeout(() => socket.write("}"), 200);
    expect(String(await answered)).toMatch(/^HTTP\/1\.1 201 /);
    clearTimeout(slow);
    socket.destroy();
  });
});
