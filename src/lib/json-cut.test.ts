import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cut, cutJson } from "./json-cut.ts";

function cutText(text: string | Uint8Array, cut: Exclude<Cut, string>): string | null {
  const bytes = cutJson(Buffer.from(text), cut);
  return bytes === null ? null : Buffer.from(bytes).toString("utf8");
}

const elements = (...cuts: readonly Cut[]) => ({ elements: cuts });
const members = (cuts: Readonly<Record<string, Cut>>) => ({ members: new Map(Object.entries(cuts)) });

describe("what goes", () => {
  it.each([
    ["[1,2,3]", ["out", "stay", "stay"], "[2,3]"],
    ["[1,2,3]", ["stay", "out", "stay"], "[1,3]"],
    ["[1,2,3]", ["stay", "stay", "out"], "[1,2]"],
    ["[1,2,3]", ["out", "out", "stay"], "[3]"],
    ["[1,2,3]", ["out", "stay", "out"], "[2]"],
    ["[1,2,3]", ["stay", "out", "out"], "[1]"],
    ["[1,2,3]", ["out", "out", "out"], "[]"],
    ["[]", [], "[]"],
    ["[ 1 , 2 , 3 ]", ["out", "stay", "stay"], "[ 2 , 3 ]"],
    ["[ 1 , 2 , 3 ]", ["stay", "out", "stay"], "[ 1 , 3 ]"],
    ["[ 1 , 2 , 3 ]", ["stay", "stay", "out"], "[ 1 , 2 ]"],
    ["[ 1 ]", ["out"], "[  ]"],
    ["\n[\n\t1,\r\n\t2\n]\n", ["stay", "out"], "\n[\n\t1\n]\n"],
  ] as const)("leaves of %j, %j: %j", (text, cuts, left) => {
    expect(cutText(text, elements(...cuts))).toBe(left);
  });

  it("may be a member, with its name", () => {
    const text = '{ "a" : 1 , "b" : [ 2 ] , "c" : {} }';
    expect(cutText(text, members({ a: "out" }))).toBe('{ "b" : [ 2 ] , "c" : {} }');
    expect(cutText(text, members({ b: "out" }))).toBe('{ "a" : 1 , "c" : {} }');
    expect(cutText(text, members({ c: "out" }))).toBe('{ "a" : 1 , "b" : [ 2 ] }');
    expect(cutText(text, members({ a: "out", b: elements("out") }))).toBe('{ "b" : [  ] , "c" : {} }');
    expect(cutText(text, members({ a: "out", b: "out", c: "out" }))).toBe("{  }");
  });

  it("is found whichever way its name is spelled", () => {
    const text = String.raw`{"x":0,"ent\u0072y":[1,2],"\ud83d\udc4D\/\n":[1,2],"á":[1,2]}`;
    const last = elements("stay", "out");
    expect(cutText(text, members({ entry: last, "👍/\n": last, á: last }))).toBe(
      String.raw`{"x":0,"ent\u0072y":[1],"\ud83d\udc4D\/\n":[1],"á":[1]}`,
    );
  });

  it("is found beside names that objects have of themselves", () => {
    const text = '{"__proto__":[1],"constructor":[1],"toString":[1]}';
    expect(cutText(text, members({ constructor: elements("out") }))).toBe(
      '{"__proto__":[1],"constructor":[],"toString":[1]}',
    );
  });
});

describe("what stays", () => {
  it("is byte for byte what came", () => {
    const kept = String.raw`{"b":9007199254740993,"a":1.50,"2":-0.0,"1":1E+400,"s":"\u00e1\/\u0040é","d":1,"d":2, "w" :[ ] }`;
    expect(cutText(`[0,${kept},0 ]`, elements("out", "stay", "out"))).toBe(`[${kept} ]`);
  });

  it("is the very bytes where nothing goes", () => {
    const bytes = Buffer.from('xx{"a":[1]}xx').subarray(2, -2);
    const result = cutJson(bytes, members({ a: elements("stay") }));
    expect(result?.buffer).toBe(bytes.buffer);
    expect([result?.byteOffset, result?.byteLength]).toEqual([bytes.byteOffset, bytes.byteLength]);
  });

  it("is whole in a view of a larger buffer, which is left alone", () => {
    const whole = new TextEncoder().encode("[[1,2,3]]");
    expect(cutText(whole.subarray(1, -1), elements("stay", "out", "stay"))).toBe("[1,3]");
    expect(new TextDecoder().decode(whole)).toBe("[[1,2,3]]");
  });

  it("is what a parser reads without what goes, spelled as it was, at every depth", () => {
    fc.assert(
      fc.property(tree, spaces, (node, space) => {
        const text = write(node, space);
        const result = cutText(text, rootOf(node));
        expect(result).not.toBeNull();
        expect(squeeze(result ?? "")).toBe(writeKept(node));
        JSON.parse(result ?? "");
      }),
      { numRuns: 800 },
    );
  });
});

