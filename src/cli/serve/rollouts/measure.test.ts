import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { MetricSource } from "../../../rollout/index.ts";
import { createMeasure } from "./measure.ts";

interface Asked {
  readonly url: string;
  readonly authorization: string | undefined;
}

/** A server that answers so. */
async function answering(answer: (response: ServerResponse) => void) {
  const asked: Asked[] = [];
  const server = createServer(({ url = "", headers }, response) => {
    asked.push({ url, authorization: headers.authorization });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${address.port}`, asked };
}

const json = (value: unknown) => (response: ServerResponse) => void response.end(JSON.stringify(value));
const measure = createMeasure({ env: { TOKEN: "secret", EMPTY: "" }, timeoutMs: 500 });
const query = (url: string): MetricSource => ({ kind: "prometheus", url, query: "sum(rate(x[5m]))", headers: {} });
const member = (url: string, pointer: string): MetricSource => ({ kind: "json", url, pointer, headers: {} });
const vector = (...values: readonly string[]) => {
  const result = values.map((value) => ({ metric: {}, value: [1_700_000_000, value] }));
  return { status: "success", data: { resultType: "vector", result } };
};

test.each<[string, unknown, object]>([
  ["one series", vector("0.25"), { kind: "value", value: 0.25 }],
  ["an exponent", vector("1e-05"), { kind: "value", value: 0.00001 }],
  ["a scalar", { status: "success", data: { resultType: "scalar", result: [1, "7"] } }, { kind: "value", value: 7 }],
  ["NaN", vector("NaN"), { kind: "none", why: "it is NaN" }],
  ["an infinity", vector("-Inf"), { kind: "none", why: "it is -Infinity" }],
  ["no series", vector(), { kind: "none", why: "the query gives no series" }],
  ["two series", vector("1", "2"), { kind: "error", why: expect.stringContaining("2 series") }],
  ["a matrix", { status: "success", data: { resultType: "matrix", result: [] } }, { kind: "error" }],
  ["an error", { status: "error", error: "parse error" }, { kind: "error" }],
  ["something else", [], { kind: "error" }],
])("Prometheus that answers %s", async (_, answer, measured) => {
  const { url, asked } = await answering(json(answer));
  expect(await measure(query(url))).toMatchObject(measured);
  expect(asked[0]?.url).toBe("/api/v1/query?query=sum%28rate%28x%5B5m%5D%29%29");
});

test.each<[string, unknown, object]>([
  ["/a/b~1c/1", { a: { "b/c": [0, 5] } }, { kind: "value", value: 5 }],
  ["", 3, { kind: "value", value: 3 }],
  ["/a", { a: "4.5" }, { kind: "value", value: 4.5 }],
  ["/a", { a: null }, { kind: "none" }],
  ["/b", { a: 1 }, { kind: "none", why: "there is nothing at /b" }],
  ["/constructor", {}, { kind: "none" }],
  ["/a", { a: "many" }, { kind: "error", why: "it is no number" }],
  ["/a", { a: "" }, { kind: "error" }],
  ["/a", { a: true }, { kind: "error" }],
  ["/a", { a: {} }, { kind: "error" }],
])("JSON at %s of %j", async (pointer, answer, measured) => {
  const { url } = await answering(json(answer));
  expect(await measure(member(url, pointer))).toMatchObject(measured);
});

test.each<[string, (response: ServerResponse) => void, RegExp]>([
  ["nothing in time", () => undefined, /not answer within 0.5 s/],
  ["half an answer", (response) => void response.writeHead(200, { "content-length": "9" }).write("{"), /not answer/],
  ["no JSON", (response) => void response.end("<html>"), /^it answered no JSON$/],
  ["a fault", (response) => void response.writeHead(503).end("{}"), /^it answered 503$/],
  [
    "another place",
    (response) => void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
    /not answer/,
  ],
  ["too much", (response) => void response.end("1".repeat(1_100_000)), /more than 1048576 bytes/],
])("what answers %s is an error", async (_, answer, why) => {
  const { url } = await answering(answer);
  expect(await measure(member(url, ""))).toMatchObject({ kind: "error", why: expect.stringMatching(why) });
});

test("nobody there is an error, without the address", async () => {
  expect(await measure(member("http://user:pass@127.0.0.1:1/x", ""))).toMatchObject({
    kind: "error",
    why: expect.not.stringContaining("pass"),
  });
});

test("credentials are variables: unset or empty, nothing is asked", async () => {
  const { url, asked } = await answering(json(1));
  const withHeader = (text: string): MetricSource => ({ ...member(url, ""), headers: { authorization: text } });
  expect(await measure(withHeader("Bearer ${TOKEN}"))).toEqual({ kind: "value", value: 1 });
  expect(asked).toEqual([{ url: "/", authorization: "Bearer secret" }]);
  for (const name of ["NONE", "EMPTY"]) {
    expect(await measure(withHeader(`Bearer \${${name}}`))).toMatchObject({
      kind: "error",
      why: `${name} of its header is not set`,
    });
  }
  expect(asked.length).toBe(1);
});
