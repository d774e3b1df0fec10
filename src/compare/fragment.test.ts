import { describe, expect, it } from "vitest";
import { diff } from "./diff.ts";
import { diffFragment } from "./fragment.ts";
import type { Node, NodeObject } from "./json.ts";
import type { Path } from "./path.ts";

const root: Path = { parent: null, key: "body" };
const namesOf = (path: Path | null): readonly (string | number)[] =>
  path === null ? [] : [...namesOf(path.parent), path.key];
const wide = (value: Node): NodeObject => Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`n${i}`, value]));
const deep = (levels: number, value: Node): NodeObject => ({
  value,
  inner: levels === 1 ? null : deep(levels - 1, value),
});

describe("deep-diff", () => {
  it.each<[string, NodeObject, NodeObject]>([
    ["arrays", { a: [1] }, { a: [2] }],
    ["wide objects", { a: wide(1) }, { a: wide(2) }],
    ["objects whose names deep-diff would overlook", { a: {} }, { a: { "": 1 } }],
    ["objects that are the same but for what is inside", { a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }],
  ])("is kept out of %s", (_, legacy, candidate) => {
    expect(diffFragment({ path: root, legacy, candidate }, 10)).toEqual({
      found: [],
      cut: [{ path: { parent: root, key: "a" }, legacy: legacy["a"], candidate: candidate["a"] }],
    });
  });

  it("is kept out of what lies deeper than some levels, which is compared all the same", () => {
    const pair = { path: root, legacy: deep(12, 1), candidate: deep(12, 2) };
    const { found, cut } = diffFragment(pair, 100);
    expect(found).toHaveLength(9);
    expect(cut.map(({ path }) => namesOf(path))).toEqual([["body", ...Array.from({ length: 9 }, () => "inner")]]);
    expect(diff([pair], { limit: 100 })).toHaveLength(12);
  });

  it("finds no more than there is room for", () => {
    const grid = (value: number): NodeObject => ({ a: deep(5, value), b: deep(5, value), c: value });
    const pair = { path: root, legacy: grid(1), candidate: grid(2) };
    expect(diffFragment(pair, 11).found).toHaveLength(11);
    expect(diffFragment(pair, 4).found).toHaveLength(4);
    expect(diff([pair], { limit: 4 })).toHaveLength(4);
  });
});
