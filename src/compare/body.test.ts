import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { CompareRules, Outcome } from "../model/index.ts";
import { answered, compare, divergencesOf, said, sampleDeps } from "./sample.ts";
import { compareOutcomes } from "./verdict.ts";

const text = (body: string | Buffer): Outcome => answered(body, { type: "text/plain; charset=utf-8" });
const form = (body: string): Outcome => answered(body, { type: "application/x-www-form-urlencoded" });
const bytes = (body: string | Buffer): Outcome => answered(body, { type: "image/png" });
const coded = (body: Buffer, coding: string): Outcome => answered(body, { headers: ["Content-Encoding", coding] });

describe("JSON bodies", () => {
  it("match whatever their spelling", () => {
    expect(said(compare(answered('{"a":1,"b":[2]}'), answered(' {"b":[ 2 ],\n"a":1}')))).toBe("match");
    expect(said(compare(answered('"\\u00e9"'), answered('"é"')))).toBe("match");
  });

  it.each(["application/json", "application/problem+json; charset=utf-8", "TEXT/JSON"])("are known by %s", (type) => {
    expect(said(compare(answered('{"a":1}', { type }), answered('{ "a":1}', { type })))).toBe("match");
  });

  it("that do not parse are text", () => {
    expect(said(compare(answered("{oops"), answered("{oops!")))).toEqual(["changed /body/lines/0"]);
    expect(said(compare(answered("{}"), answered("{oops")))).toEqual(["type /body"]);
  });

  it("weigh little where both sides accepted alike, for nobody reads them", () => {
    const at = (status: number, body: string): Outcome => answered(body, { status });
    const severities = (legacy: Outcome, candidate: Outcome): readonly string[] =>
      divergencesOf(compare(legacy, candidate)).map(({ severity }) => severity);
    expect(severities(at(200, "1"), at(200, "2"))).toEqual(["minor"]);
    expect(severities(at(400, "1"), at(400, "2"))).toEqual(["major"]);
    expect(severities(at(201, "1"), at(202, "2"))).toEqual(["major", "major"]);
  });
});

describe("text bodies", () => {
  it("are compared by lines", () => {
    expect(said(compare(text("a\nb\nc"), text("a\nB\nc\n")))).toEqual(["changed /body/lines/1", "added /body/lines/3"]);
  });

  it.each(["text/html", "application/yaml", "application/javascript", "application/x-ndjson"])(
    "are known by %s",
    (type) => {
      expect(said(compare(answered("a\nb", { type }), answered("a\nc", { type })))).toEqual(["changed /body/lines/1"]);
    },
  );

  it("that are not UTF-8 are bytes", () => {
    expect(said(compare(text(Buffer.from([0xff])), text(Buffer.from([0xfe]))))).toEqual(["changed /body"]);
    expect(said(compare(text("a"), text(Buffer.from([0xff]))))).toEqual(["type /body"]);
  });
});

describe("forms", () => {
  it("are compared by field, whatever the order of fields and the escapes", () => {
    expect(said(compare(form("a=1&b=x+y"), form("b=x%20y&a=%31")))).toBe("match");
    expect(said(compare(form("a=1&b=2"), form("b=3&a=1&c=")))).toEqual(["added /body/c", "changed /body/b/0"]);
  });

  it("keep the values of a repeated field in order", () => {
    expect(said(compare(form("a=1&a=2"), form("a=1&a=3&a=4")))).toEqual(["changed /body/a/1", "added /body/a/2"]);
  });

  it("with an escape that is no UTF-8 are text, so that unequal ones stay unequal", () => {
    expect(said(compare(form("a=%FF"), form("a=%FE")))).toEqual(["changed /body/lines/0"]);
  });

  it("may have a field called __proto__", () => {
    expect(said(compare(form("__proto__=1"), form("__proto__=1&")))).toBe("match");
    expect(said(compare(form("__proto__=1"), form("__proto__=2")))).toEqual(["changed /body/__proto__/0"]);
  });
});

describe("other bodies", () => {
  it("are compared by their bytes", () => {
    expect(divergencesOf(compare(bytes("abc"), bytes("abcd")))).toEqual([
      expect.objectContaining({
        path: "/body",
        kind: "changed",
        legacy: { type: "bytes", length: 3, hash: expect.any(String) },
        candidate: { type: "bytes", length: 4, hash: expect.any(String) },
      }),
    ]);
  });

  it("of different classes differ as a whole, even with the same bytes", () => {
    expect(divergencesOf(compare(answered('{"a":1}'), text('{"a":1}')))).toEqual([
      expect.objectContaining({
        path: "/body",
        kind: "type",
        legacy: { type: "object", length: 1, hash: expect.any(String) },
        candidate: { type: "string", length: 7, hash: expect.any(String) },
      }),
    ]);
  });

  it("that are empty are absent, whatever their type", () => {
    expect(said(compare(answered(""), text("")))).toBe("match");
    expect(said(compare(text("OK"), text("")))).toEqual(["removed /body"]);
    expect(said(compare(text(""), text("OK")))).toEqual(["added /body"]);
  });

  it("without a type are read as the other side's, or as what they look like", () => {
    const untyped = (body: string): Outcome => answered(body, { type: null });
    expect(said(compare(text('{"a":1}'), untyped('{"a":1}')))).toBe("match");
    expect(said(compare(untyped('{"a":1}'), untyped('{"a": 1}')))).toBe("match");
    expect(said(compare(untyped("OK"), untyped("OK\n")))).toEqual(["added /body/lines/1"]);
  });

  it("that were not kept are not comparable", () => {
    expect(said(compare(answered(null), answered("{}")))).toBe("not-comparable: body-too-large");
    expect(said(compare(answered("{}"), answered(null)))).toBe("not-comparable: body-too-large");
    expect(said(compare(answered(null), answered(null)))).toBe("not-comparable: body-too-large");
  });
});

