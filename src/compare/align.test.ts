import { describe, expect, it } from "vitest";
import type { Json } from "../model/index.ts";
import type { Alignment, AlignmentAt } from "./align.ts";
import { diff } from "./diff.ts";
import type { Path } from "./path.ts";

const namesOf = (path: Path | null): readonly (string | number)[] =>
  path === null ? [] : [...namesOf(path.parent), path.key];

const root: Path = { parent: null, key: "" };

/** What is found, as `kind /path`, sorted by path. */
function found(legacy: Json, candidate: Json, alignmentAt?: AlignmentAt): readonly string[] {
  const options = alignmentAt === undefined ? { limit: 10_000 } : { limit: 10_000, alignmentAt };
  return diff([{ path: root, legacy, candidate }], options)
    .map(({ kind, path }) => `${kind} ${namesOf(path).join("/")}`)
    .toSorted();
}

const always =
  (alignment: Alignment): AlignmentAt =>
  () =>
    alignment;

const product = (id: number, price = 10): Json => ({ id, name: `product ${id}`, price, tags: ["a", "b"] });
const products = (count: number): readonly Json[] => Array.from({ length: count }, (_, i) => product(i));

describe("a sequence", () => {
  it("has what was put in told once, wherever it is", () => {
    for (const length of [0, 1, 2, 3, 10, 100]) {
      const list = products(length);
      for (const at of new Set([0, Math.floor(length / 2), length])) {
        expect(found(list, list.toSpliced(at, 0, product(999)))).toEqual([`added /${at}`]);
        expect(found(list.toSpliced(at, 0, product(999)), list)).toEqual([`removed /${at}`]);
      }
    }
  });

  it("has a change inside an element told at its place, whatever was put in before it", () => {
    const list = products(20);
    const changed = [product(998), ...list.with(0, product(0, 11)), product(999)];
    expect(found(list, changed)).toEqual(["added /0", "added /21", "changed /0/price"]);
    const both = list.toSpliced(3, 1).with(10, product(11, 12));
    expect(found(list, both)).toEqual(["changed /11/price", "removed /3"]);
  });

  it("has what was moved told as removed and added", () => {
    const list = products(5);
    expect(found(list, [...list.slice(1), product(0)])).toEqual(["added /4", "removed /0"]);
    expect(found(list, [product(4), ...list.slice(0, 4)])).toEqual(["added /0", "removed /4"]);
    expect(found([1, 2], [2, 1])).toHaveLength(2);
  });

  it("has elements that differ everywhere coupled by what is most alike", () => {
    const at = (time: number, ids: readonly number[]): Json =>
      ids.map((id) => ({ id, name: `name of ${id}`, at: time + id }));
    const ids = Array.from({ length: 30 }, (_, i) => i);
    const changed = ids.map((id) => `changed /${id}/at`).toSorted();
    expect(found(at(0, ids), at(1000, ids))).toEqual(changed);
    expect(found(at(0, ids), at(1000, [99, ...ids]))).toEqual(["added /0", ...changed]);
    const without = changed.filter((one) => one !== "changed /7/at");
    expect(found(at(0, ids), at(1000, ids.toSpliced(7, 1)))).toEqual([...without, "removed /7"]);
  });

  it("has them coupled so in a long list too, where what was put in is in one piece", () => {
    const at = (time: number, ids: readonly number[]): Json =>
      ids.map((id) => ({ id, name: `name of ${id}`, at: time + id }));
    const ids = Array.from({ length: 900 }, (_, i) => i);
    expect(found(at(0, ids), at(1000, ids.toSpliced(400, 0, 9001, 9002)))).toEqual(
      ["added /400", "added /401", ...ids.map((id) => `changed /${id}/at`)].toSorted(),
    );
  });

  it("has long lists of equal elements aligned as the longest they have in common", () => {
    const numbers = Array.from({ length: 3000 }, (_, i) => i);
    const edited = numbers.filter((i) => i % 100 !== 7).flatMap((i) => (i % 100 === 50 ? [i, -i] : [i]));
    expect(found(numbers, edited)).toHaveLength(60);
    const lines = numbers.map((i) => (i % 2 === 0 ? "" : `line ${i}`));
    const more = ["", ...lines.toSpliced(2001, 1, "", "other", "")];
    expect(found(lines, more)).toEqual(["added /1", "added /2003", "added /2004", "changed /2001"]);
  });

  it("says of lists in each other where they differ", () => {
    expect(found([[1, 2], [3]], [[0], [1, 2], [3, 4]])).toEqual(["added /0", "added /1/1"]);
    expect(found({ a: [[[{ b: [1] }]]] }, { a: [[[{ b: [1, 2] }]]] })).toEqual(["added /a/0/0/0/b/1"]);
  });
});

