import { describe, expect, it } from "vitest";
import type { Outcome } from "../model/index.ts";
import { answered, compare, divergencesOf, said } from "./sample.ts";

interface Sent {
  readonly header?: string;
  readonly content: string | Buffer;
}

function body(boundary: string, parts: readonly Sent[]): Buffer {
  const pieces = parts.flatMap(({ header = "", content }) => [
    `--${boundary}\r\n${header}${header === "" ? "" : "\r\n"}\r\n`,
    content,
    "\r\n",
  ]);
  return Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece)));
}

const multipart = (parts: readonly Sent[], boundary = "b", subtype = "form-data"): Outcome =>
  answered(body(boundary, parts), { type: `multipart/${subtype}; boundary="${boundary}"` });

const field = (name: string, content: string): Sent => ({
  header: `Content-Disposition: form-data; name="${name}"`,
  content,
});
const file = (content: string | Buffer, type = "image/png"): Sent => ({
  header: `Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: ${type}`,
  content,
});

describe("a multipart body", () => {
  it("is compared by field, whatever the boundary and the order of fields", () => {
    const [to, text] = [field("to", "1"), field("text", "olá\nmundo")];
    expect(said(compare(multipart([to, text]), multipart([text, to], "other")))).toBe("match");
    expect(said(compare(multipart([to, text]), multipart([to, field("text", "olá\nMundo")], "c")))).toEqual([
      "changed /body/text/0/text/1",
    ]);
    expect(said(compare(multipart([to, text]), multipart([text])))).toEqual(["removed /body/to"]);
    expect(said(compare(multipart([to, to]), multipart([field("to", "0"), to, to])))).toEqual(["added /body/to/0"]);
  });

  it("has each part read as what it is", () => {
    const json = (value: string): Outcome => multipart([file(value, "application/json")]);
    expect(said(compare(json('{"a":1}'), json('{ "a": 1 }')))).toBe("match");
    expect(said(compare(json('{"a":1}'), json('{"a":1.0}')))).toEqual(["changed /body/file/0/json/a"]);
    expect(said(compare(json('["a"]'), multipart([file("a", "text/plain")])))).toEqual(
      expect.arrayContaining(["removed /body/file/0/json", "added /body/file/0/text"]),
    );
  });

  it("has files compared by their bytes", () => {
    const [one, other] = [Buffer.from([0xff, 13, 10, 0]), Buffer.from([0xfe, 13, 10, 0, 1])];
    expect(said(compare(multipart([file(one)]), multipart([file(one)], "c")))).toBe("match");
    expect(divergencesOf(compare(multipart([file(one)]), multipart([file(other)])))).toEqual([
      expect.objectContaining({
        path: "/body/file/0/bytes",
        kind: "changed",
        legacy: { type: "bytes", length: 4, hash: expect.any(String) },
        candidate: { type: "bytes", length: 5, hash: expect.any(String) },
      }),
    ]);
  });

  it("has the headers of its parts compared, not how they are spelled", () => {
    const spelled = { header: 'content-disposition:form-data;\r\n name="to"', content: "1" };
    expect(said(compare(multipart([field("to", "1")]), multipart([spelled], "c")))).toBe("match");
    expect(said(compare(multipart([file("1")]), multipart([file("1", "image/jpeg")])))).toEqual([
      "changed /body/file/0/headers/content-type",
    ]);
  });

  it("that is no form is compared by part, in order", () => {
    const mixed = (...contents: readonly string[]): Outcome =>
      multipart(
        contents.map((content) => ({ content })),
        "b",
        "mixed",
      );
    expect(said(compare(mixed("1", "2"), mixed("0", "1", "2")))).toEqual(["added /body/parts/0"]);
    expect(said(compare(mixed("1", "2"), mixed("2", "1")))).toHaveLength(2);
  });

  it("may hold multipart bodies, to a few levels", () => {
    const nest = (levels: number, content: string): Buffer =>
      levels === 0
        ? Buffer.from(content)
        : body(`b${levels}`, [
            { header: `Content-Type: multipart/mixed; boundary=b${levels - 1}`, content: nest(levels - 1, content) },
          ]);
    const outer = (levels: number, content: string): Outcome =>
      answered(nest(levels, content), { type: `multipart/mixed; boundary=b${levels}` });
    expect(said(compare(outer(2, "x"), outer(2, "y")))).toEqual(["changed /body/parts/0/multipart/parts/0/bytes"]);
    expect(said(compare(outer(200, "x"), outer(200, "y")))).toHaveLength(1);
  });

  it.each([
    ["has no end", "--b\r\n\r\n1\r\n"],
    ["has another boundary", "--c\r\n\r\n1\r\n--c--"],
    ["has a header that is none", "--b\r\nno header\r\n\r\n1\r\n--b--"],
    ["has a header without end", `--b\r\na: ${"x".repeat(10_000)}`],
    ["is empty but for its end", "-b--"],
  ])("that %s is text", (_, text) => {
    const type = "multipart/form-data; boundary=b";
    const found = said(compare(answered(text, { type }), answered(`${text}\n1`, { type })));
    expect(found).toEqual([`added /body/lines/${text.split("\n").length}`]);
  });

  it("without a boundary is text", () => {
    const type = "multipart/form-data";
    expect(said(compare(answered("a", { type }), answered("b", { type })))).toEqual(["changed /body/lines/0"]);
  });
});
