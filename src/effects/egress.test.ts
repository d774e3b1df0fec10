import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { startFaulty } from "../../test/support/fault.ts";
import { Opened } from "../../test/support/opened.ts";
import { exchange, rawServer, requestComplete } from "../../test/support/raw.ts";
import { openEgress, type SampleEgress } from "./sample.ts";

const opened = new Opened();
afterEach(opened.close);

const egressTo = (graph: string, memory = 1_000_000): Promise<SampleEgress> =>
  openEgress(opened, { upstreams: { graph }, memory });

const post = (target: string, body = "{}"): string =>
  `POST ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const graph = async () =>
  opened.add(
    await rawServer((bytes) => (requestComplete(bytes) ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsent" : null)),
  );

describe("an egress tells of every call once", () => {
  test.each([
    ["released", post("/legacy/graph/v1/messages"), "legacy released", "sent"],
    ["held", post("/candidate/graph/v1/messages"), "candidate held", "wamid."],
    ["held, of the twin", post("/twin/graph/v1/messages"), "twin held", "wamid."],
    ["refused for its upstream", post("/legacy/other/x"), "legacy unaddressed", "SombraEgress"],
    ["refused for its address", post("/v1/messages"), "none unaddressed", "SombraEgress"],
    [
      "refused as ambiguous",
      "POST /candidate/graph/x HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n",
      "none unaddressed",
      "Ambiguous",
    ],
    ["refused as a tunnel", "CONNECT graph.test:443 HTTP/1.1\r\nHost: a\r\n\r\n", "none unaddressed", "405"],
  ])("%s", async (_, request, effect, answer) => {
    const upstream = await graph();
    const { port, told, records } = await egressTo(upstream.url);
    expect((await exchange(port, request)).toString()).toContain(answer);
    expect(told).toEqual([effect]);
    expect(records).toHaveLength(effect.includes("unaddressed") ? 0 : 1);
    expect(upstream.requests).toHaveLength(effect.endsWith("released") ? 1 : 0);
  });

  test("failed, where the Graph API breaks off", async () => {
    const { port, told } = await egressTo(opened.add(await startFaulty("resets")).url);
    expect((await exchange(port, post("/legacy/graph/x"))).toString()).toMatch(/^HTTP\/1\.1 502 /);
    expect(told).toEqual(["legacy failed"]);
  });

  test("failed, where legacy goes before the answer, and the Graph API is left then", async () => {
    const upstream = opened.add(await startFaulty("hangs"));
    const { port, told } = await egressTo(upstream.url);
    const socket = connect(port, "127.0.0.1", () => socket.write(post("/legacy/graph/x")));
    await expect.poll(() => upstream.connections).toBe(1);
    socket.destroy();
    await expect.poll(() => told).toEqual(["legacy failed"]);
    await expect.poll(() => upstream.connections).toBe(0);
  });
});

test("a held call is answered and goes nowhere though there is no memory to look at it", async () => {
  const upstream = await graph();
  const egress = await egressTo(upstream.url, 0);
  const got = await exchange(egress.port, post("/candidate/graph/v1/messages", "x".repeat(100_000)));
  expect(got.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*"messages"/);
  expect([egress.told, egress.used, upstream.received]).toEqual([["candidate held"], 0, []]);
  expect(egress.records).toMatchObject([{ body: null, bodyBytes: 100_000, answer: null, status: 200 }]);
});
