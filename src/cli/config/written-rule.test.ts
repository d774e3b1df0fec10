import { describe, expect, test } from "vitest";
import type { RuleAction } from "../../model/index.ts";
import { parseRule, writtenRule } from "./written-rule.ts";

const head = { id: "dates", path: "/body/at", owner: "anna", reason: "clocks differ", expires: "2027-01-31" };

describe("a rule", () => {
  test.each<[object, RuleAction]>([
    [{ ignore: true }, { kind: "ignore" }],
    [{ case: true }, { kind: "case" }],
    [{ unordered: true }, { kind: "unordered", by: null }],
    [{ unordered: { by: "/id" } }, { kind: "unordered", by: "/id" }],
    [{ tolerance: { ms: 2000 } }, { kind: "tolerance", absolute: null, relative: null, ms: 2000 }],
    [{ mask: ["[0-9]+"] }, { kind: "mask", patterns: ["[0-9]+"] }],
    [{ equivalents: ["number", ["a", 1]] }, { kind: "equivalents", values: ["number", ["a", 1]] }],
    [{ severity: "minor" }, { kind: "severity", severity: "minor" }],
  ])("that says %j is read, and written as it was", (said, action) => {
    const parsed = parseRule({ ...head, route: "default", ...said });
    expect(parsed).toMatchObject({ ok: true, rule: { id: "dates", route: "default", itemKind: null, action } });
    if (!parsed.ok) return;
    const expires = "2027-01-31T00:00:00Z";
    expect(writtenRule(parsed.rule)).toEqual({ ...head, route: "default", ...said, expires });
    expect(parseRule(writtenRule(parsed.rule))).toEqual(parsed);
  });

  test("that never ends says so", () => {
    const parsed = parseRule({ ...head, ignore: true, expires: "never" });
    expect(parsed).toMatchObject({ rule: { expiresAt: null } });
    expect(parsed.ok && writtenRule(parsed.rule)).toMatchObject({ expires: "never" });
  });

  test.each<[string, unknown, string, string]>([
    ["nothing", { ...head }, "rule", "a map"],
    ["two things", { ...head, ignore: true, case: true }, "rule", "a map"],
    ["no owner", { ...head, owner: undefined, ignore: true }, "owner", "missing"],
    ["no end", { ...head, expires: undefined, ignore: true }, "expires", "missing"],
    ["a path of another kind", { ...head, path: "body", ignore: true }, "path", '"body"'],
    ["what nobody knows", { ...head, ignore: true, colour: 1 }, "colour", "there"],
    [
      "an end that is a number of somebody",
      { ...head, ignore: true, expires: "447700900123" },
      "expires",
      "text that may be private (not shown)",
    ],
    ["no map", [], "rule", "a list"],
  ])("that says %s is refused, and the answer says where", (_what, value, where, is) => {
    expect(parseRule(value)).toMatchObject({ ok: false, problems: [{ where, is }] });
  });
});
