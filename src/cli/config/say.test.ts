import { assert, property, stringMatching } from "fast-check";
import { expect, test } from "vitest";

import { nearest, oneOf, showValue } from "./say.ts";

test.each([
  ["drain", ["routes", "drainMs"], "drainMs"],
  ["DRAINMS", ["drainMs"], "drainMs"],
  ["port", ["host", "port"], "port"],
  ["colour", ["level", "shopper"], null],
  ["", ["a"], null],
  ["x".repeat(200), ["x".repeat(199)], null],
])("the option nearest to %j among %j is %j", (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected);
});

test("every word is nearest to itself, and to itself less a letter", () => {
  assert(
    property(stringMatching(/^[a-z]{3,20}$/), (word) => {
      expect(nearest(word, [word])).toBe(word);
      expect(nearest(word.slice(1), [word])).toBe(word);
    }),
  );
});

test.each([
  [["a"], '"a"'],
  [["a", "b"], '"a" or "b"'],
  [["a", "b", "c"], '"a", "b" or "c"'],
])("%j reads as a choice", (words, text) => {
  expect(oneOf(words)).toBe(text);
});

test.each(["http://u:p@x", "a?token=x", "+55 11 99999-0000, 5511999990000", "me@example.org"])(
  "%s is not shown",
  (text) => {
    expect(showValue(text)).toBe("is text that may be private (not shown)");
  },
);

test("text is shown on one line, to a bound", () => {
  expect(showValue(`a\n"${"b".repeat(100)}`)).toBe(`is "a\\n\\"${"b".repeat(57)}..."`);
});
