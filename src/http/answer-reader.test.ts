import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AnswerReader, type AnswerEvents } from "./answer-reader.ts";
import { CallError } from "./failure.ts";

/** What a reader tells of an answer that comes in these pieces, a body as one. */
function read(pieces: readonly string[], { method = "POST", closes = false } = {}) {
  const told: unknown[] = [];
  let body = "";
  const events: AnswerEvents = {
    informational: (status, headers) => void told.push([status, headers]),
    start: (status, reason, headers) => void told.push([status, reason, headers]),
    data: (chunk) => void (body += chunk.toString("latin1")),
    end: (trailers) => void told.push([body, trailers]),
  };
  const reader = new AnswerReader({ method, maxHeaderBytes: 1_000 }, events);
  for (const piece of pieces) reader.take(Buffer.from(piece, "latin1"));
  if (closes) reader.closed();
  return { told, over: reader.over, keepMs: reader.keepMs };
}

const answers: Readonly<Record<string, readonly [text: string, told: readonly unknown[], keepMs: number | null]>> = {
  "a length": [
    "HTTP/1.1 200 OK\r\nX-A:  b \r\nx-a:\r\nContent-Length: 2\r\n\r\nhi",
    [
      [200, "OK", ["X-A", "b", "x-a", "", "Content-Length", "2"]],
      ["hi", []],
    ],
    null,
  ],
  "no body": [
    "HTTP/1.1 204\r\n\r\n",
    [
      [204, "", []],
      ["", []],
    ],
    null,
  ],
  "a length of nothing": [
    "HTTP/1.1 500 N\xf3\r\nContent-Length: 0\r\nKeep-Alive: max=9, timeout=5\r\n\r\n",
    [
      [500, "N\xf3", ["Content-Length", "0", "Keep-Alive", "max=9, timeout=5"]],
      ["", []],
    ],
    5_000,
  ],
  "chunks and trailers": [
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2;x=y\r\nhi\r\n1\r\n!\r\n0\r\nA: b\r\nC: d\r\n\r\n",
    [
      [200, "OK", ["Transfer-Encoding", "Chunked"]],
      ["hi!", ["A", "b", "C", "d"]],
    ],
    null,
  ],
  "an answer ahead of it": [
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n.",
    [
      [100, []],
      [103, ["Link", "a"]],
      [200, "OK", ["Content-Length", "1"]],
      [".", []],
    ],
    null,
  ],
  "empty lines ahead": [
    "\r\n\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n.",
    [
      [200, "OK", ["Content-Length", "1"]],
      [".", []],
    ],
    null,
  ],
  "the last of its connection": [
    "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n",
    [
      [200, "OK", ["Connection", "x, Close", "Content-Length", "0"]],
      ["", []],
    ],
    0,
  ],
  "of an old server": [
    "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    [
      [200, "OK", ["Content-Length", "0"]],
      ["", []],
    ],
    0,
  ],
};

describe("an answer with", () => {
  test.each(Object.entries(answers))("%s is read as it came, however it is cut", (_, [text, told, keepMs]) => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: text.length - 1 }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (at) => {
        const ends = [...at.toSorted((a, b) => a - b), text.length];
        const pieces = ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end));
        expect(read(pieces)).toEqual({ told, over: true, keepMs });
      }),
      { numRuns: 60 },
    );
  });

  test("neither length nor coding ends with its connection", () => {
    const text = "HTTP/1.1 200 OK\r\n\r\nall of it";
    expect(read([text])).toMatchObject({ told: [[200, "OK", []]], over: false });
    expect(read([text], { closes: true })).toMatchObject({
      told: [
        [200, "OK", []],
        ["all of it", []],
      ],
      keepMs: 0,
    });
  });

  test("a length has no body where HEAD was asked", () => {
    const { told, over } = read(["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"], { method: "HEAD" });
    expect([told.at(-1), over]).toEqual([["", []], true]);
  });

  test.each([
    ["HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 0],
    ["GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 0],
    ["POST", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", 0],
    ["POST", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", null],
  ])("no body leaves a connection of no use where one may come all the same: %s, %s", (method, text, keepMs) => {
    expect(read([text], { method })).toMatchObject({ over: true, keepMs });
  });

  test.each([
    ["Connection: close\r\nConnection: keep-alive", 0],
    ["Connection: keep-alive\r\nConnection: x, close", 0],
    ["Connection: x\r\nKeep-Alive: timeout=2;max=5", 2_000],
  ])("%s says for how long its connection may be used", (fields, keepMs) => {
    expect(read([`HTTP/1.1 200 OK\r\n${fields}\r\nContent-Length: 0\r\n\r\n`]).keepMs).toBe(keepMs);
  });

  test("something behind it leaves a connection of no use", () => {
    expect(read(["HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n12"])).toMatchObject({ over: true, keepMs: 0 });
  });
});

test.each([
  ["another protocol", "HTTQ"],
  ["another version", "HTTP/2.0 200 OK\r\n\r\n"],
  ["a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"],
  ["a field without name", "HTTP/1.1 200 OK\r\n: a\r\n\r\n"],
  ["a blank before the colon", "HTTP/1.1 200 OK\r\na : b\r\n\r\n"],
  ["a folded field", "HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n"],
  ["a bare line feed", "HTTP/1.1 200 OK\r\na: b\nc: d\r\n\r\n"],
  ["a NUL", "HTTP/1.1 200 OK\r\na: \0\r\n\r\n"],
  ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\ncontent-length: 1\r\n\r\n"],
  ["a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n"],
  ["a length and a coding", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["a chunk of no size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxy\r\n"],
  ["a chunk that is longer than it says", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc"],
  ["an upgrade nobody asked for", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
  ["a head without end", `HTTP/1.1 200 OK\r\na: ${"b".repeat(1_000)}`],
  ["a trailer that is none", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nnone\r\n\r\n"],
])("%s is a bad answer", (_, text) => {
  const failure = (() => {
    try {
      return read([text]);
    } catch (error) {
      return error instanceof CallError ? error.failure : error;
    }
  })();
  expect(failure).toBe("bad-answer");
});
