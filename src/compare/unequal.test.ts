import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome, Verdict } from "../model/index.ts";
import { MAX_DEPTH } from "../lib/depth.ts";
import { afterSpace, endOfValue } from "./json-scan.ts";
import { answered, divergencesOf, sampleDeps } from "./sample.ts";
import { compileRules } from "./rules/book.ts";
import { rule } from "./rules/sample.ts";
import { unequalValues } from "./unequal.ts";
import { compareOutcomes } from "./verdict.ts";

const path = { parent: null, key: "body" };
const inSequence = { kind: "sequence" } as const;
const unequal = (one: string, other: string) =>
  unequalValues({ path, legacy: Buffer.from(one), candidate: Buffer.from(other) }, () => inSequence);

/** Texts that are JSON, nearly, or not at all. */
const name = fc.constantFrom('"a"', '"b"', '"\\u0061"', '""', '"é"', '"__proto__"', '"a.b"');
const leaf = fc.constantFrom(
  "1",
  "1.0",
  "-0",
  "0",
  "1e2",
  "100",
  "12345678901234567890",
  "true",
  "false",
  "null",
  '"a"',
  '"\\u0061"',
  '"é"',
  '"\\u00e9"',
  '"\\/"',
  '"/"',
  '"\\n"',
  '"\u{1F44B}"',
  '""',
  '"1"',
);
const space = fc.constantFrom("", "", "", " ", "\n", "\t\r\n");
const { json } = fc.letrec<{ json: string; object: string; array: string }>((tie) => ({
  json: fc.oneof({ maxDepth: 4 }, leaf, tie("object"), tie("array")),
  object: fc
    .array(fc.tuple(name, tie("json"), space), { maxLength: 4 })
    .map((members) => `{${members.map(([key, value, gap]) => `${key}${gap}:${gap}${value}`).join(",")}}`),
  array: fc
    .array(fc.tuple(tie("json"), space), { maxLength: 4 })
    .map((all) => `[${all.map((one) => one.join("")).join()}]`),
}));

