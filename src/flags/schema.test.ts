import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Flag } from "./flag.ts";
import { describeProblem } from "./problem.ts";
import { MAX_LISTED_SHOPPERS, MEMBER as member } from "./member.ts";
import { parseFlag } from "./schema.ts";

const stored: Flag = {
  key: "WHATSAPP_CANONICAL_EVENTS_ENABLED",
  description: "The new pipeline",
  enabled: true,
  percent: 5,
  allowlist: null,
  denylist: [],
  forceOn: ["alice"],
  audience: null,
  default: false,
  salt: null,
  bucketing: "murmur3",
  settings: { timeoutMs: 250, tones: ["warm"], nested: { on: true, off: null } },
  version: 7,
  updatedAt: "2026-01-31T10:00:00Z",
  updatedBy: "ops",
};

function problems(changes: Record<string, unknown>): readonly string[] {
  const parsed = parseFlag({ ...stored, ...changes });
  return parsed.ok ? [] : parsed.problems.map(describeProblem);
}

test("a flag of the specification comes back as it is", () => {
  expect(parseFlag(structuredClone(stored))).toEqual({ ok: true, flag: stored });
});

describe("percent", () => {
  const must = "percent must be a number from 0 to 100 with at most three decimals, or null: it is";

  test.each([0, 0.001, 1.005, 5.12, 33.333, 99.999, 100, null])("%d is accepted", (percent) => {
    expect(problems({ percent })).toEqual([]);
  });

  test.each([
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [-1, "-1"],
    [100.5, "100.5"],
    [100.001, "100.001"],
    [5.12345, "5.12345"],
    [0.0001, "0.0001"],
    ["5", '"5"'],
    [true, "true"],
    [[5], "a list"],
    [undefined, "missing"],
  ])("%s is refused", (percent, is) => {
    expect(problems({ percent })).toEqual([`${must} ${is}`]);
  });

  test("every thousandth is accepted, and nothing between two of them", () => {
    fc.assert(
      fc.property(fc.nat(99_999), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (milli, between) => {
        expect(problems({ percent: milli / 1000 })).toEqual([]);
        expect(problems({ percent: (milli + between) / 1000 })).toHaveLength(1);
      }),
    );
  });
});

describe("key", () => {
  test.each(["A", "f5tts_engine", "checkout-v2", "Feature.x", "2fa", "K".repeat(128)])("%s is accepted", (key) => {
    expect(problems({ key })).toEqual([]);
  });

  test.each([
    ["MY KEY", '"MY KEY"'],
    ["", "empty"],
    ["A;B", '"A;B"'],
    ["A=on", '"A=on"'],
    ["A:B", '"A:B"'],
    ["../x", '"../x"'],
    ["__proto__", '"__proto__"'],
    ["ñandú", '"ñandú"'],
    ["A\n", '"A\\n"'],
    ["K".repeat(129), `"${"K".repeat(60)}..."`],
    [5, "5"],
    [null, "null"],
  ])("%j is refused", (key, is) => {
    expect(problems({ key })).toEqual([
      `key must be 1 to 128 letters, digits, \`_\`, \`.\` or \`-\`, the first a letter or digit: it is ${is}`,
    ]);
  });
});

describe("lists", () => {
  test.each([
    [["alice", ""], `denylist[1] must be ${member}: it is blank`],
    [["  "], `denylist[0] must be ${member}: it is blank`],
    [[" alice"], `denylist[0] must be ${member}: it is text of 6 characters`],
    [["5".repeat(257)], `denylist[0] must be ${member}: it is text of 257 characters`],
    [["al\u0000ice"], `denylist[0] must be ${member}: it is text of 6 characters`],
    [["alice", "bob\ud83d"], `denylist[1] must be ${member}: it is text of 4 characters`],
    [["alice", 5511999990000], `denylist[1] must be ${member}: it is a number`],
    [[null], `denylist[0] must be ${member}: it is null`],
    [
      ["5511999990000", "alice", "5511999990000"],
      "denylist[2] must be different from entry [0]: it is text of 13 characters",
    ],
    ["alice", "denylist must be a list of at most 1000000 different shoppers: it is text of 5 characters"],
    [{ alice: true }, "denylist must be a list of at most 1000000 different shoppers: it is an object"],
    [null, "denylist must be a list of at most 1000000 different shoppers: it is null"],
  ])("%j is refused without showing anybody", (denylist, problem) => {
    expect(problems({ denylist })).toEqual([problem]);
  });

  test("only an allowlist may be null", () => {
    expect(problems({ allowlist: null })).toEqual([]);
    expect(problems({ allowlist: [] })).toEqual([]);
    expect(problems({ forceOn: null })).toHaveLength(1);
  });

  test("a million shoppers are accepted, one more is told in one problem", () => {
    const list = Array.from({ length: MAX_LISTED_SHOPPERS }, (_, index) => `shopper-${index}`);
    expect(problems({ allowlist: list })).toEqual([]);
    expect(problems({ allowlist: [...list, "one-more"] })).toEqual([
      "allowlist must be a list of at most 1000000 different shoppers (1000001 entries): it is a list",
    ]);
    expect(problems({ allowlist: list.fill("") })).toHaveLength(1);
  });
});

