import { expect, test } from "vitest";
import { median, percentile } from "./percentile.ts";

test("a percentile is the nearest rank, in any order of the values", () => {
  const values = Float64Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(percentile(values, 0.5)).toBe(100);
  expect(percentile(values, 0.99)).toBe(198);
  expect(percentile(Float64Array.of(7), 0.99)).toBe(7);
  expect(percentile(new Float64Array(), 0.5)).toBeNaN();
});

test("the median of an even number is the mean of the middle two", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});