/** The same text with some of it cut out, or put in. */
const edited = json.chain((text) =>
  fc
    .tuple(
      fc.nat(text.length),
      fc.nat(6),
      fc.oneof(leaf, json, fc.constantFrom("", ",", '"', "}", "]", "{", "\\", "\u0001")),
    )
    .map(([at, length, put]) => [text, (text.slice(0, at) + put + text.slice(at + length)).toWellFormed()] as const),
);
const pairs = fc.oneof(edited, fc.tuple(json, json));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("bytes that are gone through", () => {
  const isScanned = (text: string): boolean => {
    const bytes = Buffer.from(text);
    try {
      return afterSpace(bytes, endOfValue(bytes, afterSpace(bytes, 0), 0)) === bytes.length;
    } catch {
      return false;
    }
  };

  it("are JSON where JSON.parse reads them, and nowhere else", () => {
    fc.assert(
      fc.property(pairs, ([, text]) => {
        expect(isScanned(text)).toBe(isJson(text));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    "",
    " ",
    "-",
    "01",
    "1.",
    ".5",
    "1e",
    "1e+",
    "+1",
    "0x1",
    "tru",
    "nulll",
    "NaN",
    "[1,]",
    "[,1]",
    "{,}",
    "[1 2]",
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    "{a:1}",
    "{'a':1}",
    '"',
    '"\\',
    '"\\x"',
    '"\\u12"',
    '"\t"',
    "\u00a01",
    "\ufeff1",
    "1 1",
    "-0.0e-0",
    "1E+9",
    '"\\ud800"',
    '"\u007f"',
    " [ ] ",
    " { } ",
    "\r\n\t 1 ",
  ])("are JSON where JSON.parse reads them: %s", (text) => {
    expect(isScanned(text)).toBe(isJson(text));
    expect(unequal(text, `${text} `) !== null).toBe(isJson(text));
    expect(unequal("[{}]", text) !== null).toBe(isJson(text));
  });

  it("nest as deep as may be, and no deeper", () => {
    const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    expect(unequal(nested(MAX_DEPTH), ` ${nested(MAX_DEPTH)}`)).toEqual([]);
    expect(unequal(nested(MAX_DEPTH + 1), ` ${nested(MAX_DEPTH + 1)}`)).toBeNull();
    expect(unequal("1", nested(MAX_DEPTH + 1))).toBeNull();
  });

  it("are not taken for what the other side has", () => {
    expect(unequal('{"a":1}', '{{a":1}')).toBeNull();
    expect(unequal('["a"]', '[[a"]')).toBeNull();
  });

  it("are UTF-8", () => {
    const bad = Buffer.from('"\xff"', "latin1");
    expect(unequalValues({ path, legacy: bad, candidate: bad }, () => inSequence)).toBeNull();
  });
});

describe("what is not written alike", () => {
  it.each([
    ['{"a":1,"b":[{"c":"x"}]}', ' {"a": 1, "b":[{"c":"\\u0078"}]}', []],
    ['{"a":1,"b":[1,2,{"c":"x"}]}', '{"a":1,"b":[1,2,{"c":"y"}]}', ["body b 2 c"]],
    ['{"a":1,"b":2}', '{"a":2,"b":3}', ["body a", "body b"]],
    ['{"a":1,"b":2}', '{"b":2,"a":1}', []],
    ['{"a":{"b":1}}', '{"a":{"b":1,"c":1}}', ["body a c"]],
    ['{"a":{"b":1,"c":1}}', '{"a":{"b":2}}', ["body a b", "body a c"]],
    ['{"a":1,"b":{"c":[1,{"d":2}],"e":3}}', '{"x":0,"b":{"e":3,"c":[1,{"d":4}]},"a":1}', ["body b c 1 d", "body x"]],
    ['{"a":1,"b":2}', '{"b":2,"b":2,"a":1}', ["body"]],
    ['{"a":1,"b":2}', '{"a":1,"a":1}', ["body"]],
    ['{"\\u0061":1}', '{"\\u0061":1,"a":2}', ["body"]],
    ['{"a":1,"b":2}', '{"b":2,"\\u0061":1}', ["body"]],
    [
      '{"a":{"b":{"c":{"d":1,"e":2},"f":1},"g":1},"h":1}',
      '{"h":1,"a":{"g":1,"b":{"f":1,"c":{"e":2,"d":1}}}}',
      ["body a b c"],
    ],
    ['{"a":[1,2,3]}', '{"a":[1,3,2]}', ["body a"]],
    ['{"a":[1,2]}', '{"a":[1]}', ["body a"]],
    ['{"o":{"a":1,"a":2}}', '{"o":{"a":1,"a":3}}', ["body o"]],
    ['{"a":[]}', '{"a":[[]]}', ["body a"]],
    ['{"a":{}}', '{"a":[]}', ["body a"]],
  ])("is read below the one place that holds it: %s against %s", (one, other, places) => {
    const shown = unequal(one, other)?.map(({ path: at }) => {
      const keys = [];
      for (let place: typeof at | null = at; place !== null; place = place.parent) keys.unshift(place.key);
      return keys.join(" ");
    });
    expect(shown).toEqual(places);
  });

  /** In UTF-16 a document is read whole. */
  const whole = (text: string): Outcome =>
    answered(Buffer.from(text, "utf16le"), { type: "application/json; charset=utf-16le" });
  const rules = compileRules([
    rule("/body/a", { kind: "unordered", by: null }),
    rule("/body/b", { kind: "unordered", by: "/a" }),
    rule("/body/*", { kind: "unordered", by: null }),
  ]).at(0);
  const judge = (legacy: Outcome, candidate: Outcome, inForce = sampleDeps.rules): Verdict => {
    const pair = {
      route: "default",
      itemKind: "request",
      rules: { headers: [] },
      scope: "whole",
      legacy,
      candidate,
    } as const;
    return compareOutcomes(pair, { ...sampleDeps, rules: inForce });
  };
  const found = (verdict: Verdict): readonly string[] =>
    divergencesOf(verdict)
      .map((one) => JSON.stringify(one))
      .toSorted();

  it.each([
    ["without rules", sampleDeps.rules],
    ["with arrays that have no order", rules],
  ])("comes to what both documents come to that are read whole: %s", (_, inForce) => {
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        const [cut, read] = [judge(answered(one), answered(other), inForce), judge(whole(one), whole(other), inForce)];
        expect([cut.kind, found(cut)]).toEqual([read.kind, found(read)]);
      }),
      { numRuns: 1000 },
    );
  });
});
