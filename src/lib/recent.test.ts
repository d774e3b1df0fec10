import { expect, test } from "vitest";
import { createRecent } from "./recent.ts";

test("what was set last is there, at least half as many as fit", () => {
  const recent = createRecent<number>(10);
  for (let i = 0; i < 1_000; i += 1) recent.set(String(i), i);
  const kept = Array.from({ length: 1_000 }, (_, i) => recent.get(String(i))).filter((each) => each !== undefined);
  expect(kept.length).toBeGreaterThanOrEqual(5);
  expect(kept.length).toBeLessThanOrEqual(10);
  expect(kept.slice(-5)).toEqual([995, 996, 997, 998, 999]);
});

test("what is set again counts as new, and what is deleted is gone from everywhere", () => {
  const recent = createRecent<number>(4);
  for (const [i, key] of ["a", "b", "c", "a", "d"].entries()) recent.set(key, i);
  expect(recent.get("a")).toBe(3);
  recent.delete("a");
  expect(recent.get("a")).toBeUndefined();
});
