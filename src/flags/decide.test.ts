import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketOf } from "./bucket.ts";
import { decide, settleFailOn, type Reason } from "./decide.ts";
import type { Flag } from "./flag.ts";
import { compiled } from "./sample.ts";

const BUCKET = bucketOf("murmur3", "CHECKOUT_ENABLED", "alice");

function answer(changes: Partial<Flag>, shopper: string | null): [boolean, Reason] {
  const flag = compiled(changes);
  const { value, reason } = decide(flag, shopper, flag.salt);
  return [value, reason];
}

describe("the rules one by one", () => {
  test.each<[string, Partial<Flag>, boolean, Reason]>([
    [
      "the master switch beats every list",
      { enabled: false, forceOn: ["alice"], allowlist: ["alice"] },
      false,
      "disabled",
    ],
    ["the master switch beats percent 100", { enabled: false, percent: 100 }, false, "disabled"],
    ["the denylist beats the other lists", { denylist: ["alice"], forceOn: ["alice"] }, false, "denylist"],
    ["force on beats a closed list", { forceOn: ["alice"], allowlist: ["bob"] }, true, "force_on"],
    ["force on beats an audience", { forceOn: ["alice"], audience: "nobody" }, true, "force_on"],
    ["force on excludes nobody", { enabled: true, forceOn: ["bob"] }, true, "enabled"],
    [
      "who is not in the audience is off",
      { enabled: true, allowlist: ["alice"], audience: "nobody" },
      false,
      "audience",
    ],
    ["an audience that is not stored has nobody in it", { enabled: true, audience: "not-stored" }, false, "audience"],
    ["who is in the audience goes on to the rules below", { enabled: true, audience: "members" }, true, "enabled"],
    ["who is on the allowlist is on", { percent: 0, allowlist: ["alice"] }, true, "allowlist"],
    ["the allowlist needs no switch", { enabled: null, allowlist: ["alice"] }, true, "allowlist"],
    ["the allowlist is closed", { enabled: true, percent: 100, allowlist: ["bob"] }, false, "allowlist"],
    ["an empty list lets nobody in", { enabled: true, allowlist: [] }, false, "allowlist"],
    ["an empty list beside a percentage is no list", { allowlist: [], percent: 100 }, true, "percent"],
    ["an empty list beside percent 0 is no list", { enabled: true, allowlist: [], percent: 0 }, false, "percent"],
    ["percent 0 counts", { enabled: true, percent: 0 }, false, "percent"],
    ["a percentage needs no switch", { percent: 100 }, true, "percent"],
    ["enabled alone is on", { enabled: true }, true, "enabled"],
    ["nothing said is the default", { default: true }, true, "default"],
    ["nothing said at all is off", {}, false, "default"],
  ])("%s", (_, changes, value, reason) => {
    expect(answer(changes, "alice")).toEqual([value, reason]);
  });
});

describe("without a shopper", () => {
  test.each<[string, Partial<Flag>, boolean, Reason]>([
    ["the master switch is off", { enabled: false, percent: 100 }, false, "disabled"],
    ["nobody is denied or forced on", { enabled: true, denylist: ["alice"], forceOn: ["alice"] }, true, "enabled"],
    ["nobody is in an audience", { enabled: true, audience: "members" }, false, "audience"],
    ["nobody is on a closed list", { enabled: true, allowlist: ["alice"] }, false, "allowlist"],
    ["percent 100 is on", { percent: 100 }, true, "percent"],
    ["percent 99.999 is off", { enabled: true, percent: 99.999 }, false, "percent"],
    ["percent 0 is off", { enabled: true, percent: 0 }, false, "percent"],
    ["enabled with neither list nor percentage is on", { enabled: true }, true, "enabled"],
    ["the default decides", { default: true }, true, "default"],
  ])("%s", (_, changes, value, reason) => {
    expect(answer(changes, null)).toEqual([value, reason]);
  });
});

interface Case {
  readonly flag: Partial<Flag>;
  readonly shopper: string | null;
}

/** Every combination of what the rules look at, for a shopper in the middle of two percentages. */
function everyCase(): readonly Case[] {
  const lists = [[], ["alice"], ["bob"]];
  const percents = [null, 0, BUCKET / 1000, (BUCKET + 1) / 1000, 100];
  const cases: Case[] = [];
  for (const enabled of [null, true, false])
    for (const denylist of lists)
      for (const forceOn of lists)
        for (const audience of [null, "members", "nobody", "not-stored"])
          for (const allowlist of [null, ...lists])
            for (const percent of percents)
              for (const byDefault of [false, true])
                for (const shopper of ["alice", null])
                  cases.push({
                    flag: { enabled, denylist, forceOn, audience, allowlist, percent, default: byDefault },
                    shopper,
                  });
  return cases;
}

