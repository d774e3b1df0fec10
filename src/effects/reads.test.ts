import { afterEach, describe, expect, test } from "vitest";
import { Opened } from "../../test/support/opened.ts";
import { json, startSide } from "../../test/support/side.ts";
import type { ReadAnswer } from "./call.ts";
import { openEgress } from "./sample.ts";
import { isPlainRead } from "./upstream.ts";

const opened = new Opened();
afterEach(opened.close);

const outside = async () => opened.add(await startSide(json(200, { url: "https://lookaside.test/f?a=1", id: "777" })));
const answerOf = (body: object, rawHeaders: readonly string[] = ["content-type", "application/json"]): ReadAnswer => ({
  status: 200,
  rawHeaders,
  body: Buffer.from(JSON.stringify(body)),
});
const get = { method: "GET" };

describe("a held side's read", () => {
  test("is given legacy's answer to the same, a lookup's address led through the egress", async () => {
    const graph = await outside();
    const asked: unknown[] = [];
    const egress = await openEgress(opened, {
      upstreams: { graph: graph.url, lookaside: "https://lookaside.test" },
      readAnswer(call, verdict, maxMs) {
        asked.push([call.target, verdict.exchange, maxMs]);
        return Promise.resolve(answerOf({ url: "https://lookaside.test/f?a=1", id: "777" }));
      },
      judge: () => ({ decision: "hold", exchange: "e1" }),
    });
    const answer = await egress.call("/candidate/graph/v23.0/777", get);
    expect(JSON.parse(answer.body.toString())).toEqual({ url: `${egress.url}/candidate/lookaside/f?a=1`, id: "777" });
    expect([asked, graph.seen]).toEqual([[["/v23.0/777", "e1", 1_000]], []]);
    expect(egress.told).toEqual(["candidate held"]);
  });

  test("is given nothing of the connection that legacy's answer came by", async () => {
    const stored = answerOf({}, [
      "Content-Type",
      "a/b",
      "Set-Cookie",
      "x",
      "Content-Length",
      "9",
      "Connection",
      "close",
    ]);
    const egress = await openEgress(opened, {
      upstreams: { graph: "http://127.0.0.1:1" },
      readAnswer: () => Promise.resolve(stored),
    });
    const answer = await egress.call("/candidate/graph/1/message_templates", get);
    expect(answer.body.toString()).toBe("{}");
    expect(answer.rawHeaders.map((name) => name.toLowerCase())).not.toContain("set-cookie");
    expect(answer.rawHeaders).toContain("a/b");
  });

  test.each<readonly [string, () => Promise<ReadAnswer | null>]>([
    ["there is none", () => Promise.resolve(null)],
    ["asking for it fails", () => Promise.reject(new Error("x"))],
    ["it does not come", () => new Promise(() => undefined)],
  ])("is told that nothing is there where %s", async (_, readAnswer) => {
    const graph = await outside();
    const egress = await openEgress(opened, { upstreams: { graph: graph.url }, readAnswer });
    const started = performance.now();
    const answer = await egress.call("/candidate/graph/v23.0/777", get);
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ error: { code: 100, error_subcode: 33 } });
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(graph.seen).toEqual([]);
  });

  test("goes out where its upstream passes reads, as a GET without a body and with the real token", async () => {
    const graph = await outside();
    const egress = await openEgress(opened, {
      upstreams: { graph: graph.url, crm: graph.url, lookaside: "https://lookaside.test" },
      settings: { reads: "pass", authorization: "Bearer real" },
    });
    const lookup = await egress.call("/candidate/graph/v23.0/777", get);
    expect(JSON.parse(lookup.body.toString()).url).toBe(`${egress.url}/candidate/lookaside/f?a=1`);
    await egress.call("/twin/crm/contacts/1", {
      ...get,
      headers: ["content-type", "a/b", "x-sombra-mode", "shadow"],
      body: "{}",
    });
    expect(graph.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /v23.0/777", "GET /contacts/1"]);
    expect(graph.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer real", "Bearer real"]);
    expect(graph.seen[1]?.headers).not.toMatchObject({ "content-type": expect.anything() });
    expect(graph.seen[1]?.body.length).toBe(0);
    expect(egress.told).toEqual(["candidate released", "twin released"]);
  });

  test.each([
    ["GET", "/graph/1044/messages?method=post&to=1"],
    ["GET", "/graph/777?METHOD=delete"],
    ["GET", "/graph/777?%6dethod=delete"],
    ["GET", "/graph/777?a=b;_method=delete"],
    ["GET", "/graph/?batch=[]"],
    ["HEAD", "/crm/contacts/1"],
    ["DELETE", "/graph/777"],
    ["POST", "/crm/contacts"],
  ])("does not go out where it may be a write all the same: %s %s", async (method, target) => {
    const graph = await outside();
    const upstreams = { graph: graph.url, crm: graph.url };
    const egress = await openEgress(opened, { upstreams, settings: { reads: "pass" } });
    await egress.call(`/candidate${target}`, { method });
    expect(graph.seen).toEqual([]);
    expect(egress.told).toHaveLength(1);
  });

  test("does not go out where a field names another method", () => {
    expect(isPlainRead("GET", "/x", ["X-HTTP-Method-Override", "DELETE"])).toBe(false);
    expect(isPlainRead("GET", "/x?methods=1&batches=2", ["Accept", "*/*"])).toBe(true);
  });
});
