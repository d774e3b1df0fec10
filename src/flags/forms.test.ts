import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FlagFields } from "./edit.ts";
import { formOf, parseForm } from "./forms.ts";
import { describeProblem } from "./problem.ts";
import { sampleFlag } from "./sample.ts";

const KEY = "CHECKOUT_ENABLED";

function fields(input: unknown): FlagFields & { readonly enabledMissing: boolean } {
  const parsed = parseForm(input, KEY);
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join("; "));
  return { ...parsed.said.fields, enabledMissing: parsed.said.enabledMissing };
}

function problems(input: unknown, key = KEY): readonly string[] {
  const parsed = parseForm(input, key);
  return parsed.ok ? [] : parsed.problems.map(describeProblem);
}

describe("SPEC 3's JSON", () => {
  const { key, version, updatedAt, updatedBy, ...said } = sampleFlag({ percent: 5, forceOn: ["alice"], enabled: null });

  test("is read as it is, and what the store stamps is not looked at", () => {
    const answered = { ...said, key, version, updatedAt, updatedBy, source: "redis", overridden: ["env"] };
    expect(fields(answered)).toEqual({ ...said, enabledMissing: false });
    expect(fields({ version: "x", updatedAt: 7 })).toEqual({ enabledMissing: false });
  });

  test("says nothing of what is absent: no `enabled` is no false", () => {
    expect(fields({ percent: 5 })).toEqual({ percent: 5, enabledMissing: false });
    expect(fields({})).toEqual({ enabledMissing: false });
  });

  test("with null says null", () => {
    expect(fields({ enabled: null, percent: null, allowlist: null })).toEqual({
      enabled: null,
      percent: null,
      allowlist: null,
      enabledMissing: false,
    });
  });
});

describe("the JSON form", () => {
  test("has names of its own for percent and forceOn", () => {
    expect(fields({ enabled: true, percentage: 2, force_on: ["alice"] })).toEqual({
      enabled: true,
      percent: 2,
      forceOn: ["alice"],
      enabledMissing: false,
    });
  });

  test.each<[object, FlagFields]>([
    [{ percentage: 2 }, { percent: 2 }],
    [{ force_on: ["alice"] }, { forceOn: ["alice"] }],
    [{ whitelist: ["alice"] }, { allowlist: ["alice"] }],
    [{ blacklist: ["alice"] }, { denylist: ["alice"] }],
    [
      { percentage: 2, description: "x" },
      { percent: 2, description: "x" },
    ],
  ])("%o without `enabled` is disabled, and that it was missing is told", (form, said) => {
    expect(fields(form)).toEqual({ ...said, enabled: false, enabledMissing: true });
  });

  test("with `enabled` null keeps to null", () => {
    expect(fields({ enabled: null, percentage: 2 })).toEqual({ enabled: null, percent: 2, enabledMissing: false });
  });
});

describe("what is wrong is named by the name it was given", () => {
  test.each<[unknown, string]>([
    [{ percentage: "5" }, `flags.${KEY}.percentage must be a number from 0 to 100`],
    [{ percent: 5.12345 }, `flags.${KEY}.percent must be a number from 0 to 100`],
    [{ whitelist: ["alice", " "] }, `flags.${KEY}.whitelist[1] must be a shopper id`],
    [{ force_on: "alice" }, `flags.${KEY}.force_on must be a list`],
    [{ enabled: "true" }, `flags.${KEY}.enabled must be true or false, or null: it is "true"`],
    [{ percentage: 1, enabled: 1 }, `flags.${KEY}.enabled must be true or false, or null: it is 1`],
    [{ colour: "red" }, `flags.${KEY}."colour" must be absent: a flag has no such field`],
    [{ rolloutPercent: 5 }, `flags.${KEY}."rolloutPercent" must be absent`],
    [{ key: "OTHER" }, `flags.${KEY}.key must be absent, or "${KEY}": it is "OTHER"`],
    [{ key: 5 }, `flags.${KEY}.key must be absent, or "${KEY}": it is 5`],
    [[], `flags.${KEY} must be a JSON object: it is a list`],
    [null, `flags.${KEY} must be a JSON object: it is null`],
    ["true", `flags.${KEY} must be a JSON object: it is "true"`],
    [JSON.parse('{"__proto__": 1}'), `flags.${KEY}."__proto__" must be absent`],
  ])("%j", (input, text) => {
    const [problem, ...others] = problems(input);
    expect([problem?.slice(0, text.length), others]).toEqual([text, []]);
  });

  test.each([
    ["percentage", "percent", 5],
    ["force_on", "forceOn", ["alice"]],
    ["whitelist", "allowlist", null],
    ["blacklist", "denylist", []],
  ])("%s beside %s, even where both say the same", (synonym, field, value) => {
    const place = `flags.${KEY}`;
    expect(problems({ [field]: value, [synonym]: value })).toEqual([
      `${place}.${synonym} must be absent, as \`${field}\` says the same: it is there`,
    ]);
    expect(problems({ [synonym]: value, [field]: value })).toEqual([
      `${place}.${field} must be absent, as \`${synonym}\` says the same: it is there`,
    ]);
  });

  test("several at once", () => {
    const told = problems({ percentage: -1, blacklist: [""], size: 1 });
    expect(told.map((text) => text.split(" must ")[0])).toEqual(
      expect.arrayContaining([`flags.${KEY}.percentage`, `flags.${KEY}.blacklist[0]`, `flags.${KEY}."size"`]),
    );
    expect(told).toHaveLength(3);
  });

  test("a key that no flag can have", () => {
    expect(problems({ enabled: true }, "two words")[0]).toMatch(/^key must be .*: it is "two words"$/);
  });

  test("no shopper is shown", () => {
    expect(problems({ whitelist: ["+5511999990000 "] }).join()).not.toContain("5511");
    expect(problems({ "5511999990000": true }).join()).not.toContain("5511");
  });
});

test("a form made of what is said is read back as the same", () => {
  const anyMembers = fc.uniqueArray(fc.constantFrom("alice", "bob"));
  const anyForm = fc.record(
    {
      enabled: fc.constantFrom(null, true, false),
      percentage: fc.constantFrom(null, 0, 2.5, 100),
      whitelist: fc.option(anyMembers),
      denylist: anyMembers,
      force_on: anyMembers,
      description: fc.string({ maxLength: 5 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(anyForm, (form) => {
      const parsed = parseForm(form, KEY);
      expect(parsed.ok && parseForm(formOf(parsed.said), KEY)).toEqual(parsed);
    }),
  );
});