describe("settings", () => {
  const must = "settings must be a JSON object of at most 4096 bytes, nested at most 32 deep: it is";
  const nested = (depth: number): unknown => (depth === 0 ? 0 : { in: nested(depth - 1) });
  /** `{"text":"..."}` of so many bytes. */
  const ofBytes = (bytes: number): unknown => ({
    text: "é".repeat((bytes - 11 - ((bytes - 11) % 2)) / 2) + "x".repeat((bytes - 11) % 2),
  });

  test("4 KiB are accepted, one byte more is refused", () => {
    expect(Buffer.byteLength(JSON.stringify(ofBytes(4096)))).toBe(4096);
    expect(problems({ settings: ofBytes(4096) })).toEqual([]);
    expect(problems({ settings: ofBytes(4097) })).toEqual([`${must} an object`]);
  });

  test("32 levels are accepted, more are refused, a bomb too", () => {
    expect(problems({ settings: nested(32) })).toEqual([]);
    expect(problems({ settings: nested(33) })).toEqual([`${must} an object`]);
    expect(problems({ settings: nested(5000) })).toEqual([`${must} an object`]);
  });

  test.each([
    [[], "a list"],
    [null, "null"],
    ["{}", "text of 2 characters"],
    [{ rate: Number.NaN }, "an object"],
    [{ call: () => 0 }, "an object"],
    [JSON.parse('{"deep":{"__proto__":{"admin":true}}}'), "an object"],
  ])("%o is refused", (settings, is) => {
    expect(problems({ settings })).toEqual([`${must} ${is}`]);
  });
});

describe("the other fields", () => {
  test.each([
    [{ enabled: "true" }, 'enabled must be true or false, or null: it is "true"'],
    [{ enabled: 1 }, "enabled must be true or false, or null: it is 1"],
    [{ default: null }, "default must be true or false: it is null"],
    [{ bucketing: "crc32" }, 'bucketing must be "murmur3" or "md5": it is "crc32"'],
    [{ salt: "" }, "salt must be 1 to 128 visible ASCII characters, or null: it is blank"],
    [{ salt: "a b" }, "salt must be 1 to 128 visible ASCII characters, or null: it is text of 3 characters"],
    [{ version: -1 }, "version must be a whole number from 0: it is -1"],
    [{ version: 1.5 }, "version must be a whole number from 0: it is 1.5"],
    [{ updatedAt: "yesterday" }, "updatedAt must be a time in ISO 8601, UTC, or null: it is text of 9 characters"],
    [
      { description: "x".repeat(1001) },
      "description must be text of at most 1000 characters: it is text of 1001 characters",
    ],
    [
      { audience: "big spenders" },
      expect.stringMatching(/^audience must be 1 to 128 letters.*: it is "big spenders"$/),
    ],
    [{ percnt: 5 }, '"percnt" must be absent: a flag has no such field: it is there'],
    [
      { "5511999990000": 5 },
      "text that may be personal (not shown) must be absent: a flag has no such field: it is there",
    ],
  ])("%o is refused", (changes, problem) => {
    expect(problems(changes)).toEqual([problem]);
  });

  test("every problem of a flag is told at once", () => {
    expect(problems({ key: "MY KEY", percent: -1, salt: "" })).toHaveLength(3);
  });

  test.each([
    [null, "null"],
    [[], "a list"],
    ["{}", '"{}"'],
  ])("%j is no flag", (input, is) => {
    const parsed = parseFlag(input);
    expect(parsed.ok ? [] : parsed.problems.map(describeProblem)).toEqual([`flag must be a JSON object: it is ${is}`]);
  });
});
