import { describe, expect, it } from "vitest";
import { extract, parseExtractor } from "./extractor.ts";
import { createReading } from "./reading.ts";

interface Request {
  readonly target?: string;
  readonly rawHeaders?: readonly string[];
  readonly body?: string;
}

function found(form: string, { target = "/", rawHeaders = [], body = "" }: Request): string | null {
  const extractor = parseExtractor(form);
  if (extractor === null || extractor.kind === "profile") throw new Error(`"${form}" is no extractor of a delivery`);
  return extract(extractor, createReading({ method: "POST", target, rawHeaders }, Buffer.from(body)));
}

describe("an extractor's form", () => {
  it.each([
    "",
    "header",
    "header:",
    "header:a b",
    "query:",
    "path:0",
    "path:-1",
    "path:1.5",
    "path:x",
    "json:a",
    "json:/a~2",
    "cookie:a",
    "Profile",
  ])("is not %j", (form) => {
    expect(parseExtractor(form)).toBeNull();
  });

  it("is read", () => {
    expect(
      ["profile", "header:X-User", "query:u:v", "path:2", "json:/a~1b/~0c/0", "json:"].map(parseExtractor),
    ).toEqual([
      { kind: "profile" },
      { kind: "header", name: "x-user" },
      { kind: "query", name: "u:v" },
      { kind: "path", segment: 2 },
      { kind: "json", tokens: ["a/b", "~c", "0"] },
      { kind: "json", tokens: [] },
    ]);
  });
});

describe("a header extractor", () => {
  it.each<[string | null, readonly string[]]>([
    ["ana", ["X-User", "ana"]],
    ["ana", ["accept", "x-user", "x-uSER", "ana"]],
    ["ana", ["x-user", " ", "x-user", "ana", "x-user", "bia"]],
    [null, ["x-users", "ana"]],
    [null, ["x-user", ""]],
    [null, ["x-user"]],
    [null, []],
  ])("finds %j in %j", (id, rawHeaders) => {
    expect(found("header:X-User", { rawHeaders })).toBe(id);
  });
});

describe("a query extractor", () => {
  it.each([
    ["ana", "/a?user=ana"],
    ["ana maria", "/a?x=1&user=ana+maria"],
    ["ção", "/a?user=%C3%A7%C3%A3o"],
    ["bia", "/a?user=&user=bia"],
    ["ana", "http://shop.example/a?user=ana"],
    [null, "/a?users=ana"],
    [null, "/user=ana"],
    [null, "*"],
  ])("finds %j in %j", (id, target) => {
    expect(found("query:user", { target })).toBe(id);
  });
});

describe("a path extractor", () => {
  it.each([
    ["ana", "path:2", "/users/ana"],
    ["ana", "path:2", "/users/ana/orders?x=/y"],
    ["a/b", "path:1", "/a%2Fb"],
    ["ção", "path:1", "/%C3%A7%C3%A3o"],
    ["ana", "path:1", "http://shop.example:8080/ana?b"],
    [null, "path:1", "http://shop.example?a=/b"],
    [null, "path:2", "/users/"],
    [null, "path:2", "/users?x=/ana"],
    [null, "path:1", "/%E0%A4%A"],
    [null, "path:1", "*"],
    [null, "path:999", "/a"],
  ])("finds %j with %s in %j", (id, form, target) => {
    expect(found(form, { target })).toBe(id);
  });
});

describe("a JSON extractor", () => {
  it.each([
    ["ana", "json:/user/id", '{"user":{"id":"ana"}}'],
    ["bia", "json:/users/1", '{"users":["ana","bia"]}'],
    ["42", "json:/id", '{"id":42}'],
    ["ana", "json:/a~1b", '{"a/b":"ana"}'],
    ["ana", "json:/", '{"":"ana"}'],
    ["ana", "json:", '"ana"'],
    ["own", "json:/__proto__", '{"__proto__":"own"}'],
    [null, "json:/constructor/name", "{}"],
    [null, "json:/length", "[1]"],
    [null, "json:/users/01", '{"users":["ana","bia"]}'],
    [null, "json:/users/-", '{"users":["ana"]}'],
    [null, "json:/id/0", '{"id":"ana"}'],
    [null, "json:/id", '{"id":null}'],
    [null, "json:/id", '{"id":true}'],
    [null, "json:/id", '{"id":{}}'],
    [null, "json:/id", '{"id":9007199254740993}'],
    [null, "json:/id", '{"id":1.5}'],
    [null, "json:/id", '{"id":"ana"'],
    [null, "json:/id", ""],
  ])("finds %j with %s in %s", (id, form, body) => {
    expect(found(form, { body })).toBe(id);
  });

  it("reads a body that lies inside a larger buffer", () => {
    const whole = new TextEncoder().encode('xx{"id":"ana"}xx');
    const extractor = parseExtractor("json:/id");
    const reading = createReading({ method: "POST", target: "/", rawHeaders: [] }, whole.subarray(2, -2));
    expect(extractor?.kind === "json" && extract(extractor, reading)).toBe("ana");
  });
});

describe("an id", () => {
  it.each([
    [256, "a".repeat(256)],
    [undefined, "a".repeat(257)],
    [undefined, " \t "],
  ])("of %j characters is taken whole or not at all", (length, id) => {
    expect(found("json:/id", { body: JSON.stringify({ id }) })?.length).toBe(length);
  });
});
