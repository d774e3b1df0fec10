import { describe, expect, it } from "vitest";
import { formFields } from "./form.ts";

const names = new Set(["a", "b"]);

function fields(body: string | Buffer): Readonly<Record<string, string>> {
  return Object.fromEntries(formFields(Buffer.from(body), names));
}

describe("the fields of a form", () => {
  it.each([
    ["", {}],
    ["a=1&b=2", { a: "1", b: "2" }],
    ["b=2&x=3&a=1&", { a: "1", b: "2" }],
    ["a=x+y%20z&b=%2B", { a: "x y z", b: "+" }],
    ["a=%F0%9F%91%8D&b=ção", { a: "👍", b: "ção" }],
    ["a=1=2", { a: "1=2" }],
    ["a=", { a: "" }],
    ["a=first&a=second", { a: "first" }],
    ["A=1&aa=1&=1", {}],
  ])("are read: %j", (body, expected) => {
    expect(fields(body)).toEqual(expected);
  });

  it.each(["a=%&b=1", "a=%zz&b=1", "a=%C3&a=1&b=1"])("are empty where their escapes are broken: %j", (body) => {
    expect(fields(body)).toEqual({ a: "", b: "1" });
  });

  it.each([
    ["a", {}],
    ["&&&=&==&a", {}],
    ["%=1&b=1", { b: "1" }],
    ['{"a":"1"}', {}],
  ])("are left out where they are none: %j", (body, expected) => {
    expect(fields(body)).toEqual(expected);
  });

  it("may be bytes of any kind", () => {
    expect(fields(Buffer.from([0x61, 0x3d, 0xff, 0x00, 0x26, 0x62, 0x3d, 0x31]))).toEqual({ a: "\uFFFD\0", b: "1" });
  });

  it("are found behind millions of others", () => {
    expect(fields(`${"&".repeat(1_500_000)}${"x=&".repeat(500_000)}${"x&".repeat(500_000)}a=1`)).toEqual({ a: "1" });
    expect(fields(`x=${"%41".repeat(1_000_000)}&b=1`)).toEqual({ b: "1" });
  });
});
