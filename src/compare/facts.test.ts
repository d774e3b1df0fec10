import { expect, it } from "vitest";
import type { Facts } from "../model/index.ts";
import { factsOf } from "./facts.ts";
import type { Value } from "./redact.ts";

it.each<[Value, Value, Facts | null]>([
  [10, 12, { absolute: 10, relative: 0.2 }],
  [49.9, 50, { absolute: 1, relative: 0.0021 }],
  [0, 0.001, { absolute: 0.001 }],
  [-5, 5, { absolute: 10, relative: 2 }],
  ["9.99", "10.00", { absolute: 0.01, relative: 0.0011 }],
  ["2026-11-21T10:00:00Z", "2026-11-21T10:00:01.234Z", { ms: 1_300 }],
  ["Yes", "YES", { sameInAnyCase: true }],
  ["5", 5, { sameNumber: true }],
  ["yes", "no", null],
  [null, undefined, null],
  [1, "x", null],
  [{ a: 1 }, { a: 2 }, null],
])("%j against %j", (legacy, candidate, facts) => {
  expect(factsOf(legacy, candidate)).toEqual(facts);
});
