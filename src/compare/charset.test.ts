import { describe, expect, it } from "vitest";
import type { Outcome } from "../model/index.ts";
import { answered, compare, said } from "./sample.ts";

const typed = (body: string | Buffer, type: string): Outcome => answered(body, { type });
const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");
const bigEndian = (text: string): Buffer => utf16(text).swap16();

describe("text is the same in any charset", () => {
  it.each([
    ["text/plain; charset=iso-8859-1", latin1("olá")],
    ['text/plain; charset="ISO-8859-1"', latin1("olá")],
    ["text/plain; format=flowed; Charset = windows-1252", latin1("olá")],
    ["text/plain; charset=utf-16le", utf16("olá")],
    ["text/plain; charset=utf-16be", bigEndian("olá")],
    ["text/plain; charset=utf-16", utf16("\ufeffolá")],
    ["text/plain; charset=utf-16", bigEndian("\ufeffolá")],
    ["text/plain; charset=UTF-8", Buffer.from("olá")],
  ])("%s", (type, body) => {
    expect(said(compare(typed("olá", "text/plain"), typed(body, type)))).toBe("match");
    expect(said(compare(typed("olà", "text/plain"), typed(body, type)))).toEqual(["changed /body/lines/0"]);
  });
});

it("JSON, XML and forms are read in their charset", () => {
  expect(
    said(compare(typed('{"a":"olá"}', "application/json"), typed(latin1('{"a":"olá"}'), "text/json; charset=latin1"))),
  ).toBe("match");
  expect(said(compare(typed("<a>olá</a>", "text/xml"), typed(latin1("<a>olá</a>"), "text/xml; charset=latin1")))).toBe(
    "match",
  );
  const form = "application/x-www-form-urlencoded";
  expect(said(compare(typed("a=olá", form), typed(latin1("a=olá"), `${form}; charset=latin1`)))).toBe("match");
});

it("XML says its charset itself where its type does not", () => {
  const declared = '<?xml version="1.0" encoding="ISO-8859-1"?><a>olá</a>';
  const utf8 = typed("<a>olá</a>", "text/xml");
  expect(said(compare(utf8, typed(latin1(declared), "text/xml")))).toBe("match");
  expect(said(compare(utf8, typed(Buffer.from(declared), "text/xml; charset=utf-8")))).toBe("match");
  expect(said(compare(utf8, typed(utf16("\ufeff<a>olá</a>"), "text/xml")))).toBe("match");
  expect(said(compare(utf8, typed(bigEndian("\ufeff<a>olá</a>"), "text/xml")))).toBe("match");
});

it.each(["text/plain; charset=klingon", "text/plain; charset=utf-7", "text/plain; charset=us-ascii"])(
  "bytes that are no text of a known charset are compared as they are: %s",
  (type) => {
    const one = typed(Buffer.from([0x61, 0xff, 0x62]), type);
    expect(said(compare(one, typed(Buffer.from([0x61, 0xff, 0x63]), type)))).toEqual(["changed /body"]);
    expect(said(compare(one, typed("a", "text/plain")))).toEqual(["type /body"]);
  },
);

it("the same bytes in another charset are the same where they mean the same, and only there", () => {
  const asLatin1 = "text/plain; charset=iso-8859-1";
  expect(said(compare(typed("ola", "text/plain"), typed("ola", asLatin1)))).toBe("match");
  expect(said(compare(typed("olá", "text/plain"), typed("olá", asLatin1)))).toEqual(["changed /body/lines/0"]);
});

it("a byte order mark is no part of a text of 16-bit units, and one of UTF-8", () => {
  expect(said(compare(typed("\ufeffa", "text/plain"), typed("a", "text/plain")))).toEqual(["changed /body/lines/0"]);
  expect(said(compare(typed("\ufeff{}", "application/json"), typed("{}", "application/json")))).toEqual(["type /body"]);
});
