import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import { compileFlag } from "./compile.ts";
import { flagsFromEnv, type EnvironmentFlags } from "./env.ts";
import type { Flag } from "./flag.ts";
import { MEMBER } from "./member.ts";
import { describeProblem } from "./problem.ts";
import { ROUTE, definition, tabled } from "./sample.ts";

const KEY = "CHECKOUT_ENABLED";

const DEFINITIONS = [
  definition(KEY),
  definition("f5tts_engine", { env: "FEATURE_F5TTS", default: true, salt: "voices", bucketing: "md5" }),
  definition(ROUTE.enabled),
  definition(ROUTE.shadow),
];

function read(env: Record<string, string | undefined>): EnvironmentFlags {
  return flagsFromEnv(env, DEFINITIONS, [ROUTE]);
}

/** The one flag that the variables define, without a problem. */
function flagOf(env: Record<string, string>): Partial<Flag> {
  const { flags, problems } = read(env);
  expect(problems).toEqual([]);
  expect(flags).toHaveLength(1);
  return flags[0] ?? {};
}

function problemsOf(env: Record<string, string>): readonly string[] {
  return read(env).problems.map(describeProblem);
}

test("a flag without variables is not defined by the environment", () => {
  expect(read({ CHECKOUT: "true", CHECKOUT_ENABLED_OWNER: "me" })).toEqual({
    flags: [],
    forceOff: [],
    problems: [],
    remarks: [],
  });
  expect(read({ [KEY]: undefined }).flags).toEqual([]);
});

test("every variable finds its field, and the definition the rest", () => {
  const flag = flagOf({
    FEATURE_F5TTS_ENABLED: "true",
    FEATURE_F5TTS_PERCENTAGE: "12.125",
    FEATURE_F5TTS_ALLOWLIST: "a,b",
    FEATURE_F5TTS_DENYLIST: "c",
    FEATURE_F5TTS_FORCE_ON: "d",
  });
  expect(flag).toEqual({
    key: "f5tts_engine",
    description: "",
    enabled: true,
    percent: 12.125,
    allowlist: ["a", "b"],
    denylist: ["c"],
    forceOn: ["d"],
    audience: null,
    default: true,
    salt: "voices",
    bucketing: "md5",
    settings: {},
    version: 0,
    updatedAt: null,
    updatedBy: "environment",
  });
});

test("a flag with another prefix is read by that one only", () => {
  expect(read({ f5tts_engine: "true", f5tts_engine_PERCENT: "5", FEATURE_F5TTS: "true" }).flags).toEqual([]);
  expect(flagOf({ FEATURE_F5TTS_PHASE: "alpha" })).toMatchObject({ key: "f5tts_engine", enabled: null, percent: 10 });
});

describe("the switch", () => {
  test.each([
    ["true", true],
    ["false", false],
    ["False", false],
    [" TRUE ", true],
  ])("%j is %s", (text, enabled) => {
    expect(flagOf({ [KEY]: text })).toMatchObject({ enabled, percent: null, allowlist: null });
  });

  test.each(["", " ", "1", "0", "yes", "on", "null"])("%j is refused", (text) => {
    const is = text.trim() === "" ? "empty" : JSON.stringify(text);
    expect(problemsOf({ [KEY]: text })).toEqual([`CHECKOUT_ENABLED must be true or false: it is ${is}`]);
  });
});

