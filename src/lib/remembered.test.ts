import { expect, test } from "vitest";
import { remembered } from "./remembered.ts";

test("a key is looked up once, until there are too many", () => {
  const made: string[] = [];
  const of = remembered((key: string) => made.push(key), 2);
  expect([of("a"), of("b"), of("a"), of("b")]).toEqual([1, 2, 1, 2]);
  expect([of("c"), of("a")]).toEqual([3, 4]);
  expect(made).toEqual(["a", "b", "c", "a"]);
});
