import { expect, test } from "vitest";
import { triageValue } from "../../../admin/index.ts";
import { documentId, type Documents } from "../../../flags/index.ts";
import { createExpected, createStoredExpectations } from "./expectations.ts";

const at = "2026-01-02T03:04:05.000Z";
type TriageMark = Parameters<typeof triageValue>[0];

const mark = (changes: Partial<TriageMark>): TriageMark => {
  return { state: "expected", reason: "known", until: null, link: null, at, reopened: null, ...changes };
};

function documents(marks: Readonly<Record<string, TriageMark>>): Documents {
  return new Map(
    Object.entries(marks).map(([signature, one]) => {
      const id = documentId("triage", signature);
      return [id, { id, version: 1, updatedAt: at, updatedBy: "ana", value: triageValue(one) }];
    }),
  );
}

test("what is marked as expected is told as it changes, and nothing else is", () => {
  const stored = createStoredExpectations();
  const first = documents({ a: mark({}), b: mark({ state: "bug" }), c: mark({ until: at }) });
  expect(stored(first)).toEqual([
    { signature: "a", until: null },
    { signature: "c", until: Date.parse(at) },
  ]);
  expect(stored(first)).toBeNull();
  expect(stored(documents({ a: mark({}), b: mark({ state: "fixed" }), c: mark({ until: at }) }))).toBeNull();
  expect(stored(documents({ b: mark({}) }))).toEqual([{ signature: "b", until: null }]);
  expect(stored(new Map())).toEqual([]);
});

test("what is expected is so until its time", () => {
  let now = 0;
  const expected = createExpected(() => now);
  expected.set([
    { signature: "a", until: null },
    { signature: "b", until: 10 },
  ]);
  expect(["a", "b", "c"].map((signature) => expected.has(signature))).toEqual([true, true, false]);
  now = 10;
  expect(["a", "b"].map((signature) => expected.has(signature))).toEqual([true, false]);
  expected.set([]);
  expect(expected.has("a")).toBe(false);
});
