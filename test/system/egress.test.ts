import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { isHeldId } from "../../src/whatsapp/index.ts";
import { call, type CallAnswer, type CallOptions } from "../support/call.ts";
import { refusingUrl, startFaulty } from "../support/fault.ts";
import { figure } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { exchange, parseMessage, rawServer, requestComplete, type Message, type RawServer } from "../support/raw.ts";
import { json, startSide, type SideServer } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const opened = new Opened();
afterEach(opened.close);

/** Sides that nobody calls here: only the egress port is used. */
async function sombraTo(
  graphUrl: string,
  env: Readonly<Record<string, string>> = on,
  owner: Opened = opened,
): Promise<Sombra> {
  return owner.sombra({
    SOMBRA_LEGACY_URL: await refusingUrl(),
    SOMBRA_CANDIDATE_URL: await refusingUrl(),
    SOMBRA_GRAPH_URL: graphUrl,
    ...env,
  });
}
const portOf = (sombra: Sombra): number => Number(new URL(sombra.egressUrl).port);

/** The members that are looked at, of whatever the answer is. */
interface GraphJson {
  readonly url: string;
  readonly file_size: string;
  readonly messages: readonly { readonly id: string }[];
  readonly error: unknown;
}
function parsed(answer: CallAnswer): GraphJson {
  const json: GraphJson = JSON.parse(answer.body.toString());
  return json;
}
const asJson = ["content-type", "application/json", "authorization", "Bearer shop-token"];
const sendOf = (fields: object): string =>
  JSON.stringify({ messaging_product: "whatsapp", to: "+44 7700 900123", ...fields });
const text = sendOf({ type: "text", text: { body: "hello" } });

