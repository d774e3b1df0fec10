import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { Opened } from "../../test/support/opened.ts";
import { json, startSide, type SideServer } from "../../test/support/side.ts";
import { heldAnswer, isHeldId } from "../whatsapp/index.ts";
import type { ArrivedCall, Verdict } from "./call.ts";
import { asJson, openEgress, text } from "./sample.ts";

const opened = new Opened();
afterEach(opened.close);

const outside = async (): Promise<SideServer> => opened.add(await startSide(json(200, { from: "outside" })));
const decide = (decision: Verdict["decision"], exchange: string | null = null): Verdict => ({ decision, exchange });
const send = { headers: asJson, body: text };
const messages = "graph/v23.0/1044/messages";

describe("a call of the candidate", () => {
  test.each<readonly [string, () => Verdict | Promise<Verdict>, readonly unknown[], number]>([
    ["held", () => decide("hold"), [200, "candidate held"], 0],
    ["held by a decision that takes a while", () => Promise.resolve(decide("hold")), [200, "candidate held"], 0],
    ["released", () => decide("release"), [200, "candidate released"], 1],
    ["released later", () => Promise.resolve(decide("release")), [200, "candidate released"], 1],
    ["refused in doubt", () => decide("refuse"), [503, "candidate refused"], 0],
    ["refused where deciding fails", () => Promise.reject(new Error("x")), [503, "candidate refused"], 0],
    [
      "refused where deciding throws",
      () => {
        throw new Error("x");
      },
      [503, "candidate refused"],
      0,
    ],
    ["refused where nothing is decided", () => new Promise(() => undefined), [503, "candidate refused"], 0],
  ])("is %s", async (_, judge, [status, told], went) => {
    const graph = await outside();
    const egress = await openEgress(opened, { upstreams: { graph: graph.url }, judge });
    const answer = await egress.call(`/candidate/${messages}`, send);
    expect([answer.status, egress.told]).toEqual([status, [told]]);
    expect(graph.seen).toHaveLength(went);
    expect(egress.doubts).toEqual(status === 503 ? ["candidate"] : []);
    if (status !== 503) return;
    expect(JSON.parse(answer.body.toString())).toMatchObject({ error: { code: 2, is_transient: true } });
  });

  test("is decided on by its head and its body, once", async () => {
    const graph = await outside();
    const asked: ArrivedCall[] = [];
    const egress = await openEgress(opened, {
      upstreams: { graph: graph.url },
      judge(call) {
        asked.push(call);
        return decide("hold");
      },
    });
    await egress.call(`/candidate/${messages}?a=b`, {
      headers: asJson,
      body: [Buffer.from(text.slice(0, 9)), Buffer.from(text.slice(9))],
    });
    expect(asked).toMatchObject([
      {
        side: "candidate",
        upstream: "graph",
        method: "POST",
        target: "/v23.0/1044/messages?a=b",
        body: Buffer.from(text),
      },
    ]);
    expect(asked[0]?.rawHeaders).toContain("Bearer shop-token");
  });

  test.each([
    ["a form with a file", ["content-type", "multipart/form-data; boundary=x"]],
    ["more than is looked at", ["content-type", "application/json"]],
  ])("is decided on before its body is in, where that is %s", async (_, headers) => {
    const graph = await outside();
    const asked = Promise.withResolvers<ArrivedCall>();
    const egress = await openEgress(opened, {
      upstreams: { graph: graph.url },
      judge(call) {
        asked.resolve(call);
        return decide("release");
      },
    });
    const socket = connect(egress.port, "127.0.0.1");
    const fields = `${headers.join(": ")}\r\nContent-Length: 200000\r\n`;
    socket.write(`POST /candidate/graph/1044/media HTTP/1.1\r\nHost: a\r\n${fields}\r\n${"x".repeat(100_000)}`);
    expect((await asked.promise).body).toBeNull();
    const answered = new Promise((resolve) => socket.once("data", resolve));
    socket.write("x".repeat(100_000));
    expect(String(await answered)).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
    expect(graph.seen[0]?.body.length).toBe(200_000);
  });

  test("that leaves before it is decided does not go out", async () => {
    const graph = await outside();
    const asked = Promise.withResolvers<void>();
    const verdict = Promise.withResolvers<Verdict>();
    const egress = await openEgress(opened, {
      upstreams: { graph: graph.url },
      judge() {
        asked.resolve();
        return verdict.promise;
      },
    });
    const socket = connect(egress.port, "127.0.0.1");
    socket.write(`POST /candidate/${messages} HTTP/1.1\r\nHost: a\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    await asked.promise;
    socket.destroy();
    await expect.poll(() => egress.told).toEqual(["candidate failed"]);
    verdict.resolve(decide("release"));
    await new Promise((resolve) => setImmediate(resolve));
    expect([graph.connections, egress.told.length]).toEqual([0, 1]);
  });

  test("goes out with the real token, and with nothing of ours", async () => {
    const graph = await outside();
    const egress = await openEgress(opened, {
      upstreams: { graph: graph.url },
      settings: { authorization: "Bearer real" },
      judge: () => decide("release"),
    });
    const headers = [...asJson, "x-sombra-exchange", "e1", "Authorization", "Bearer other", "x-own", "1"];
    const target = `${messages}?access%5Ftoken=fake&a=b&appsecret_proof=x`;
    await egress.call(`/candidate/${target}`, { headers, body: text });
    await egress.call(`/legacy/${target}`, { headers: asJson, body: text });
    const [candidate, legacy] = graph.seen;
    expect(candidate?.headers).toMatchObject({ authorization: "Bearer real", "x-own": "1" });
    expect(Object.keys(candidate?.headers ?? {}).filter((name) => name.startsWith("x-sombra"))).toEqual([]);
    expect(candidate?.url).toBe("/v23.0/1044/messages?a=b");
    expect([legacy?.headers.authorization, legacy?.url]).toEqual(["Bearer shop-token", target.replace("graph", "")]);
  });

  test("that looks media up in cutover is led to the file through the egress, coded answers included", async () => {
    const file = { url: "https://lookaside.test/x/?mid=1", id: "777", big: "1" };
    const graph = opened.add(
      await startSide((_, response) => {
        const body = gzipSync(JSON.stringify(file));
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(body);
      }),
    );
    const egress = await openEgress(opened, {
      upstreams: { graph: graph.url, lookaside: "https://lookaside.test/x" },
      judge: () => decide("release"),
    });
    const answer = await egress.call("/candidate/graph/v23.0/777", { method: "GET", headers: asJson });
    expect(JSON.parse(answer.body.toString())).toEqual({ ...file, url: `${egress.url}/candidate/lookaside/?mid=1` });
    expect(answer.rawHeaders).not.toContain("content-encoding");
    expect(egress.told).toEqual(["candidate released"]);
    const legacy = await egress.call("/legacy/graph/v23.0/777", { method: "GET", headers: asJson });
    expect(legacy.body).toEqual(gzipSync(JSON.stringify(file)));
  });
});

describe("a call of legacy", () => {
  test("is not decided on while no reverse shadow is possible", async () => {
    const graph = await outside();
    const judge = () => decide("hold");
    const egress = await openEgress(opened, { upstreams: { graph: graph.url }, judge });
    await egress.call(`/legacy/${messages}`, send);
    expect(egress.told).toEqual(["legacy released"]);
  });

  test.each<readonly [string, () => Verdict | Promise<Verdict>, string, number]>([
    ["held by a verdict", () => decide("hold", "e1"), "legacy held", 0],
    ["released by a verdict", () => decide("release"), "legacy released", 1],
    ["released where deciding fails: nothing ties it", () => Promise.reject(new Error("x")), "legacy released", 1],
  ])("in reverse shadow is %s", async (_, judge, told, went) => {
    const graph = await outside();
    const egress = await openEgress(opened, { upstreams: { graph: graph.url }, judgesLegacy: () => true, judge });
    expect((await egress.call(`/legacy/${messages}`, send)).status).toBe(200);
    expect([egress.told, graph.seen.length]).toEqual([[told], went]);
  });
});

test.each(["twin", "legacy", "candidate"])(
  "whatever is decided, nothing of %s goes out while all is simulated",
  async (side) => {
    const graph = await outside();
    const judge = () => decide("release");
    const given = { upstreams: { graph: graph.url }, judgesLegacy: () => true, judge, simulated: true };
    const egress = await openEgress(opened, given);
    await egress.call(`/${side}/${messages}`, send);
    const lookup = await egress.call(`/${side}/graph/777`, { method: "GET" });
    expect([lookup.status, graph.seen, egress.told[0]]).toEqual([200, [], `${side} held`]);
  },
);

test("the twin's calls are held unasked", async () => {
  const graph = await outside();
  const egress = await openEgress(opened, { upstreams: { graph: graph.url }, judge: () => decide("release") });
  await egress.call(`/twin/${messages}`, send);
  expect([graph.seen, egress.told]).toEqual([[], ["twin held"]]);
});

test.each(["hold", "release"] as const)("a fault of ours costs its call alone: %s", async (decision) => {
  const graph = await outside();
  const unreadable = { read: brokenRead, answer: heldAnswer };
  const judge = () => decide(decision);
  const egress = await openEgress(opened, { upstreams: { graph: graph.url }, judge, graph: unreadable });
  const answer = await egress.call(`/candidate/${messages}`, send);
  expect([answer.status, egress.faults, graph.seen]).toEqual([503, ["egress-call"], []]);
  expect((await egress.call(`/legacy/${messages}`, send)).status).toBe(200);
  expect(egress.told).toEqual(["candidate failed", "legacy released"]);
});

function brokenRead(): never {
  throw new Error("x");
}

describe("a held id", () => {
  const idsOf = async (sides: readonly string[], exchange: string | null): Promise<readonly string[]> => {
    const egress = await openEgress(opened, {
      upstreams: { graph: "http://127.0.0.1:1" },
      judge: () => decide("hold", exchange),
    });
    const ids: string[] = [];
    for (const side of sides) {
      const answer = await egress.call(`/${side}/${messages}`, send);
      ids.push(JSON.parse(answer.body.toString()).messages[0].id);
    }
    return ids;
  };

  test("is the same whenever the same is done in the same exchange, and told apart within it", async () => {
    const once = await idsOf(["candidate", "candidate", "candidate"], "e1");
    expect(await idsOf(["candidate", "candidate", "candidate"], "e1")).toEqual(once);
    expect(new Set([...once, ...(await idsOf(["candidate"], "e2"))]).size).toBe(4);
    expect(once.every(isHeldId)).toBe(true);
  });

  test("is like no other where no exchange is known", async () => {
    const ids = [...(await idsOf(["candidate", "candidate"], null)), ...(await idsOf(["candidate"], null))];
    expect(new Set(ids).size).toBe(3);
  });
});