describe("a document is not cut", () => {
  const first = members({ a: elements("out", "stay") });

  it.each([
    ["a member on the way comes twice", '{"a":[1,2],"a":[1,2]}'],
    ["it comes twice and is spelled in two ways", String.raw`{"a":[1,2],"\u0061":[1,2]}`],
    ["another member beside it comes twice", '{"a":[1,2],"b":1,"b":1}'],
    ["the member is not there", '{"b":[1,2]}'],
    ["the member is of another case", '{"A":[1,2]}'],
    ["the array is shorter", '{"a":[1]}'],
    ["the array is longer", '{"a":[1,2,3]}'],
    ["the array is empty", '{"a":[]}'],
    ["there is an object instead of the array", '{"a":{"0":1,"1":2}}'],
    ["there is an array instead of the object", '[["a"],[1,2]]'],
    ["there is a string", '"a"'],
    ["there is nothing", ""],
    ["there is only white space", " \n"],
    ["there is a byte order mark", '\ufeff{"a":[1,2]}'],
    ["it is in UTF-16", Buffer.from('{"a":[1,2]}', "utf16le")],
    ["it is in Latin-1", Buffer.from('{"a":[1,"é"]}', "latin1")],
    ["a surrogate is encoded in it", Buffer.from('{"a":[1,"\xed\xa0\x80"]}', "latin1")],
    ["it goes on behind its end", '{"a":[1,2]} {}'],
  ])("where %s", (_, text) => {
    expect(cutText(text, first)).toBeNull();
  });

  it.each([
    "[1,2",
    "[1,2}",
    "[1 2]",
    "[1,,2]",
    "[,1,2]",
    "[1,2,]",
    '{"a":1,}',
    '{,"a":1}',
    '{"a" 1}',
    '{"a":}',
    '{"a"}',
    "{a:1}",
    "{1:1}",
    "{'a':1}",
    '{"a":1]',
    "nul",
    "nulll",
    "True",
    "undefined",
    "NaN",
    "Infinity",
    "-",
    "+1",
    "01",
    "-01",
    "1.",
    ".5",
    "1e",
    "1e+",
    "1.e1",
    "0x1",
    "1_0",
    '"a',
    '"\\"',
    '"\\x"',
    '"\\u12"',
    '"\\u12g4"',
    '"\n"',
    '"\u0000"',
    "\u00a01",
    "\v1",
    "/**/1",
    "[1]//",
    "]",
  ])("where a parser would refuse it: %j", (text) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(cutText(text, { elements: ["out", "stay"] })).toBeNull();
    expect(cutText(`[1,${text}]`, { elements: ["out", "stay"] })).toBeNull();
    expect(cutText(`{"a":[1,2],"b":${text}}`, first)).toBeNull();
  });

  it("exactly where a parser would refuse it, whatever a byte of it is changed to", () => {
    const text = String.raw`{"a":[-1.5e+3,{"b":"\u00e1\n"},true], "c" :[null,[0 ],{}] }`;
    const all = members({});
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(1), fc.string({ maxLength: 2 }), (at, gone, other) => {
        const changed = text.slice(0, at) + other + text.slice(at + gone);
        expect(cutText(changed, all) === null).toBe(!isObject(parsed(changed)) || namesTwice(changed));
      }),
      { numRuns: 2000 },
    );
  });

  it("where it is cut off, wherever", () => {
    const text = String.raw`{"a":[-1.5e+3,{"b":"\u00e1\n"}], "c" :[null,[0 ],{}] }`;
    for (let length = 0; length < text.length; length += 1) expect(cutText(text.slice(0, length), first)).toBeNull();
    expect(cutText(text, first)).not.toBeNull();
  });

  it("where it is any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(cutJson(bytes, first)).toBeNull();
      }),
    );
  });
});