describe("coded bodies", () => {
  const plain = Buffer.from('{"a":1}');

  it.each([
    ["gzip", gzipSync(plain)],
    ["x-gzip", gzipSync(plain)],
    ["GZIP", gzipSync(plain)],
    ["deflate", deflateSync(plain)],
    ["deflate", deflateRawSync(plain)],
    ["br", brotliCompressSync(plain)],
    ["zstd", zstdCompressSync(plain)],
    ["identity", plain],
    ["gzip, br", brotliCompressSync(gzipSync(plain))],
    ["identity, gzip", gzipSync(plain)],
  ])("are decoded: %s", (coding, body) => {
    expect(said(compare(answered('{"a": 1}'), coded(body, coding)))).toBe("match");
    expect(said(compare(answered('{"a": 2}'), coded(body, coding)))).toEqual(["changed /body/a"]);
  });

  it("may name their codings on several lines", () => {
    const body = brotliCompressSync(gzipSync(plain));
    const candidate = answered(body, { headers: ["Content-Encoding", "gzip", "content-encoding", "br"] });
    expect(said(compare(answered('{"a": 1}'), candidate))).toBe("match");
  });

  it("match without being decoded where bytes and coding are the same", () => {
    expect(said(compare(coded(Buffer.from("?"), "compress"), coded(Buffer.from("?"), "compress")))).toBe("match");
  });

  it("with the same bytes and another coding are not the same", () => {
    const body = gzipSync(plain);
    expect(said(compare(coded(body, "gzip"), answered(body)))).toEqual(["type /body"]);
  });

  it("may be empty, as to HEAD", () => {
    expect(said(compare(answered(""), coded(Buffer.alloc(0), "gzip")))).toBe("match");
  });

  it.each([
    ["gzip", gzipSync(plain).subarray(0, -9)],
    ["gzip", gzipSync(plain).subarray(0, 5)],
    ["gzip", Buffer.from("this is no gzip")],
    ["deflate", deflateSync(plain).subarray(0, -5)],
    ["br", brotliCompressSync(plain).subarray(0, -2)],
    ["zstd", zstdCompressSync(plain).subarray(0, -2)],
  ])("that are truncated or corrupt are not comparable: %s", (coding, body) => {
    expect(said(compare(answered("{}"), coded(body, coding)))).toBe("not-comparable: bad-coding");
  });

  const zeros = Buffer.alloc(17 * 1024 * 1024);

  it.each([
    ["gzip", gzipSync(zeros)],
    ["deflate", deflateSync(zeros)],
    ["br", brotliCompressSync(zeros)],
    ["zstd", zstdCompressSync(zeros)],
    ["gzip, gzip", gzipSync(gzipSync(zeros))],
  ])("that are bombs are not comparable: %s", (coding, body) => {
    expect(said(compare(answered("{}"), coded(body, coding)))).toBe("not-comparable: decoded-too-large");
  });

  it.each(["compress", "constructor", "gzip,gzip,gzip,gzip,gzip"])("in %s are not comparable", (coding) => {
    expect(said(compare(answered("{}"), coded(plain, coding)))).toBe("not-comparable: unknown-coding");
  });
});

it("plain text is a reply to the shopper where the provider shows it", () => {
  const judge = (legacy: string, candidate: string, rules: CompareRules, type = "text/plain") => {
    const [ours, theirs] = [answered(legacy, { type }), answered(candidate, { type })];
    const pair = {
      route: "default",
      itemKind: "message.text",
      legacy: ours,
      candidate: theirs,
      scope: "whole",
    } as const;
    return divergencesOf(compareOutcomes({ ...pair, rules }, sampleDeps)).map(({ severity }) => severity);
  };
  const twilio = { headers: [], textReplies: true };
  expect(judge("Pedido chegou", "Pedido cancelado", twilio)).toEqual(["major"]);
  expect(judge("Pedido chegou", "", twilio)).toEqual(["major"]);
  // Another link is another person's, and another time another appointment.
  const [ours, theirs] = ["9f3c2b7a81d04e6fa1", "1a7d9e2b40c85f3bd2"];
  expect(judge(`Siga https://loja.test/${ours}`, `Siga https://loja.test/${theirs}`, twilio)).toEqual(["major"]);
  expect(judge(`Siga https://loja.test/${ours}`, `Siga https://loja.test/${theirs}`, { headers: [] })).toEqual([
    "noise",
  ]);
  expect(judge('{"a":1}', '{"a":2}', twilio, "application/json")).toEqual(["minor"]);
  expect(judge("Pedido chegou", "Pedido cancelado", { headers: [] })).toEqual(["minor"]);
});