describe("a set", () => {
  const set = always({ kind: "set" });

  it("has no order", () => {
    const list = products(40);
    expect(found(list, list.toReversed(), set)).toEqual([]);
    expect(found([1, [2, 3]], [[3, 2], 1], set)).toEqual([]);
  });

  it("has as many of each element as there are", () => {
    expect(found([1, 1, 2], [2, 1, 2], set)).toEqual(["changed /1"]);
    expect(found([1, 1, 2], [2, 1], set)).toEqual(["removed /1"]);
    expect(found([2, 1], [1, 2, 1], set)).toEqual(["added /2"]);
  });

  it("has what differs coupled by what is most alike", () => {
    const list = products(10);
    const changed = [product(99), ...list.with(3, product(3, 11)).with(8, product(8, 12)).toReversed()];
    expect(found(list, changed, set)).toEqual(["added /0", "changed /3/price", "changed /8/price"]);
  });
});

describe("a key", () => {
  const key = (pointer: string): AlignmentAt => always({ kind: "key", key: pointer });

  it("says which elements belong together, however unlike they are, in whatever order", () => {
    const legacy = [
      { id: 1, a: 1, b: 1, c: 1 },
      { id: 2, a: 2, b: 2, c: 2 },
    ];
    const candidate = [
      { id: 2, a: 1, b: 1, c: 1 },
      { id: 3, a: 1 },
      { id: 1, a: 1, b: 1, c: 1 },
    ];
    expect(found(legacy, candidate, key("/id"))).toEqual(["added /1", "changed /1/a", "changed /1/b", "changed /1/c"]);
    expect(found(candidate, candidate.toReversed(), key("/id"))).toEqual([]);
  });

  it("may lie deeper, and have a name that a pointer escapes", () => {
    const of = (...ids: readonly number[]): Json => ids.map((id) => ({ "a/b": [{ "~": id }], value: id === 1 }));
    expect(found(of(1, 2), of(2, 1), key("/a~1b/0/~0"))).toEqual([]);
    expect(found(of(1, 2), of(3, 1), key("/a~1b/0/~0"))).toEqual(["added /0", "removed /1"]);
  });

  it("of its own type is another one", () => {
    expect(found([{ id: "1" }], [{ id: 1 }], key("/id"))).toEqual(["added /0", "removed /0"]);
  });

  it("that several elements have, or none, couples them as a set", () => {
    expect(
      found(
        [
          { id: 1, a: 1 },
          { id: 1, a: 2 },
        ],
        [
          { id: 1, a: 2 },
          { id: 1, a: 1 },
        ],
        key("/id"),
      ),
    ).toEqual([]);
    expect(found([1, { a: 1 }, { id: 1 }], [{ id: 1 }, { a: 1 }, 2], key("/id"))).toEqual(["changed /0"]);
  });
});

it("each list is aligned as is said for its place", () => {
  const atSet: AlignmentAt = ({ key }) => (key === "set" ? { kind: "set" } : { kind: "sequence" });
  expect(found({ set: [1, 2], list: [1, 2] }, { set: [2, 1], list: [1, 2] }, atSet)).toEqual([]);
  expect(found({ set: [1, 2], list: [1, 2] }, { set: [2, 1], list: [2, 1] }, atSet)).toHaveLength(2);
});
