import { describe, expect, it } from "vitest";
import { jsonFault } from "./json-fault.ts";

describe("the place where a text stops being JSON", () => {
  it.each([
    ["", "1:1"],
    ["{", "1:2"],
    ['{"a": 1,}', "1:9"],
    ['{"a": 1\n "b": 2}', "2:2"],
    ["[1, 2,, 3]", "1:7"],
    ["[1, 2", "1:6"],
    ["{a: 1}", "1:2"],
    ['{"a" 1}', "1:6"],
    ["[1] x", "1:5"],
    ["'a'", "1:1"],
    ['"a', "1:1"],
    ['["a\tb"]', "1:2"],
    ['["\\x"]', "1:2"],
    ["[NaN]", "1:2"],
    ["[01]", "1:2"],
    ["[1.]", "1:2"],
    ['{"a": [1, {"b": tru}]}', "1:17"],
    ['{"a": [], "b": {}, "c": "\\u00e9\\n😀", "d": -1.5e+3, "e": }', "1:58"],
    ["]", "1:1"],
    ["{]", "1:2"],
    ["[1}", "1:3"],
  ])("of %j is %s", (text, place) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    const { line, column } = jsonFault(text);
    expect(`${line}:${column}`).toBe(place);
  });

  it("is found behind megabytes", () => {
    const long = `["${"5".repeat(5_000_000)}",\n${'"\\n",'.repeat(100_000)}`;
    expect(jsonFault(`${long}]`)).toEqual({ line: 2, column: 500_001 });
    expect(jsonFault("[".repeat(1_000_000))).toEqual({ line: 1, column: 1_000_001 });
  });
});
