import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPlane } from "../../test/support/plane.ts";
import {
  exchange,
  exchangeInTurn,
  parseMessage,
  rawServer,
  requestComplete,
  type Message,
  type RawServer,
} from "../../test/support/raw.ts";
import type { Proxy } from "./index.ts";

/** The fields whose place and case node and undici decide, and the one we add. */
const ours = new Set(["host", "connection", "content-length", "transfer-encoding", "traceparent", "keep-alive"]);

function comparable(message: Message) {
  const own = message.headers.filter(([name]) => ours.has(name.toLowerCase()));
  const value = (name: string): string | null => own.find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
  return {
    start: message.start,
    headers: message.headers.filter(([name]) => !ours.has(name.toLowerCase())),
    host: value("host"),
    contentLength: value("content-length"),
    chunked: message.chunked,
    body: message.body.toString("latin1"),
    trailers: message.trailers,
  };
}

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/);
const fieldName = token.filter((name) => {
  const lower = name.toLowerCase();
  return !ours.has(lower) && !["expect", "te", "upgrade", "trailer", "proxy-connection"].includes(lower);
});
const fieldValue = fc.stringMatching(/^[\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff\t]{0,30}[\x21-\x7e\x80-\xff])?$/);
const fields = fc.array(fc.tuple(fieldName, fieldValue), { maxLength: 8 });
const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const framing = fc.constantFrom("length" as const, "chunked" as const);

function frame(kind: "length" | "chunked", bytes: Buffer): { head: string; body: Buffer } {
  if (kind === "length") return { head: `Content-Length: ${bytes.length}\r\n`, body: bytes };
  const half = bytes.length >> 1;
  const pieces = [bytes.subarray(0, half), bytes.subarray(half)].filter(({ length }) => length > 0);
  const chunks = pieces.flatMap((piece) => [
    Buffer.from(`${piece.length.toString(16)}\r\n`),
    piece,
    Buffer.from("\r\n"),
  ]);
  return { head: "Transfer-Encoding: chunked\r\n", body: Buffer.concat([...chunks, Buffer.from("0\r\n\r\n")]) };
}

const aPost = Buffer.from("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");

const lines = (list: readonly (readonly [string, string])[]): string => list.map(([k, v]) => `${k}: ${v}\r\n`).join("");