/** SPEC 3's order, read off the page: the first rule that applies decides. */
function bySpec({ flag, shopper }: Case): [boolean, Reason] {
  const {
    enabled,
    denylist = [],
    forceOn = [],
    audience,
    allowlist = null,
    percent = null,
    default: byDefault = false,
  } = flag;
  const isAlice = shopper === "alice";
  const on = isAlice ? BUCKET < Math.round((percent ?? 0) * 1000) : percent === 100;
  const listed = allowlist !== null && !(allowlist.length === 0 && percent !== null);
  const rules: readonly [applies: boolean, value: boolean, reason: Reason][] = [
    [enabled === false, false, "disabled"],
    [isAlice && denylist.includes("alice"), false, "denylist"],
    [isAlice && forceOn.includes("alice"), true, "force_on"],
    [audience !== null && !(isAlice && audience === "members"), false, "audience"],
    [listed, isAlice && (allowlist ?? []).includes("alice"), "allowlist"],
    [percent !== null, on, "percent"],
    [enabled === true, true, "enabled"],
    [true, byDefault, "default"],
  ];
  const [, value, reason] = rules.find(([applies]) => applies) ?? [true, false, "default"];
  return [value, reason];
}

test("every combination of switch, lists, audience, percentage, default and shopper is decided by the page", () => {
  const cases = everyCase();
  expect(cases).toHaveLength(3 * 3 * 3 * 4 * 4 * 5 * 2 * 2);
  const wrong = cases.filter((one) => String(answer(one.flag, one.shopper)) !== String(bySpec(one)));
  expect(wrong).toEqual([]);
});

/** SPEC 2: off only where a value says so for this shopper. */
function failOnBySpec(one: Case): boolean {
  const { enabled, audience, percent } = one.flag;
  if (enabled === false) return false;
  const [value, reason] = bySpec(one);
  const unset = reason === "default";
  const unreadable = reason === "audience" && audience === "not-stored";
  if (one.shopper === null || unset || unreadable) return percent !== 0;
  return value;
}

test("every combination is decided as the page says for a flag that fails on", () => {
  const cases = everyCase();
  const wrong = cases.filter((one) => {
    const settled = settleFailOn(compiled(one.flag), one.shopper);
    const value = settled?.value ?? BUCKET < Math.round((one.flag.percent ?? 0) * 1000);
    return value !== failOnBySpec(one);
  });
  expect(wrong).toEqual([]);
});

describe("percentages", () => {
  /** In thousandths, so that every percentage has at most three decimals. */
  const anyMilliPercent = fc.oneof(fc.constantFrom(0, 1, 50_000, 99_999, 100_000), fc.nat(100_000));
  const anyShopper = fc.string({ minLength: 1 });
  const anyBucketing = fc.constantFrom("murmur3" as const, "md5" as const);
  const isOn = (bucketing: "murmur3" | "md5", milli: number, shopper: string): boolean =>
    decide(compiled({ percent: milli / 1000, bucketing }), shopper, "salt").value;

  test("raising a percent never turns anyone off", () => {
    fc.assert(
      fc.property(anyBucketing, anyMilliPercent, anyMilliPercent, anyShopper, (bucketing, one, two, shopper) => {
        const [low, high] = [Math.min(one, two), Math.max(one, two)];
        expect(isOn(bucketing, low, shopper) && !isOn(bucketing, high, shopper)).toBe(false);
      }),
    );
  });

  test("lowering a percent turns off those added last", () => {
    const shoppers = Array.from({ length: 100 }, (_, index) => `shopper-${index}`);
    fc.assert(
      fc.property(anyBucketing, fc.array(anyMilliPercent, { minLength: 2, maxLength: 5 }), (bucketing, steps) => {
        const rising = steps.toSorted((a, b) => a - b);
        const stepOf = (shopper: string): number => rising.findIndex((milli) => isOn(bucketing, milli, shopper));
        const added = shoppers.map((shopper) => ({ shopper, step: stepOf(shopper) })).filter(({ step }) => step !== -1);
        for (const [step, milli] of rising.entries()) {
          const gone = added.filter(({ shopper }) => !isOn(bucketing, milli, shopper));
          expect(gone).toEqual(added.filter((one) => one.step > step));
        }
      }),
    );
  });

  test("percent 0 is nobody and percent 100 everybody", () => {
    fc.assert(
      fc.property(anyBucketing, anyShopper, (bucketing, shopper) => {
        expect([isOn(bucketing, 0, shopper), isOn(bucketing, 100_000, shopper)]).toEqual([false, true]);
      }),
    );
  });
});

test("a decision without a bucket is the same object every time", () => {
  const flag = compiled({ allowlist: ["alice"] });
  expect(decide(flag, "alice", "salt")).toBe(decide(flag, "alice", "salt"));
});
