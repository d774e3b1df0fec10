import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../model/index.ts";
import type { Alignment } from "./align.ts";
import { diff } from "./diff.ts";
import type { Difference } from "./difference.ts";
import type { Path } from "./path.ts";

const root: Path = { parent: null, key: "body" };
const namesOf = (path: Path | null): readonly (string | number)[] =>
  path === null ? [] : [...namesOf(path.parent), path.key];

const few = fc.constantFrom<Json>(0, 1, "a", "b", null, {}, [], { a: 1 }, [1], { a: 2, b: [1] });
const nearEqual = fc.record({
  id: fc.nat(5),
  name: fc.constantFrom("x", "y"),
  tags: fc.array(fc.nat(2), { maxLength: 3 }),
});
const list = fc.oneof(
  fc.array(few, { maxLength: 12 }),
  fc.array(fc.nat(50), { maxLength: 60 }),
  fc.array(nearEqual, { maxLength: 12 }),
  fc.array(fc.array(few, { maxLength: 4 }), { maxLength: 6 }),
);
const longList = fc.oneof(
  fc.array(fc.nat(3), { minLength: 200, maxLength: 400 }),
  fc.array(nearEqual, { minLength: 60, maxLength: 100 }),
);
const alignment = fc.constantFrom<Alignment>({ kind: "sequence" }, { kind: "set" }, { kind: "key", key: "/id" });

function differences(legacy: Json, candidate: Json, of: Alignment): readonly Difference[] {
  return diff([{ path: root, legacy, candidate }], { limit: 100_000, alignmentAt: () => of });
}

const turned: Readonly<Record<Difference["kind"], Difference["kind"]>> = {
  added: "removed",
  removed: "added",
  changed: "changed",
  type: "type",
};

/** What both sides have stands at legacy's place, whichever side that is; what one side has alone stands at its own. */
function inShort({ kind, path, legacy, candidate }: Difference): string {
  const isLone = kind === "added" || kind === "removed";
  const names = namesOf(path).map((key, i, all) =>
    typeof key === "number" && !(isLone && i === all.length - 1) ? "*" : key,
  );
  return JSON.stringify([kind, names, legacy, candidate]);
}

const mirrored = ({ kind, path, legacy, candidate }: Difference): Difference => ({
  kind: turned[kind],
  path,
  legacy: candidate,
  candidate: legacy,
});

function expectMirrored(one: Json, other: Json, of: Alignment): void {
  const there = differences(one, other, of).map(mirrored).map(inShort).toSorted();
  expect(differences(other, one, of).map(inShort).toSorted()).toEqual(there);
}

/** The other list again: what is removed taken out, what is added put in, what is changed changed. Lists of texts only. */
function applied(legacy: readonly string[], found: readonly Difference[]): readonly string[] {
  const at = (kinds: readonly Difference["kind"][]): ReadonlyMap<number, string | undefined> =>
    new Map(
      found
        .filter(({ kind }) => kinds.includes(kind))
        .map(({ path, candidate }) => [Number(path.key), typeof candidate === "string" ? candidate : undefined]),
    );
  const [removed, changed, added] = [at(["removed"]), at(["changed", "type"]), at(["added"])];
  const left = legacy.map((value, i) => changed.get(i) ?? value).filter((_, i) => !removed.has(i));
  for (const [i, value] of [...added].toSorted(([a], [b]) => a - b)) left.splice(i, 0, value ?? "");
  return left;
}

/** How long the longest common subsequence is, by the table of all prefixes. */
function commonLength(one: readonly string[], other: readonly string[]): number {
  let row = Array.from({ length: other.length + 1 }, () => 0);
  for (const value of one) {
    const next = [0];
    for (const [j, partner] of other.entries()) {
      next.push(value === partner ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

const runs = { numRuns: 1000 };

describe("lists of any kind", () => {
  it("are like themselves, however they are aligned", () => {
    fc.assert(
      fc.property(list, alignment, (values, of) => {
        expect(differences(values, structuredClone(values), of)).toEqual([]);
      }),
      runs,
    );
  });

  it("differ the other way round when the sides are swapped", () => {
    fc.assert(fc.property(list, list, alignment, expectMirrored), runs);
  });

  it("do so where they are too long for all that could be weighed", () => {
    fc.assert(fc.property(longList, longList, alignment, expectMirrored), { numRuns: 30 });
  });

  it("that are unequal differ in something", () => {
    fc.assert(
      fc.property(list, list, (one, other) => {
        const isEqual = JSON.stringify(one) === JSON.stringify(other);
        expect(differences(one, other, { kind: "sequence" }).length === 0).toBe(isEqual);
      }),
      runs,
    );
  });

  it("differ by all it takes to make the one of the other, and have the most in common that they can", () => {
    const scalars = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 40 });
    fc.assert(
      fc.property(scalars, scalars, (one, other) => {
        const found = differences(one, other, { kind: "sequence" });
        expect(applied(one, found)).toEqual(other);
        const touched = found.reduce((sum, { kind }) => sum + (kind === "changed" ? 2 : 1), 0);
        expect(touched).toBe(one.length + other.length - 2 * commonLength(one, other));
      }),
      runs,
    );
  });

  it("differ by one where something is put in, anywhere", () => {
    const any = fc.oneof(list, longList);
    fc.assert(
      fc.property(any, few, fc.nat(), (values, value, place) => {
        const at = place % (values.length + 1);
        const [there, ...others] = differences(values, values.toSpliced(at, 0, value), { kind: "sequence" });
        expect(others).toEqual([]);
        expect(there).toMatchObject({ kind: "added", candidate: value });
        expect(differences(values.toSpliced(at, 0, value), values, { kind: "sequence" })).toHaveLength(1);
      }),
      runs,
    );
  });

  it("differ by one where something is put in and one where something else is, far from there", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1000), { minLength: 10, maxLength: 80 }), fc.nat(3), (values, at) => {
        const both = values.toSpliced(values.length - at, 0, -1).toSpliced(at, 0, -2);
        expect(differences(values, both, { kind: "sequence" }).map(({ kind }) => kind)).toEqual(["added", "added"]);
      }),
      runs,
    );
  });
});