describe("a document as large or as deep as they get", () => {
  it.each([
    ["arrays", "[", "]"],
    ["objects", '{"a":', "}"],
  ])("is cut though it has a million %s in each other", (_, open, close) => {
    const deep = `${open.repeat(1_000_000)}1${close.repeat(1_000_000)}`;
    expect(cutText(`[${deep},2,${deep}]`, elements("out", "stay", "stay")) === `[2,${deep}]`).toBe(true);
    expect(cutText(`[${open.repeat(1_000_000)}`, elements("out"))).toBeNull();
  });

  it("is cut of every second of 200,000 elements, and of members", () => {
    const cuts: readonly Cut[] = Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? "out" : "stay"));
    const text = `{"a":[${cuts.map((_, i) => i).join(" , ")}],${cuts.map((_, i) => `"m${i}":0`).join(",")}}`;
    const gone = new Map<string, Cut>(cuts.map((cut, i) => [`m${i}`, cut]));
    const result: unknown = JSON.parse(cutText(text, { members: gone.set("a", { elements: cuts }) }) ?? "");
    expect(result).toMatchObject({ a: { length: 100_000, 0: 1, 99_999: 199_999 } });
    expect(Object.keys(result ?? {})).toHaveLength(100_001);
  });
});

/** A document of which parts go: leaves are spelled in ways that parsing and writing again would not keep. */
type Node = { readonly out: boolean } & (
  | { readonly leaf: string }
  | { readonly items: readonly Node[] }
  | { readonly fields: readonly (readonly [name: string, Node])[] }
);

const out = fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const leaf = fc.constantFrom(
  "1",
  "-0.0",
  "1e400",
  "9007199254740993",
  "true",
  "null",
  '"a]}b"',
  '"é👍"',
  String.raw`"\u00e1\/"`,
  String.raw`"\"\\"`,
  String.raw`"\ud800"`,
  "[ ]",
  '{ "d" : 1 , "d" : [ 2 ] }',
);
const name = fc.constantFrom('"a"', String.raw`"\u0062"`, '"ç"', '""', String.raw`"\"\\"`, '"__proto__"', '"7"');

const { tree } = fc.letrec<{ tree: Node; any: Node }>((tie) => ({
  tree: fc.oneof(
    fc.record({ out: fc.constant(false), items: fc.array(tie("any"), { maxLength: 5 }) }),
    fc.record({
      out: fc.constant(false),
      fields: fc.uniqueArray(fc.tuple(name, tie("any")), { maxLength: 5, selector: ([name]) => name }),
    }),
  ),
  any: fc.oneof(
    { depthSize: "small" },
    fc.record({ out, leaf }),
    fc.tuple(out, tie("tree")).map(([out, node]) => ({ ...node, out })),
  ),
}));

const spaces = fc.array(fc.constantFrom("", "", " ", "\n\t", "\r"), { minLength: 1, maxLength: 7 });

function write(node: Node, space: readonly string[]): string {
  let next = 0;
  const gap = () => space[(next += 1) % space.length] ?? "";
  const text = (node: Node): string => {
    if ("leaf" in node) return node.leaf;
    if ("items" in node) return `[${node.items.map((item) => gap() + text(item) + gap()).join(",") || gap()}]`;
    const fields = node.fields.map(([name, value]) => `${gap()}${name}${gap()}:${gap()}${text(value)}${gap()}`);
    return `{${fields.join(",") || gap()}}`;
  };
  return gap() + text(node) + gap();
}

function writeKept(node: Node): string {
  if ("leaf" in node) return squeeze(node.leaf);
  if ("items" in node)
    return `[${node.items
      .filter(({ out }) => !out)
      .map(writeKept)
      .join(",")}]`;
  const kept = node.fields.filter(([, { out }]) => !out);
  return `{${kept.map(([name, value]) => `${name}:${writeKept(value)}`).join(",")}}`;
}

function cutOf(node: Node): Cut {
  if (node.out) return "out";
  return "leaf" in node ? "stay" : rootOf(node);
}

function rootOf(node: Node): Exclude<Cut, string> {
  if ("items" in node) return { elements: node.items.map(cutOf) };
  const fields = "fields" in node ? node.fields : [];
  return { members: new Map(fields.map(([name, value]) => [String(JSON.parse(name)), cutOf(value)])) };
}

/** Without the white space between tokens. */
function squeeze(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|[ \n\r\t]+/g, "$1");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the sample above came to have but one of its two members. */
function namesTwice(text: string): boolean {
  return Object.keys(parsed(text) ?? {}).length < 2;
}
