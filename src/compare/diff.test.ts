import { describe, expect, it } from "vitest";
import type { Outcome } from "../model/index.ts";
import { MAX_DEPTH } from "../lib/depth.ts";
import { answered, compare, divergencesOf, said } from "./sample.ts";

/** The verdict on two JSON texts. */
const judge = (legacy: string, candidate: string): ReturnType<typeof said> =>
  said(compare(answered(legacy), answered(candidate)));

const nest = (levels: number, inner: string): string => "[".repeat(levels) + inner + "]".repeat(levels);
const nestObjects = (levels: number, inner: string): string => '{"a":'.repeat(levels) + inner + "}".repeat(levels);
const members = (count: number, value: number): string =>
  `{${Array.from({ length: count }, (_, i) => `"n${i}":${value}`).join(",")}}`;

describe("documents", () => {
  it.each([
    ["1", "2", ["changed /body"]],
    ["1", '"1"', ["type /body"]],
    ["null", "0", ["type /body"]],
    ["{}", "[]", ["type /body"]],
    ["false", "true", ["changed /body"]],
    ['{"a":1}', "{}", ["removed /body/a"]],
    ['{"a":null}', "{}", ["removed /body/a"]],
    ["{}", '{"a":null}', ["added /body/a"]],
    ['{"a":{"b":1}}', '{"a":{"b":null}}', ["type /body/a/b"]],
    ['{"a":[]}', '{"a":{}}', ["type /body/a"]],
    ["[1,2,3]", "[1,3]", ["removed /body/1"]],
    ["[]", "[[],{}]", ["added /body/0", "added /body/1"]],
    ['[{"a":1},{"a":2}]', '[{"a":1},{"a":3}]', ["changed /body/1/a"]],
  ])("%s against %s", (legacy, candidate, divergences) => {
    expect(judge(legacy, candidate)).toEqual(divergences);
  });

  it("are compared from the front of arrays where nothing in them is equal", () => {
    expect(judge("[1,2,3,4]", "[5,6,3]")).toEqual(["changed /body/0", "changed /body/1", "removed /body/3"]);
  });
});

describe("member names", () => {
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "length"])("may be %s", (name) => {
    const of = (value: string): string => `{"a":{"${name}":${value}}}`;
    expect(judge(of("1"), ` ${of("1")}`)).toBe("match");
    expect(judge(of('{"b":[1]}'), ` ${of('{"b":[1]}')}`)).toBe("match");
    expect(judge(of("1"), of("2"))).toEqual([`changed /body/a/${name}`]);
    expect(judge(of('{"b":1}'), of('{"b":2}'))).toEqual([`changed /body/a/${name}/b`]);
    expect(judge(of("{}"), '{"a":{}}')).toEqual([`removed /body/a/${name}`]);
    expect(judge('{"a":{}}', of("null"))).toEqual([`added /body/a/${name}`]);
    expect(judge(of("[]"), of("{}"))).toEqual([`type /body/a/${name}`]);
  });

  it.each(["__proto__", "constructor"])("may be %s in a wide object", (name) => {
    const wide = members(50, 0).slice(0, -1);
    expect(judge(`${wide},"${name}":1}`, `${wide},"${name}": 1}`)).toBe("match");
    expect(judge(`${wide},"${name}":1}`, `${wide},"${name}":2}`)).toEqual([`changed /body/${name}`]);
    expect(judge(`${wide}}`, `${wide},"${name}":{}}`)).toEqual([`added /body/${name}`]);
  });

  it("do not change the prototype of anything", () => {
    judge('{"__proto__":{"polluted":1}}', '{"__proto__":{"polluted":2}}');
    expect("polluted" in {}).toBe(false);
  });

  it("may be empty, which deep-diff overlooks where it was added", () => {
    expect(judge("{}", '{"":1}')).toEqual([expect.stringMatching(/^added \/body\/\{[0-9a-f]{16}\}$/)]);
    expect(judge('{"a":{"":1}}', '{"a":{}}')).toEqual([expect.stringMatching(/^removed \/body\/a\/\{[0-9a-f]{16}\}$/)]);
  });

  it("may look like the regular expression that deep-diff takes objects for", () => {
    expect(judge('{"toString":"/a/","b":1}', '{"toString":"/a/","b":2}')).toEqual(["changed /body/b"]);
  });
});

describe("large documents", () => {
  it("may be wide", () => {
    expect(judge(members(50_000, 0), `${members(50_000, 0).slice(0, -1)},"last":1}`)).toEqual(["added /body/last"]);
    expect(divergencesOf(compare(answered(members(50_000, 0)), answered(members(50_000, 1))))).toHaveLength(1000);
  });

  it("may be 3 MB of numbers", () => {
    const numbers = Array.from({ length: 500_000 }, (_, i) => 100_000 + i);
    const legacy = JSON.stringify(numbers);
    numbers[400_000] = 1;
    numbers.push(2);
    expect(judge(legacy, JSON.stringify(numbers))).toEqual(["changed /body/400000", "added /body/500000"]);
  });

  it("may have differences at every level", () => {
    const levels = (value: number): string => `${`{"v":${value},"n":`.repeat(100)}{}${"}".repeat(100)}`;
    const divergences = said(compare(answered(levels(1)), answered(levels(2))));
    expect(new Set(divergences)).toEqual(
      new Set(Array.from({ length: 100 }, (_, i) => `changed /body${"/n".repeat(i)}/v`)),
    );
  });
});

describe("deep documents", () => {
  it(`are compared to ${MAX_DEPTH} levels`, () => {
    expect(judge(nest(MAX_DEPTH, "1"), nest(MAX_DEPTH, "2"))).toEqual([`changed /body${"/0".repeat(MAX_DEPTH)}`]);
    expect(judge(nestObjects(MAX_DEPTH, "1"), nestObjects(MAX_DEPTH, "2"))).toEqual([
      `changed /body${"/a".repeat(MAX_DEPTH)}`,
    ]);
  });

  it.each([
    ["arrays", nest(10_000, "1"), nest(10_000, "2")],
    ["objects", nestObjects(10_000, "1"), nestObjects(10_000, "2")],
    ["one side", nest(10_000, ""), "{}"],
    ["the other side", "{}", nest(10_000, "")],
    ["one level too many", nest(MAX_DEPTH + 1, "1"), nest(MAX_DEPTH + 1, "2")],
  ])("are not comparable below that: %s", (_, legacy, candidate) => {
    expect(judge(legacy, candidate)).toBe("not-comparable: too-deep");
  });

  it("match at any depth with equal bytes", () => {
    expect(judge(nest(10_000, "1"), nest(10_000, "1"))).toBe("match");
  });

  it("are told from strings full of brackets", () => {
    const text = JSON.stringify({ a: '[{"\\'.repeat(500) });
    expect(judge(text, ` ${text}`)).toBe("match");
  });

  it("are told from wide ones", () => {
    const flat = JSON.stringify(Array.from({ length: 500 }, () => [{}]));
    expect(judge(flat, ` ${flat}`)).toBe("match");
  });

  it("with long names give short paths", () => {
    const name = "n".repeat(60);
    const long = (value: number): Outcome => answered(`{"${name}":`.repeat(150) + value + "}".repeat(150));
    const [divergence] = divergencesOf(compare(long(1), long(2)));
    expect(divergence?.path.endsWith(`/${name}/**`)).toBe(true);
    expect(divergence?.path.length).toBeLessThan(1200);
  });
});
