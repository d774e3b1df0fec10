import { expect, test } from "vitest";
import { createSilence } from "./silence.ts";

const silentItems = (count: number): readonly boolean[] => Array.from({ length: count }, () => false);

test.each([
  ["is raised once, by so many silent items in a row", [false, false, false, false, false], [2]],
  ["is not raised by fewer", [false, false], []],
  ["starts to count again with each item in which the candidate spoke", [false, false, true, false, false], []],
])("the finding %s", (_, items, raisedAt) => {
  const silence = createSilence(3);
  const said = items.map((spoke) => silence.item(spoke));
  expect(said.flatMap((word, index) => (word === "raised" ? [index] : []))).toEqual(raisedAt);
  expect(said).not.toContain("cleared");
});

test("the finding is cleared once, when the candidate speaks, and can be raised again", () => {
  const silence = createSilence(2);
  const said = [false, false, false, true, true, false, false].map((spoke) => silence.item(spoke));
  expect(said).toEqual([null, "raised", null, "cleared", null, null, "raised"]);
});

test("the finding takes 20 items where nothing else is said", () => {
  const silence = createSilence();
  expect(
    silentItems(20)
      .map((spoke) => silence.item(spoke))
      .indexOf("raised"),
  ).toBe(19);
});
