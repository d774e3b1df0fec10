import { Readable } from "node:stream";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rawServer, requestComplete, type RawServer } from "../../test/support/raw.ts";
import { createTransport, type CallRequest, type RawHeaders, type Transport } from "./index.ts";

// What a handler may answer is not ours to choose: whatever node's own client or undici takes, the lean client takes too.

let answer = Buffer.alloc(0);
let server: RawServer;
let keeping: Transport;
let plain: Transport;

beforeAll(async () => {
  server = await rawServer((bytes, socket) => {
    if (requestComplete(bytes)) socket.end(answer);
    return null;
  });
  const options = { connections: null, connectTimeoutMs: 0, maxHeaderBytes: 65_536 };
  keeping = createTransport(new URL(server.url), { ...options, keepAliveMs: 1_000 });
  plain = createTransport(new URL(server.url), { ...options, keepAliveMs: 0 });
});
afterAll(async () => {
  await Promise.all([keeping.destroy(), plain.destroy()]);
  await server.close();
});

interface Told {
  readonly informational: readonly unknown[];
  readonly start: readonly unknown[] | null;
  readonly body: string;
  readonly trailers: RawHeaders;
}

const trimmed = (headers: RawHeaders): string[] => headers.map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ""));

/** What is told of the answer; null: it was not taken whole. */
function told(by: Transport, method: string, body: CallRequest["body"]): Promise<Told | null> {
  return new Promise((resolve) => {
    const informational: unknown[] = [];
    let start: Told["start"] = null;
    let text = "";
    const length = body === null ? [] : ["Content-Length", "2"];
    const request = { method, target: "/", headers: ["Host", "a", ...length], body, chunked: false };
    by.call(request, {
      informational: (status) => void informational.push(status),
      start: (status, reason, headers) => void (start = [status, reason.trim(), trimmed(headers)]),
      data: (chunk) => void (text += chunk.toString("latin1")),
      end: (trailers) => resolve({ informational, start, body: text, trailers: trimmed(trailers) }),
      failed: () => resolve(null),
    });
  });
}

/** Mostly of the first. */
const mostly = (usual: readonly string[], odd: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
const lineEnd = fc.oneof(
  { weight: 60, arbitrary: fc.constant("\r\n") },
  { weight: 1, arbitrary: fc.constantFrom("\n", "\r", "\r\r\n", "\n\r") },
);
const status = mostly(
  ["HTTP/1.1 200 OK", "HTTP/1.1 200", "HTTP/1.1 404 ", "HTTP/1.0 200 OK", "HTTP/1.1 204 No Content", "HTTP/1.1 999 x"],
  ["http/1.1 200 OK", "HTTP/1.1  200 OK", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "ICY 200 OK", "HTTP/1.1 200\tOK"],
);
const framing = mostly(
  ["Content-Length: 5", "content-length:5", "Transfer-Encoding: chunked", "X: y"],
  [
    "Content-Length: 05",
    "Content-Length: 5 ",
    "Content-Length:\t5",
    "Content-Length: +5",
    "Content-Length: 5, 5",
    "Content-Length: ",
    "Content-Length: 99999999999999999999",
    "Transfer-Encoding: Chunked ",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: gzip,\tchunked",
    "Transfer-Encoding: chunked, gzip",
    "Transfer-Encoding: identity",
    "Transfer-Encoding: xchunked",
  ],
);
const other = mostly(
  [
    "Connection: close",
    "Connection: keep-alive",
    "Keep-Alive: timeout=5",
    "A: b",
    "a:\tb ",
    "X-Empty:",
    "X-High: \xe9\xff",
    "Trailer: T",
  ],
  [
    "X:  two",
    "A B: c",
    ": none",
    " A: b",
    "A : b",
    "A: b\r\n folded",
    "A: b\x00",
    "A: b\x01",
    "A: b\x7f",
    'A: "q"',
    "\xe9: a",
    "Connection: upgrade",
    "Upgrade: h2c",
    "Proxy-Connection: close",
  ],
);
const body = mostly(
  ["hello", "5\r\nhello\r\n0\r\n\r\n", "5;a=b\r\nhello\r\n0\r\nT: u\r\n\r\n"],
  [
    "",
    "hell",
    "hello!",
    "5\nhello\n0\n\n",
    "5 \r\nhello\r\n0\r\n\r\n",
    "05\r\nhello\r\n000\r\n\r\n",
    "5\r\nhello0\r\n\r\n",
    "5\r\nhello\r\n0\r\nbad\r\n\r\n",
    "5\r\nhello\r\n0\r\n T: u\r\n\r\n",
    "0x5\r\nhello\r\n0\r\n\r\n",
    '5;a="q\\""\r\nhello\r\n0\r\n\r\n',
    "5\r\nhello\r\n0\r\n",
  ],
);
const ahead = mostly(
  [""],
  ["\r\n", "\n", "\r\n\r\n", " ", "HTTP/1.1 103 Early\r\nLink: a\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"],
);

test("whatever node's client or undici takes of an answer, the lean client takes as well", async () => {
  const taken = { node: 0, undici: 0, nobody: 0 };
  const field = fc.tuple(fc.oneof(framing, other), lineEnd).map((parts) => parts.join(""));
  const text = fc
    .tuple(ahead, status, lineEnd, framing, lineEnd, fc.array(field, { maxLength: 3 }), lineEnd, body)
    .map((parts) => parts.flat().join(""));
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom("POST", "POST", "HEAD"), async (bytes, method) => {
      answer = Buffer.from(bytes, "latin1");
      const lean = await told(keeping, method, null);
      const undici = method === "HEAD" ? null : await told(keeping, method, Readable.from([Buffer.from("{}")]));
      const node = await told(plain, method, null);
      taken.node += node === null ? 0 : 1;
      taken.undici += undici === null ? 0 : 1;
      taken.nobody += lean === null && node === null && undici === null ? 1 : 0;
      if (node !== null) expect(lean).toEqual(node);
      else if (undici !== null) expect(lean).toEqual(undici);
    }),
    { numRuns: 1_500 },
  );
  expect(taken.node).toBeGreaterThan(100);
  expect(taken.undici).toBeGreaterThan(200);
  expect(taken.nobody).toBeGreaterThan(200);
});
