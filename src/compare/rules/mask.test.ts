import { RE2JS } from "re2js";
import { expect, it, vi } from "vitest";
import { compileRules } from "./book.ts";
import { compileMask, MAX_MASKED_CHARACTERS, unmasked, wrongPattern } from "./mask.ts";
import { rule } from "./sample.ts";

/** Milliseconds of CPU. */
function costOf(pattern: string, text: string): number {
  const mask = compileMask(pattern);
  if (mask === null) throw new Error(`${pattern} cannot be used`);
  unmasked(text, [mask]);
  const before = process.threadCpuUsage();
  for (let i = 0; i < 3; i += 1) unmasked(text, [mask]);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 3_000;
}

it.each([
  ["(a+)+$", "a"],
  ["(a|aa)+b", "a"],
  ["(a*)*c", "a"],
  ["(.*a){12}b", "a"],
  // Each match looks at all that is left of the text.
  ["c(.*b)?", "c"],
])("%s takes no more than a moment, whatever the text", (pattern, letter) => {
  const text = `${letter.repeat(MAX_MASKED_CHARACTERS - 1)}!`;
  // Backtracking would take years; what is quadratic without a bound takes some hundred times as long.
  expect(costOf(pattern, text)).toBeLessThan(150);
});

it("masks all of a long text with many matches", () => {
  const mask = compileMask("[0-9]+");
  const text = `${"a".repeat(99)}7`.repeat(40);
  expect(unmasked(text, mask === null ? [] : [mask]).join("")).toBe("a".repeat(99 * 40));
});

it("ends where a comparison may take no more steps, and says so", () => {
  const mask = compileMask("(?:[a-z ]{1,200})[0-9]");
  const text = `${"pedido ".repeat(580)}7`;
  const budget = { left: 32 * 1024 };
  expect(mask?.(text, { budget })).toEqual([]);
  expect(budget.left).toBeLessThan(0);
  expect(mask?.(text)).toHaveLength(1);
  const enough = { left: 32 * 1024 };
  expect(compileMask("[0-9]+")?.("order 12", { budget: enough })).toEqual([[6, 8]]);
  expect(enough.left).toBeGreaterThan(0);
});

it("keeps what is between matches", () => {
  const masks = ["[0-9]+", "b1", "\\s"].map(compileMask).filter((mask) => mask !== null);
  expect(unmasked("ab1c 22", masks)).toEqual(["a", "c", ""]);
  expect(unmasked("abc", masks)).toEqual(["abc"]);
});

it.each(["(?=a)", "(a)\\1", "(", "", "a".repeat(501), "(?:a{0,1000}b)"])("%j is refused", (pattern) => {
  expect(wrongPattern(pattern)).toContain("an RE2 pattern");
});

it("what people write is not refused", () => {
  for (const pattern of [
    "order [0-9]+",
    "(?i)ref: \\w{6,12}",
    "https://x\\.test/\\S*",
    "[\\p{L}]+ ?\\d{2}/\\d{2}/\\d{4}",
  ]) {
    expect(wrongPattern(pattern)).toBeNull();
  }
});

it("of rules that are made ready again and again each pattern is compiled once, where something differs first", () => {
  const compile = vi.spyOn(RE2JS, "compile");
  const subject = { route: "default", itemKind: "message.text" };
  const at = () =>
    compileRules([rule("/body/a", { kind: "mask", patterns: ["order [0-9]+ of a test of compiling"] })])
      .at(0)
      .of(subject, "answer")
      ?.at("/body/a");
  const [one, other] = ["order 1 of a test of compiling", "order 2 of a test of compiling"];
  expect(at()).not.toBeNull();
  expect(compile).not.toHaveBeenCalled();
  for (let i = 0; i < 3; i += 1) {
    expect(at()?.explaining({ kind: "changed", legacy: one, candidate: other })).toBe("one");
  }
  expect(compile).toHaveBeenCalledTimes(1);
  compile.mockRestore();
});