/** A file in a form, as clients upload media. */
function multipart(file: Buffer): { headers: readonly string[]; body: Buffer } {
  const head = `--cut\r\nContent-Disposition: form-data; name="messaging_product"\r\n\r\nwhatsapp\r\n--cut\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), file, Buffer.from("\r\n--cut--\r\n")]);
  return { headers: ["content-type", "multipart/form-data; boundary=cut", ...asJson.slice(2)], body };
}

describe("a call of legacy", () => {
  const shared = new Opened();
  /** What the Graph API answers, as raw bytes, once a request is whole. */
  let answer: Buffer | string = "";
  let graph: RawServer;
  let sombra: Sombra;
  /** Told of the request now coming in. */
  let incoming: (bytes: Buffer) => void = () => undefined;
  beforeAll(async () => {
    graph = shared.add(
      await rawServer((bytes) => {
        incoming(bytes);
        return requestComplete(bytes) ? answer : null;
      }),
    );
    sombra = await sombraTo(`${graph.url}/base`, on, shared);
  });
  afterAll(shared.close);

  const lastAsked = () => parseMessage(graph.requests.at(-1) ?? Buffer.alloc(0));
  /** Without the fields whose place is the HTTP library's own. */
  const fieldsOf = ({ headers }: Message) =>
    headers.filter(([name]) => !/^(host|connection|content-length|transfer-encoding)$/i.test(name));

  test("reaches the Graph API as it is, and the answer comes back as it is", async () => {
    const said = Buffer.from(
      'HTTP/1.1 400 Not Today\r\nX-FB-Trace-ID: a\r\nWWW-authenticate: OAuth x\r\nX-Twice: 1\r\nX-Twice: 2\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"\xe9":1}',
      "latin1",
    );
    answer = said;
    const target = "/v23.0/1044/messages?access_token=a%20b&appsecret_proof=%C3%A9&x=1&x=2";
    const got = parseMessage(
      await exchange(
        portOf(sombra),
        `POST /legacy/graph${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAUTHORIZATION: Bearer shop-token\r\nX-Odd-Case: a\r\nX-Twice: 1\r\nx-twice: 2\r\nContent-Type: application/json\r\nConnection: close, X-Mine\r\nX-Mine: dropped\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
      ),
    );
    const asked = lastAsked();
    expect(asked.start).toBe(`POST /base${target} HTTP/1.1`);
    expect(asked.headers).toContainEqual(["Host", new URL(graph.url).host]);
    expect(fieldsOf(asked)).toEqual([
      ["AUTHORIZATION", "Bearer shop-token"],
      ["X-Odd-Case", "a"],
      ["X-Twice", "1"],
      ["x-twice", "2"],
      ["Content-Type", "application/json"],
    ]);
    expect(asked.body.toString()).toBe(text);
    expect(got.start).toBe("HTTP/1.1 400 Not Today");
    expect(fieldsOf(got)).toEqual(fieldsOf(parseMessage(said)));
    expect(got.body).toEqual(parseMessage(said).body);
  });

  test.each([
    ["GET", "/v23.0/1044", "200 OK", "ok"],
    ["DELETE", "/v23.0/777", "200 OK", "ok"],
    ["HEAD", "/v23.0/777", "200 OK", ""],
    ["POST", "/v23.0/1044/register", "204 No Content", ""],
  ])("is made with its own method: %s %s", async (method, target, status, body) => {
    answer = `HTTP/1.1 ${status}\r\n${status.startsWith("204") ? "" : "Content-Length: 2\r\n"}\r\n${body}`;
    const got = await call(sombra.egressUrl, { method, target: `/legacy/graph${target}`, headers: asJson });
    expect([`${got.status} ${got.reason}`, got.body.toString()]).toEqual([status, body]);
    expect(lastAsked().start).toBe(`${method} /base${target} HTTP/1.1`);
    expect(fieldsOf(lastAsked())).toEqual([
      ["content-type", "application/json"],
      ["authorization", "Bearer shop-token"],
    ]);
  });

  test("carries media of several MB both ways", async () => {
    const file = randomBytes(3_000_000);
    const upload = multipart(file);
    answer = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"id":"1"}';
    const up = await call(sombra.egressUrl, { target: "/legacy/graph/v23.0/1044/media", ...upload });
    expect(up.body.toString()).toBe('{"id":"1"}');
    expect(lastAsked().body.equals(Buffer.from(upload.body))).toBe(true);
    answer = Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${file.length}\r\n\r\n`), file]);
    const down = await call(sombra.egressUrl, { method: "GET", target: "/legacy/graph/media-file" });
    expect(down.body.equals(file)).toBe(true);
    await expect.poll(() => figure(sombra, "sombra_kept_bytes")).toBe(0);
  });

  test("streams a chunked body as it comes, chunked", async () => {
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    const arrived = Promise.withResolvers<void>();
    incoming = (bytes) => {
      if (bytes.includes("first half")) arrived.resolve();
    };
    const socket = connect(portOf(sombra), "127.0.0.1");
    socket.write("POST /legacy/graph/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\na\r\nfirst half\r\n");
    await arrived.promise;
    socket.write("b\r\nsecond half\r\n0\r\n\r\n");
    const [got] = await once(socket, "data");
    socket.destroy();
    expect(String(got)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect([lastAsked().chunked, lastAsked().body.toString()]).toEqual([true, "first halfsecond half"]);
  });
});

describe("a Graph API", () => {
  test("that hangs is left when legacy goes away", async () => {
    const graph = opened.add(await startFaulty("hangs"));
    const sombra = await sombraTo(graph.url);
    const socket = connect(portOf(sombra), "127.0.0.1");
    socket.write("POST /legacy/graph/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
    await expect.poll(() => graph.connections).toBe(1);
    socket.destroy();
    await expect.poll(() => graph.connections).toBe(0);
  });

  test.each([
    ["is down", () => refusingUrl()],
    ["resets", async () => opened.add(await startFaulty("resets")).url],
    ["answers garbage", async () => opened.add(await startFaulty("answers garbage")).url],
  ])("that %s gives 502 in its own error form, and nothing else is told", async (_, graphUrl) => {
    const sombra = await sombraTo(await graphUrl());
    const answer = await call(sombra.egressUrl, {
      target: "/legacy/graph/v23.0/1/messages",
      headers: asJson,
      body: text,
    });
    expect(answer.status).toBe(502);
    expect(answer.rawHeaders).toContain("application/json");
    const { error } = parsed(answer);
    expect(error).toEqual({
      message: expect.stringMatching(/^Sombra: /),
      type: expect.any(String),
      code: expect.any(Number),
      is_transient: true,
    });
    expect(answer.body.toString()).not.toMatch(/shop-token|447700900123|7700|127\.0\.0\.1/);
    await expect.poll(() => figure(sombra, "sombra_effects_total", { side: "legacy", disposition: "failed" })).toBe(1);
  });

  test("that resets in mid-answer breaks legacy's connection, so that half an answer is not taken for a whole one", async () => {
    const graph = opened.add(await startFaulty("resets in mid-answer"));
    const sombra = await sombraTo(graph.url);
    await expect(call(sombra.egressUrl, { target: "/legacy/graph/x", body: text })).rejects.toThrow();
  });
});

/** As an upload by a held side is answered. */
const heldMedia = "72697668000000000000001";

/** What a side that is held may call, and what the answer must look like. */
const heldCalls: readonly (readonly [string, CallOptions, object])[] = [
  ["a text", { body: text }, sent()],
  ["a template", { body: sendOf({ type: "template", template: { name: "x" } }) }, sent({ message_status: "accepted" })],
  ["an image", { body: sendOf({ type: "image", image: { id: "1" } }) }, sent()],
  ["a reaction", { body: sendOf({ type: "reaction", reaction: { message_id: "wamid.1", emoji: "👍" } }) }, sent()],
  [
    "a read mark",
    { body: '{"messaging_product":"whatsapp","status":"read","message_id":"wamid.1"}' },
    { success: true },
  ],
  [
    "an upload",
    { target: "/v23.0/1044/media", ...multipart(Buffer.alloc(2_000_000, 7)) },
    { id: expect.toSatisfy(isHeldId) },
  ],
  [
    "a template to be reviewed",
    { target: "/v23.0/1044/message_templates", body: '{"name":"x","language":"pt_BR","category":"MARKETING"}' },
    { id: expect.toSatisfy(isHeldId), status: "PENDING", category: "MARKETING" },
  ],
  [
    "a lookup of media that was uploaded",
    { method: "GET", target: `/v23.0/${heldMedia}` },
    { messaging_product: "whatsapp", id: heldMedia, url: expect.stringContaining("/lookaside/") },
  ],
  ["a deletion", { method: "DELETE", target: "/v23.0/2621233374848975" }, { success: true }],
];

function sent(message: object = {}): object {
  return {
    messaging_product: "whatsapp",
    contacts: [{ input: "+44 7700 900123", wa_id: shopper }],
    messages: [{ id: expect.toSatisfy(isHeldId), ...message }],
  };
}

function heldCall(sombra: Sombra, side: string, options: CallOptions): Promise<CallAnswer> {
  const { target = "/v23.0/1044/messages", headers = asJson, ...rest } = options;
  return call(sombra.egressUrl, { ...rest, headers, target: `/${side}/graph${target}` });
}

describe("a call of a side that is held", () => {
  const shared = new Opened();
  let outside: SideServer;
  let sombra: Sombra;
  beforeAll(async () => {
    outside = shared.add(await startSide(json(200, { from: "outside" })));
    sombra = await sombraTo(outside.url, on, shared);
  });
  afterAll(shared.close);

  test.each(heldCalls)("is answered as the Graph API would: %s", async (_, options, shape) => {
    for (const side of ["candidate", "twin"]) {
      const answer = await heldCall(sombra, side, options);
      expect(answer.status).toBe(200);
      expect(parsed(answer)).toMatchObject(shape);
    }
    expect(outside.seen).toEqual([]);
  });

  test("has an id of its own each time", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => heldCall(sombra, "candidate", { body: text })));
    const ids = answers.flatMap((answer) => parsed(answer).messages.map(({ id }) => id));
    expect(ids).toHaveLength(answers.length);
    expect(ids.every(isHeldId)).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("may follow the lookup of its own upload to a file, which is held too", async () => {
    const { url, file_size: size } = parsed(
      await heldCall(sombra, "candidate", { method: "GET", target: `/v23.0/${heldMedia}` }),
    );
    expect(url).toContain(`${new URL(sombra.egressUrl).host}/candidate/lookaside/`);
    const file = await call(sombra.egressUrl, { method: "GET", target: new URL(url).pathname, headers: asJson });
    expect([file.status, file.body.length]).toEqual([200, Number(size)]);
    expect(outside.seen).toEqual([]);
  });

  test.each(["/v23.0/2621233374848975", "/v23.0/1044/message_templates", "/v23.0/1044?fields=verified_name"])(
    "that reads what only the outside knows is told that it is not there: %s",
    async (target) => {
      const answer = await heldCall(sombra, "candidate", { method: "GET", target });
      expect([answer.status, parsed(answer).error]).toEqual([404, expect.objectContaining({ code: 100 })]);
      expect(outside.seen).toEqual([]);
    },
  );

  test.each([
    ["of an announced length", Buffer.alloc(20_000_000, "x")],
    ["chunked", Array.from({ length: 20 }, () => Buffer.alloc(1_000_000, "x"))],
  ])("of 20 MB is answered, and nothing of it is kept: %s", async (_, body) => {
    const answer = await heldCall(sombra, "candidate", { target: "/v23.0/1044/media", body });
    expect(parsed(answer)).toEqual({ id: expect.toSatisfy(isHeldId) });
    await expect.poll(() => figure(sombra, "sombra_kept_bytes")).toBe(0);
  });

  test("that breaks off in mid-body leaves nothing behind", async () => {
    const socket = connect(portOf(sombra), "127.0.0.1");
    socket.write("POST /candidate/graph/v23.0/1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n{");
    await expect.poll(() => figure(sombra, "sombra_kept_bytes")).toBeGreaterThan(0);
    socket.destroy();
    await expect.poll(() => figure(sombra, "sombra_kept_bytes")).toBe(0);
  });

  test("that breaks off does not keep the process from ending", async () => {
    const stopping = await sombraTo(outside.url);
    const socket = connect(portOf(stopping), "127.0.0.1");
    socket.on("error", () => socket.destroy());
    socket.write("POST /candidate/graph/v23.0/1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n{");
    await expect.poll(() => figure(stopping, "sombra_kept_bytes")).toBeGreaterThan(0);
    const stopped = await Promise.race([stopping.stop(), afterMs(3_000)]);
    socket.destroy();
    expect(stopped).toBe(0);
  });
});

const afterMs = (ms: number): Promise<string> =>
  new Promise((resolve) => void setTimeout(() => resolve("still running"), ms));

const cutover = { ...on, WHATSAPP_CANONICAL_SHADOW_MODE: "false", WHATSAPP_DUAL_RUN: "false" };
describe("whatever the flags say", () => {
  test.each([
    ["nothing set", {}, false],
    ["dual-run", on, false],
    ["shadow", { ...on, WHATSAPP_DUAL_RUN: "false" }, false],
    ["dual-run without shadow", { ...on, WHATSAPP_CANONICAL_SHADOW_MODE: "false" }, false],
    ["cutover, killed", cutover, true],
    ["cutover, forced to legacy", { ...cutover, SOMBRA_FORCE_LEGACY: "1" }, false],
  ])("only legacy's calls go out: %s", async (_, env, killed) => {
    const outside = opened.add(await startSide(json(200, { from: "outside" })));
    const sombra = await sombraTo(outside.url, env);
    if (killed) await sombra.call("POST", "/api/kill");
    for (const side of ["candidate", "twin"]) {
      for (const [name, options, shape] of heldCalls) {
        expect(parsed(await heldCall(sombra, side, options)), `${name} of ${side}`).toMatchObject(shape);
      }
    }
    expect([outside.seen.length, outside.connections]).toEqual([0, 0]);
    expect(parsed(await heldCall(sombra, "legacy", { body: text }))).toEqual({ from: "outside" });
    expect(outside.seen.map(({ url }) => url)).toEqual(["/v23.0/1044/messages"]);
    const effects = (side: string, disposition: string) =>
      figure(sombra, "sombra_effects_total", { side, disposition });
    expect(
      await Promise.all([effects("candidate", "held"), effects("twin", "held"), effects("legacy", "released")]),
    ).toEqual([heldCalls.length, heldCalls.length, 1]);
  });

  test("no call of any side goes out while the provider is simulated", async () => {
    const outside = opened.add(await startSide(json(200, { from: "outside" })));
    const sombra = await sombraTo(outside.url, { ...cutover, WHATSAPP_PROVIDER: "simulated" });
    for (const side of ["legacy", "candidate", "twin"]) {
      for (const [name, options, shape] of heldCalls) {
        expect(parsed(await heldCall(sombra, side, options)), `${name} of ${side}`).toMatchObject(shape);
      }
    }
    expect([outside.seen.length, outside.connections]).toEqual([0, 0]);
  });
});

describe("an address that is none", () => {
  const shared = new Opened();
  let outside: SideServer;
  let sombra: Sombra;
  beforeAll(async () => {
    outside = shared.add(await startSide(json(200, { from: "outside" })));
    sombra = await sombraTo(outside.url, on, shared);
  });
  afterAll(shared.close);

  const targets = [
    "/",
    "*",
    "/legacy",
    "/legacy/other/v23.0/1/messages",
    "/nobody/graph/v23.0/1/messages",
    "/LEGACY/graph/x",
    "//legacy/graph/x",
    "/legacy//graph/x",
    "/legacy%2fgraph/x",
    "/legacy/graphs/x",
    "http://outside.example/legacy/graph/x",
    "http://127.0.0.1/legacy/graph/x",
    "/legacy/graph/..",
    "/legacy/graph/../../x",
    "/legacy/graph/v23.0/./x",
    "/legacy/graph/v23.0/../x",
    "/legacy/graph/%2e%2e/x",
    "/legacy/graph/.%2E/x",
    "/legacy/graph/..%2fx",
    "/legacy/graph/..%5cx",
    "/legacy/graph/..\\x",
    "/legacy/graph/x%2f..%2fy",
    "/legacy/graph/x%5c..%5cy",
    "/legacy/graph/x\\..\\y",
  ];
  test.each(targets)("is refused, and nothing goes out: %s", async (target) => {
    const before = outside.seen.length;
    const answer = await exchange(portOf(sombra), `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 4\d\d /);
    const { error } = JSON.parse(parseMessage(answer).body.toString());
    expect(error).toMatchObject({ message: expect.stringMatching(/^Sombra: /), is_transient: false });
    expect(outside.seen).toHaveLength(before);
  });

  test("is a tunnel's, which is refused too", async () => {
    const before = outside.connections;
    const { host } = new URL(outside.url);
    const answer = await exchange(portOf(sombra), `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(outside.connections).toBe(before);
  });

  test.each([
    ["two hosts", "Host: a\r\nHost: b\r\nContent-Length: 2\r\n\r\n{}"],
    ["a transfer coding that nobody undoes", "Host: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
    ["two lengths", "Host: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"],
    ["a length and chunks", "Host: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
  ])("is ambiguous with %s: refused with 400, and nothing goes out", async (_, rest) => {
    const before = outside.seen.length;
    const answer = await exchange(portOf(sombra), `POST /legacy/graph/x HTTP/1.1\r\nConnection: close\r\n${rest}`);
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect(outside.seen).toHaveLength(before);
  });
});