describe("lists", () => {
  test("spaces, empty entries and repetitions do not count", () => {
    expect(flagOf({ [`${KEY}_ALLOWLIST`]: " a, b ,,a,", [`${KEY}_DENYLIST`]: "c,c" })).toMatchObject({
      enabled: null,
      allowlist: ["a", "b"],
      denylist: ["c"],
    });
  });

  test("an entry that does not count is told of by its place, never shown", () => {
    const remarks = (lists: Readonly<Record<string, string>>) => read(lists).remarks;
    expect(remarks({ [`${KEY}_ALLOWLIST`]: "447700900123, b ,,447700900123," })).toEqual([
      "CHECKOUT_ENABLED_ALLOWLIST: entry 3 is empty and does not count",
      "CHECKOUT_ENABLED_ALLOWLIST: entry 4 is entry 1 again and does not count",
      "CHECKOUT_ENABLED_ALLOWLIST: entry 5 is empty and does not count",
    ]);
    expect(remarks({ [`${KEY}_DENYLIST`]: "a,b", [`${KEY}_ALLOWLIST`]: " , " })).toEqual([]);
    expect(remarks({ [`${KEY}_DENYLIST`]: `${",".repeat(1_000)}a` })).toHaveLength(20);
  });

  test("an allowlist that is set and empty is a closed list of nobody", () => {
    for (const text of ["", " ", ","]) expect(flagOf({ [`${KEY}_ALLOWLIST`]: text }).allowlist).toEqual([]);
    const [flag] = read({ [KEY]: "true", [`${KEY}_ALLOWLIST`]: "" }).flags;
    expect(flag && decide(compileFlag(tabled(flag), "env"), "alice", KEY)).toMatchObject({
      value: false,
      reason: "allowlist",
    });
  });

  test("an entry that can be no shopper is refused without being shown", () => {
    expect(problemsOf({ [`${KEY}_FORCE_ON`]: `a,${"5".repeat(257)}`, [`${KEY}_DENYLIST`]: "a,b\u0007c" })).toEqual([
      `CHECKOUT_ENABLED_DENYLIST must be entries separated by commas, each ${MEMBER}: it is a list whose entry 2 is text of 3 characters`,
      `CHECKOUT_ENABLED_FORCE_ON must be entries separated by commas, each ${MEMBER}: it is a list whose entry 2 is text of 257 characters`,
    ]);
  });
});

describe("an allowlist that is set and empty, of a shadow flag", () => {
  const name = `${ROUTE.shadow}_ALLOWLIST`;

  test.each([
    ["", {}],
    [" , ", {}],
    ["", { [ROUTE.shadow]: "true" }],
  ])("%j is refused beside %o: nobody is cut over by a variable that says nothing", (text, others) => {
    const { flags, problems } = read({ [name]: text, ...others });
    expect(flags.map(({ allowlist }) => allowlist)).toEqual(Object.keys(others).map(() => null));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ where: name, must: expect.stringContaining("would cut over") });
  });

  test.each([
    [{ [ROUTE.shadow]: "false" }, { enabled: false, allowlist: [] }],
    [{ [`${ROUTE.shadow}_PERCENT`]: "90" }, { percent: 90, allowlist: [] }],
  ])("is accepted beside %o, which says it", (others, flag) => {
    expect(flagOf({ [name]: "", ...others })).toMatchObject(flag);
  });
});

describe("percent", () => {
  test.each([
    ["0", 0],
    ["5", 5],
    [" 2.5 ", 2.5],
    ["99.999", 99.999],
    ["5.1200", 5.12],
    ["100", 100],
    ["100.000", 100],
  ])("%j is %d", (text, percent) => {
    expect(flagOf({ [`${KEY}_PERCENT`]: text })).toMatchObject({ enabled: null, percent });
    expect(flagOf({ [`${KEY}_PERCENTAGE`]: text })).toMatchObject({ enabled: null, percent });
  });

  test.each(["", "NaN", "-1", "100.5", "101", "5.12345", "5%", "1e1", "0x10", ".5", "5,5", "Infinity"])(
    "%j is refused",
    (text) => {
      for (const name of [`${KEY}_PERCENT`, `${KEY}_PERCENTAGE`]) {
        const is = text === "" ? "empty" : JSON.stringify(text);
        expect(problemsOf({ [KEY]: "true", [name]: text })).toEqual([
          `${name} must be a number from 0 to 100 with at most three decimals: it is ${is}`,
        ]);
      }
    },
  );

  test("two names for the same percent are accepted, for different ones refused", () => {
    expect(flagOf({ [`${KEY}_PERCENT`]: "5", [`${KEY}_PERCENTAGE`]: "5.0" })).toMatchObject({ percent: 5 });
    expect(problemsOf({ [`${KEY}_PERCENT`]: "5", [`${KEY}_PERCENTAGE`]: "50" })).toEqual([
      'CHECKOUT_ENABLED_PERCENTAGE must be 5 as `CHECKOUT_ENABLED_PERCENT` is, or one of the two unset: it is "50"',
    ]);
  });
});

