import { describe, expect, it } from "vitest";
import type { RuleAction } from "../../model/index.ts";
import { Exact } from "../json.ts";
import type { Value } from "../redact.ts";
import { explains } from "./explain.ts";
import { ignore, rule, tolerance } from "./sample.ts";

function hides(
  action: RuleAction,
  legacy: Value,
  candidate: Value,
  kind: "changed" | "reordered" = "changed",
): boolean {
  return explains(rule("/", action))?.({ kind, legacy, candidate }) === true;
}

describe("a tolerance", () => {
  it.each<[string, RuleAction, Value, Value, boolean]>([
    ["absolute, just within", tolerance({ absolute: 0.1 }), 10, 10.1, true],
    ["absolute, beyond", tolerance({ absolute: 0.1 }), 10, 10.2, false],
    ["relative to legacy", tolerance({ relative: 0.01 }), 200, 202, true],
    ["relative, beyond", tolerance({ relative: 0.01 }), 200, 203, false],
    ["relative, negative", tolerance({ relative: 0.01 }), -200, -198, true],
    ["relative to nothing", tolerance({ relative: 0.01 }), 0, 1, false],
    ["either suffices", tolerance({ relative: 0.001, absolute: 5 }), 200, 203, true],
    ["numbers as text", tolerance({ absolute: 0.01 }), "9.99", "10.00", true],
    [
      "ids that a double holds alike",
      tolerance({ absolute: 0.5 }),
      "1234567890123456789",
      "1234567890123456788",
      false,
    ],
    [
      "numbers that a double holds alike",
      tolerance({ absolute: 0.5 }),
      Exact.number("9007199254740993"),
      9_007_199_254_740_992,
      false,
    ],
    ["long numbers, within", tolerance({ absolute: 1 }), "1234567890123456789", "1234567890123456788", true],
    ["long fractions", tolerance({ absolute: 0.01 }), "-0.12345678901234567", "-0.1235", true],
    ["a number beyond all doubles", tolerance({ relative: 0.01 }), Exact.number("1e400"), 5, false],
    ["texts that begin with zeros", tolerance({ absolute: 1 }), "007", "7", false],
    ["a number against text", tolerance({ absolute: 1 }), 9, "9", false],
    ["words", tolerance({ absolute: 1e9, relative: 1e9, ms: 1e9 }), "yes", "no", false],
    ["ISO 8601", tolerance({ ms: 5_000 }), "2026-11-21T10:00:00Z", "2026-11-21T10:00:05.000Z", true],
    ["ISO 8601 with offsets", tolerance({ ms: 0.5 }), "2026-11-21T07:00:00-03:00", "2026-11-21 10:00:00Z", true],
    ["ISO 8601, beyond", tolerance({ ms: 4_999 }), "2026-11-21T10:00:00Z", "2026-11-21T10:00:05Z", false],
    [
      "a date of HTTP",
      tolerance({ ms: 1_000 }),
      "Sat, 21 Nov 2026 10:00:00 GMT",
      "Sat, 21 Nov 2026 10:00:01 GMT",
      true,
    ],
    ["epoch seconds", tolerance({ ms: 2_000 }), 1_795_255_200, 1_795_255_202, true],
    ["epoch milliseconds", tolerance({ ms: 2_000 }), 1_795_255_200_000, 1_795_255_202_001, false],
    ["epoch as text", tolerance({ ms: 2_000 }), "1795255200", "1795255201", true],
    ["an impossible date", tolerance({ ms: 1e12 }), "2026-13-41T99:00:00", "2026-11-21T10:00:00ZZ", false],
  ])("%s", (_, action, legacy, candidate, hidden) => {
    expect(hides(action, legacy, candidate)).toBe(hidden);
  });
});

describe("equivalents", () => {
  const number: RuleAction = { kind: "equivalents", values: ["number"] };
  const absence: RuleAction = { kind: "equivalents", values: ["null"] };
  const words: RuleAction = {
    kind: "equivalents",
    values: [
      ["yes", true, 1],
      ["no", false],
    ],
  };

  it.each<[string, RuleAction, Value, Value, boolean]>([
    ["a number and its text", number, "5", 5, true],
    ["a number and its text with zeros", number, 5.5, "5.50", true],
    ["a number and a postcode that begins with a zero", number, 1310, "01310", false],
    ["another number", number, "5", 6, false],
    ["digits that a number cannot hold", number, "9007199254740993", 9007199254740992, false],
    ["two texts", number, "5", "5.0", false],
    ["null and absent", absence, null, undefined, true],
    ["absent and null", absence, undefined, null, true],
    ["absent and something", absence, undefined, 0, false],
    ["values of a list", words, "yes", 1, true],
    ["values of two lists", words, "yes", "no", false],
    ["absent, which no list names", words, undefined, "no", false],
  ])("%s", (_, action, legacy, candidate, hidden) => {
    expect(hides(action, legacy, candidate)).toBe(hidden);
  });
});

describe("a mask", () => {
  const digits: RuleAction = { kind: "mask", patterns: ["[0-9]+"] };

  it.each<[string, RuleAction, Value, Value, boolean]>([
    ["hides what it matches", digits, "order 17 of 2", "order 9001 of 3", true],
    ["hides nothing else", digits, "order 17", "Order 17", false],
    ["does not hide that there is less", digits, "order 17 of 2", "order 17", false],
    ["hides by all its patterns", { kind: "mask", patterns: ["[0-9]+", "#[a-z]+"] }, "1 #ab", "22 #c", true],
    ["sees the whole text with each", { kind: "mask", patterns: ["^order ", "[0-9]+$"] }, "order 1", "order 2", true],
    ["is not shifted by another", { kind: "mask", patterns: ["a", "^b"] }, "ab1", "ab2", false],
    ["is said of texts alone", digits, 17, 18, false],
    ["hides nothing by an empty match", { kind: "mask", patterns: ["x*"] }, "a", "b", false],
    ["says nothing of long texts", digits, `${"a".repeat(4096)}1`, `${"a".repeat(4096)}2`, false],
    ["hides nothing where it cannot be read", { kind: "mask", patterns: ["(?=a)"] }, "a", "b", false],
  ])("%s", (_, action, legacy, candidate, hidden) => {
    expect(hides(action, legacy, candidate)).toBe(hidden);
  });
});

it("case hides what differs in nothing else", () => {
  expect(hides({ kind: "case" }, "OLÁ", "olá")).toBe(true);
  expect(hides({ kind: "case" }, "OLÁ", "ola")).toBe(false);
  expect(hides({ kind: "case" }, 1, 2)).toBe(false);
});

it("ignore hides anything, a severity nothing, unordered another order", () => {
  expect(hides(ignore, undefined, { a: 1 })).toBe(true);
  expect(hides({ kind: "severity", severity: "minor" }, 1, 2)).toBe(false);
  expect(hides({ kind: "unordered", by: null }, ["a"], ["b"])).toBe(false);
  expect(hides({ kind: "unordered", by: null }, ["a", "b"], ["b", "a"], "reordered")).toBe(true);
});
