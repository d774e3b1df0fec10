import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Exact } from "./json.ts";
import { parseJson } from "../lib/exact-json.ts";
import { answered, compare, divergencesOf, said } from "./sample.ts";

/** The verdict on two JSON texts. */
const judge = (legacy: string, candidate: string): ReturnType<typeof said> =>
  said(compare(answered(legacy), answered(candidate)));

describe("numbers", () => {
  it.each([
    ["1.0", "1"],
    ["1e2", "100"],
    ["1E2", "1e2"],
    ["-0", "0"],
    ["0.10", "0.1"],
    ["12345678901234567890", "12345678901234567891"],
    ["9007199254740993", "9007199254740992"],
    ["0.1000000000000000055511151231257827", "0.1"],
    ["1e400", "2e400"],
    ["1e-400", "0"],
  ])("are compared as they are written: %s is not %s", (one, other) => {
    expect(judge(`{"a":${one}}`, `{"a":${other}}`)).toEqual(["changed /body/a"]);
    expect(judge(`{"a":[${other}],"b":1}`, `{"a":[${one}],"b":2}`)).toEqual(["changed /body/a/0", "changed /body/b"]);
    expect(judge(`{"a":{"b":[${one}]}}`, ` {"a":{"b":[${one} ]}}`)).toBe("match");
    expect(judge(one, ` ${one}`)).toBe("match");
    expect(judge(`[${one},2,3]`, `[2,3,${one}]`)).toEqual(["removed /body/0", "added /body/2"]);
  });

  it("are numbers however they are written", () => {
    const [found] = divergencesOf(compare(answered('{"a":1.0}'), answered('{"a":1}')));
    expect(found).toMatchObject({ kind: "changed", legacy: { type: "number" }, candidate: { type: "number" } });
    expect(found?.legacy).not.toEqual(found?.candidate);
    expect(judge('{"a":1.0}', '{"a":"1.0"}')).toEqual(["type /body/a"]);
    expect(judge('{"a":1.0}', '{"a":{}}')).toEqual(["type /body/a"]);
    expect(judge('{"a":1.0}', "{}")).toEqual(["removed /body/a"]);
  });

  it("in strings are text", () => {
    expect(parseJson(String.raw`{"a":"1.0","b\"1.0":[":1.0","\\",-1]}`)).toEqual({
      a: "1.0",
      'b"1.0': [":1.0", "\\", -1],
    });
  });
});

describe("a member that is there twice", () => {
  it("is seen, though parsers take the last", () => {
    expect(judge('{"a":1,"a":2}', '{"a":2}')).toEqual(["removed /body/a/0"]);
    expect(judge('{"a":2}', '{"a":2,"a":2}')).toEqual(["added /body/a/1"]);
    expect(judge('{"a":1,"a":2}', '{"a":3,"a":2}')).toEqual(["changed /body/a/0"]);
    expect(judge('{"a":1,"b":0,"a":2}', ' {"b":0,"a":1,"a":2}')).toBe("match");
    expect(judge('{"a":1,"a":2}', '{"b":1}')).toEqual(["removed /body/a", "added /body/b"]);
    expect(judge('[{"a":{},"a":{}}]', '[{"a":{}}]')).toEqual(["removed /body/0/a/1"]);
  });

  it("is no array", () => {
    expect(judge('{"a":1,"a":2}', '{"a":[1,2]}')).not.toBe("match");
    expect(judge('{"a":[1],"a":[1]}', '{"a":[[1],[1]]}')).not.toBe("match");
    expect(judge('[{"a":1,"a":2}]', '[{"a":[1,2]}]')).not.toBe("match");
  });

  it.each(["__proto__", "constructor", "toString"])("may be called %s", (name) => {
    expect(judge(`{"${name}":1,"${name}":1}`, `{"${name}":1}`)).toEqual([
      expect.stringMatching(/^removed \/body\/[^/]+\/\d$/),
    ]);
  });

  it("is told by its name, whatever the escapes", () => {
    expect(judge(String.raw`{"a":1,"\u0061":2}`, '{"a":2}')).toEqual(["removed /body/a/0"]);
    expect(judge(String.raw`{"a\"":1,"b":":"}`, String.raw` {"b":":","a\"":1}`)).toBe("match");
  });
});

it("every text of JSON means what JSON.parse makes of it, save what that loses", () => {
  const spaced = fc.tuple(fc.json(), fc.constantFrom("", " ", "\n\t"));
  fc.assert(
    fc.property(spaced, ([text, space]) => {
      expect(parseJson(space + text + space)).toEqual(JSON.parse(text));
      // A number that JSON.parse would lose has all the rest read in the other way.
      expect(parseJson(`[${text},1.0]`)).toEqual([JSON.parse(text), Exact.number("1.0")]);
    }),
    { numRuns: 1000 },
  );
});

it("a text that is no JSON is none, whatever is wrong", () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(
          "[",
          "]",
          "{",
          "}",
          ",",
          ":",
          '"',
          "\\",
          "0",
          "-",
          ".",
          "e",
          "1",
          "t",
          "r",
          "u",
          "e",
          "f",
          "a",
          "l",
          "s",
          "n",
          " ",
          "\n",
        ),
      }),
      (text) => {
        let parsed = true;
        try {
          JSON.parse(text);
        } catch {
          parsed = false;
        }
        if (parsed) expect(() => parseJson(text)).not.toThrow();
        else expect(() => parseJson(text)).toThrow(SyntaxError);
      },
    ),
    { numRuns: 2000 },
  );
});