describe.each([
  ["a whole body over connections that are kept", 1000, exchange],
  ["a body that comes later over connections that are kept", 1000, exchangeInTurn],
  ["a connection for each call", 0, exchange],
])("byte fidelity of %s", (_, keepAliveMs, exchanged) => {
  const isUndicis = exchanged === exchangeInTurn;
  let upstream: RawServer;
  let proxy: Proxy;
  let answer = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

  beforeAll(async () => {
    upstream = await rawServer((bytes) => (requestComplete(bytes) ? answer : null));
    proxy = await startPlane(upstream.url, { keepAliveMs });
  });
  afterAll(async () => {
    await upstream.close();
    await proxy.close();
  });

  test("a request reaches legacy as it would without the proxy", async () => {
    const method = fc.constantFrom("POST", "PUT", "PATCH", "DELETE", "GET", "PROPFIND", "REPORT");
    const target = fc.stringMatching(/^\/[!-~]{0,40}$/);
    await fc.assert(
      fc.asyncProperty(method, target, fields, framing, body, async (verb, path, list, kind, bytes) => {
        const { head, body: framed } = frame(kind, bytes);
        const before = upstream.requests.length;
        answer = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        const request = `${verb} ${path} HTTP/1.1\r\nHost: shop.example\r\n${lines(list)}${head}Connection: close\r\n\r\n`;
        const sent = Buffer.concat([Buffer.from(request, "latin1"), framed]);
        await exchanged(proxy.port, sent);
        const received = upstream.requests[before];
        expect(comparable(parseMessage(received ?? Buffer.alloc(0)))).toEqual(comparable(parseMessage(sent)));
      }),
      { numRuns: 150 },
    );
  });

  test("an answer reaches the client as legacy gave it", async () => {
    const status = fc.constantFrom(200, 201, 202, 299, 301, 400, 401, 404, 418, 500, 503, 599);
    // undici reads a reason phrase as UTF-8; see "keeps a reason phrase" among the system's tests.
    const reason = fc.stringMatching(
      isUndicis
        ? /^([\x21-\x7e]([\x20-\x7e]{0,20}[\x21-\x7e])?)?$/
        : /^([\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff]{0,20}[\x21-\x7e\x80-\xff])?)?$/,
    );
    await fc.assert(
      fc.asyncProperty(status, reason, fields, framing, body, async (code, phrase, list, kind, bytes) => {
        const { head, body: framed } = frame(kind, bytes);
        const text = `HTTP/1.1 ${code} ${phrase}\r\n${lines(list)}${head}\r\n`;
        answer = Buffer.concat([Buffer.from(text, "latin1"), framed]);
        const got = await exchanged(proxy.port, aPost);
        expect(comparable(parseMessage(got))).toEqual(comparable(parseMessage(answer)));
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ["HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 42\r\nX-A: b\r\n\r\n"],
    ["GET", "HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n"],
    ["GET", 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 9\r\n\r\n'],
    ["POST", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok"],
  ])("%s is answered without a body where HTTP has none: %j", async (method, text) => {
    answer = Buffer.from(text);
    const got = await exchange(proxy.port, `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(comparable(parseMessage(got))).toEqual(comparable(parseMessage(answer)));
  });

  test("trailers pass both ways", async () => {
    const chunked = "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n";
    answer = Buffer.from(`HTTP/1.1 200 OK\r\n${chunked}`);
    const sent = Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${chunked}`);
    const before = upstream.requests.length;
    const got = await exchanged(proxy.port, sent);
    expect(parseMessage(got).trailers).toEqual([["X-Sum", "1"]]);
    expect(comparable(parseMessage(upstream.requests[before] ?? Buffer.alloc(0)))).toEqual(
      comparable(parseMessage(sent)),
    );
  });

  test("a 100 that nobody asked for is a limit of undici alone", async () => {
    const final = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    answer = Buffer.from(`HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\n${final}`);
    const got = await exchanged(proxy.port, aPost);
    if (isUndicis) expect(got.toString()).toMatch(/^HTTP\/1\.1 502 /);
    else expect(got.toString()).toBe(answer.toString());
  });

  test("an informational answer goes ahead of the final one", async () => {
    answer = Buffer.from("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    const got = await exchanged(proxy.port, aPost);
    expect(got.toString()).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });

  test("an answer that ends with its connection reaches the client whole", async () => {
    const server = await rawServer((bytes, socket) => {
      if (requestComplete(bytes)) socket.end("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end");
      return null;
    });
    const plane = await startPlane(server.url);
    const got = parseMessage(await exchange(plane.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    expect(got.body.toString()).toBe("until the end");
    await server.close();
    await plane.close();
  });

  test("OPTIONS * and absolute-form targets arrive as they were sent", async () => {
    answer = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    for (const start of ["OPTIONS * HTTP/1.1", "GET http://shop.example/a?b=c HTTP/1.1"]) {
      const before = upstream.requests.length;
      await exchange(proxy.port, `${start}\r\nHost: shop.example\r\nConnection: close\r\n\r\n`);
      expect(parseMessage(upstream.requests[before] ?? Buffer.alloc(0)).start).toBe(start);
    }
  });

  test("hop-by-hop fields stop here, those that Connection names too", async () => {
    answer = Buffer.from(
      "HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-Stays: 2\r\nContent-Length: 0\r\n\r\n",
    );
    const before = upstream.requests.length;
    const got = await exchange(
      proxy.port,
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nTE: trailers\r\nKeep-Alive: timeout=5\r\nX-Stays: 2\r\n\r\n",
    );
    const names = (message: Message): string[] => message.headers.map(([name]) => name.toLowerCase());
    expect(names(parseMessage(got))).not.toContain("x-hop");
    expect(names(parseMessage(got))).toContain("x-stays");
    const seen = names(parseMessage(upstream.requests[before] ?? Buffer.alloc(0)));
    expect(seen).toContain("x-stays");
    expect(seen).not.toContain("x-secret");
    expect(seen).not.toContain("te");
  });

  test("traceparent is replaced in place, and added where there is none", async () => {
    answer = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    const id = "0af7651916cd43dd8448eb211c80319c";
    const before = upstream.requests.length;
    await exchange(
      proxy.port,
      `GET / HTTP/1.1\r\nHost: a\r\nX-1: 1\r\nTraceParent: 00-${id}-b7ad6b7169203331-01\r\nX-2: 2\r\nConnection: close\r\n\r\n`,
    );
    await exchange(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const [first, second] = upstream.requests.slice(before).map((bytes) => parseMessage(bytes).headers);
    const mine = first?.filter(([name]) => /^(x-|trace)/i.test(name)) ?? [];
    expect(mine.map(([name]) => name)).toEqual(["X-1", "TraceParent", "X-2"]);
    expect(mine[1]?.[1]).toMatch(new RegExp(`^00-${id}-[0-9a-f]{16}-0[01]$`));
    expect(mine[1]?.[1]).not.toContain("b7ad6b7169203331");
    expect(second?.find(([name]) => name === "traceparent")?.[1]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });

  test("an upgrade is tunnelled to legacy byte for byte", async () => {
    const echo = await rawServer((bytes, socket) => {
      const text = bytes.toString("latin1");
      if (text.includes("\r\n\r\n") && text.startsWith("GET")) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n";
      }
      if (text === "bye") socket.end();
      return `<${text}>`;
    });
    const plane = await startPlane(echo.url);
    const { connect } = await import("node:net");
    const got = await new Promise<string>((resolve, reject) => {
      let all = "";
      const socket = connect(plane.port, "127.0.0.1", () =>
        socket.write("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: echo\r\nConnection: Upgrade\r\nX-Case: Kept\r\n\r\n"),
      );
      socket.on("data", (chunk) => {
        all += chunk.toString("latin1");
        if (all.endsWith("\r\n\r\n")) socket.write("bye");
      });
      socket.on("end", () => resolve(all));
      socket.on("error", reject);
    });
    expect(got).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(echo.received[0]?.toString("latin1")).toContain("X-Case: Kept\r\n");
    expect(echo.received[0]?.toString("latin1")).toMatch(/bye$/);
    await echo.close();
    await plane.close();
  });
});

describe("ambiguous requests", () => {
  let upstream: RawServer;
  let proxy: Proxy;
  beforeAll(async () => {
    upstream = await rawServer((bytes) =>
      requestComplete(bytes) ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : null,
    );
    proxy = await startPlane(upstream.url);
  });
  afterAll(async () => {
    await upstream.close();
    await proxy.close();
  });

  test.each([
    [
      "length and chunked",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd"],
    ["a length list", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\nabcd"],
    ["another transfer coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"],
    [
      "two codings",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["a hidden coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\nContent-Length: 4\r\n\r\nabcd"],
    ["a space before the colon", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 4\r\n\r\nabcd"],
    ["two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"],
    ["no host", "GET / HTTP/1.1\r\n\r\n"],
    ["a bare line feed", "GET / HTTP/1.1\nHost: a\n\n"],
    ["a folded field", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"],
    ["a broken chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ["another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["garbage", "\x16\x03\x01\x02\x00\x01"],
  ])("%s is refused with 400", async (_, bytes) => {
    const got = await exchange(proxy.port, Buffer.from(bytes, "latin1"));
    expect(got.toString("latin1")).toMatch(/^HTTP\/1\.1 400 /);
  });

  test("CONNECT is refused with 405", async () => {
    const got = await exchange(proxy.port, "CONNECT shop.example:443 HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(got.toString()).toMatch(/^HTTP\/1\.1 405 /);
  });

  test("none of them reached legacy with a complete request", () => {
    expect(upstream.received.filter(requestComplete)).toEqual([]);
  });
});