describe("phase", () => {
  test.each([
    ["disabled", false, 0],
    ["alpha", null, 10],
    ["beta", null, 50],
    ["ga", null, 100],
    ["GA", null, 100],
  ])("%s", (text, enabled, percent) => {
    expect(flagOf({ [`${KEY}_PHASE`]: text })).toMatchObject({ enabled, percent });
  });

  test("a percent given as well wins", () => {
    expect(flagOf({ [`${KEY}_PHASE`]: "beta", [`${KEY}_PERCENT`]: "0" })).toMatchObject({ enabled: null, percent: 0 });
    expect(flagOf({ [`${KEY}_PHASE`]: "alpha", [`${KEY}_PERCENTAGE`]: "30" })).toMatchObject({ percent: 30 });
  });

  test("disabled is off whatever else is set", () => {
    const others = { [KEY]: "true", [`${KEY}_PERCENT`]: "100", [`${KEY}_FORCE_ON`]: "alice" };
    const [flag] = read({ ...others, [`${KEY}_PHASE`]: "disabled" }).flags;
    expect(flag && decide(compileFlag(tabled(flag), "env"), "alice", KEY)).toMatchObject({
      value: false,
      reason: "disabled",
    });
  });

  test.each(["", "gamma", "10"])("%j is refused", (text) => {
    const is = text === "" ? "empty" : JSON.stringify(text);
    const must = "disabled, alpha, beta or ga";
    expect(problemsOf({ [`${KEY}_PHASE`]: text })).toEqual([`CHECKOUT_ENABLED_PHASE must be ${must}: it is ${is}`]);
  });
});

describe("SOMBRA_FORCE_OFF", () => {
  test("names flags, known or not", () => {
    expect(read({ SOMBRA_FORCE_OFF: `${KEY}, ANOTHER,` })).toMatchObject({ forceOff: [KEY, "ANOTHER"], problems: [] });
    expect(read({ SOMBRA_FORCE_OFF: "" })).toMatchObject({ forceOff: [], problems: [] });
  });

  test.each([ROUTE.shadow, ROUTE.dualRun])("%s is refused", (key) => {
    const { forceOff, problems } = read({ SOMBRA_FORCE_OFF: `${KEY},${key}` });
    expect(forceOff).toEqual([KEY]);
    expect(problems).toEqual([
      {
        where: "SOMBRA_FORCE_OFF",
        is: `a list with "${key}"`,
        must: "without shadow and dual-run flags (this would cut over; name the `enabled` flag)",
      },
    ]);
  });

  test("a route's other two flags are accepted", () => {
    const keys = [ROUTE.enabled, ROUTE.reverseShadow];
    expect(read({ SOMBRA_FORCE_OFF: keys.join() })).toMatchObject({ forceOff: keys, problems: [] });
  });

  test("what is no key is refused", () => {
    expect(problemsOf({ SOMBRA_FORCE_OFF: "A B" })).toEqual([
      'SOMBRA_FORCE_OFF must be a list of flag keys, separated by commas: it is a list with "A B"',
    ]);
  });
});

test("every problem is told at once, and none shows what may be a phone number", () => {
  const problems = problemsOf({
    [KEY]: "5511999990000,5511999990001",
    [`${KEY}_PERCENT`]: "5511999990000",
    [`${KEY}_PHASE`]: "ana@example.com",
    SOMBRA_FORCE_OFF: "+5511999990000",
  });
  expect(problems).toHaveLength(4);
  expect(problems.join()).not.toMatch(/5511|ana/);
});
