import { expect, test } from "vitest";

import { ConfigError } from "./errors.ts";
import { FILE, LEGACY, load, wrong } from "./sample.ts";

const ON =
  "turns reverse shadow on (value not shown), must be unset until legacy's calls have been seen tied to their exchanges (sombra doctor says so), or the route has a twin";

/** What would be wrong while legacy's calls have not been seen tied. */
function reverseShadow(env: Readonly<Record<string, string>>, file: string | null = null): readonly string[] {
  const { reverseShadow: all } = load({ ...LEGACY, ...env }, file === null ? {} : { [FILE]: file });
  if (all.length === 0) return [];
  return new ConfigError(all.map(({ problem }) => problem)).message.split("\n  ").slice(1);
}

test.each([
  ["", "true"],
  ["_PERCENT", "0.5"],
  ["_PERCENTAGE", "100"],
  ["_PHASE", "alpha"],
  ["_ALLOWLIST", "5511999990000"],
  ["_FORCE_ON", "5511999990000"],
])("reverse shadow is switched on by WHATSAPP_REVERSE_SHADOW%s", (suffix, value) => {
  const name = `WHATSAPP_REVERSE_SHADOW${suffix}`;
  expect(reverseShadow({ [name]: value })).toEqual([`${name}: ${ON}`]);
});

test("reverse shadow is switched on under another prefix, on another route, or by default", () => {
  const routes = "routes: [{}, {name: a, match: {path: /a}, flags: {enabled: A, reverseShadow: BACK}}]\n";
  const renamed = `${routes}flags: [{key: BACK, env: FEATURE_BACK}]\n`;
  expect(reverseShadow({ FEATURE_BACK_ENABLED: "true" }, renamed)).toEqual([`FEATURE_BACK_ENABLED: ${ON}`]);
  expect(reverseShadow({}, `${routes}flags: [{key: BACK, default: true}]\n`)).toEqual([
    `${FILE} line 2, column 30: flags[0].default is true, must be false until${ON.split("until")[1]}`,
  ]);
});

test("reverse shadow may be said to be off", () => {
  const key = "WHATSAPP_REVERSE_SHADOW";
  const env = { [key]: "false", [`${key}_PERCENT`]: "0", [`${key}_PHASE`]: "disabled", [`${key}_ALLOWLIST`]: "" };
  expect(reverseShadow(env)).toEqual([]);
  expect(load({ ...LEGACY, ...env }).environmentFlags.map((flag) => [flag.key, flag.enabled])).toEqual([[key, false]]);
});

test("flags of the environment arrive, those of another prefix too", () => {
  const env = { ...LEGACY, WHATSAPP_DUAL_RUN_PERCENT: "5", FEATURE_F5TTS_ENABLED: "true" };
  const flags =
    "flags: [{key: f5tts_engine, env: FEATURE_F5TTS, alias: voice, default: true, salt: s, bucketing: md5}]";
  const config = load(env, { [FILE]: flags });
  expect(config.environmentFlags.map(({ key, enabled, percent }) => [key, enabled, percent])).toEqual([
    ["f5tts_engine", true, null],
    ["WHATSAPP_DUAL_RUN", null, 5],
  ]);
  expect(config.flags[0]).toEqual({
    key: "f5tts_engine",
    description: "",
    env: "FEATURE_F5TTS",
    alias: "voice",
    default: true,
    salt: "s",
    bucketing: "md5",
  });
});

test("a flag of the environment that is wrong stops the start like any other variable", () => {
  const env = { ...LEGACY, WHATSAPP_DUAL_RUN_PERCENT: "101", WHATSAPP_CANONICAL_SHADOW_MODE: "on", SOMBRA_PORT: "x" };
  expect(wrong(env)).toEqual([
    'SOMBRA_PORT: is "x", must be a whole number from 0 to 65535',
    'WHATSAPP_CANONICAL_SHADOW_MODE: is "on", must be true or false',
    'WHATSAPP_DUAL_RUN_PERCENT: is "101", must be a number from 0 to 100 with at most three decimals',
  ]);
});

test("two percentages that differ stop the start", () => {
  const [line] = wrong({ ...LEGACY, WHATSAPP_DUAL_RUN_PERCENT: "1", WHATSAPP_DUAL_RUN_PERCENTAGE: "2" });
  expect(line).toMatch(/^WHATSAPP_DUAL_RUN_PERCENTAGE: is "2", must be 1 /);
});

test("SOMBRA_FORCE_OFF takes known flags that do not cut over", () => {
  const off = (keys: string) => wrong({ ...LEGACY, SOMBRA_FORCE_OFF: keys });
  expect(load({ ...LEGACY, SOMBRA_FORCE_OFF: "WHATSAPP_CANONICAL_EVENTS_ENABLED" }).forceOff).toEqual([
    "WHATSAPP_CANONICAL_EVENTS_ENABLED",
  ]);
  expect(off("WHATSAPP_DUAL_RUM")).toEqual([
    'SOMBRA_FORCE_OFF: flag "WHATSAPP_DUAL_RUM" is unknown, did you mean "WHATSAPP_DUAL_RUN"',
  ]);
  expect(off("WHATSAPP_DUAL_RUN")).toEqual([expect.stringContaining("this would cut over")]);
});

test("SOMBRA_FORCE_OFF takes a flag that only the store may have, and says so", () => {
  const { forceOff, warnings } = load({ ...LEGACY, SOMBRA_FORCE_OFF: "CHECKOUT" });
  expect(forceOff).toEqual(["CHECKOUT"]);
  expect(warnings).toContain('SOMBRA_FORCE_OFF: flag "CHECKOUT" is in no configuration: it is off if the store has it');
});

test.each([
  ["key", "[{key: A}, {key: A}]", 18],
  ["alias", "[{key: A, alias: x}, {key: B, alias: x}]", 38],
  ["alias", "[{key: A}, {key: B, alias: A}]", 28],
  ["env", "[{key: A, env: X}, {key: B, env: X}]", 34],
])("an %s that two flags have is refused: %s", (option, flags, column) => {
  expect(wrong(LEGACY, { [FILE]: `flags: ${flags}` })).toEqual([
    expect.stringMatching(
      new RegExp(`line 1, column ${column + 7}: flags\\[1\\]\\.${option} is "\\w+", must be given once$`),
    ),
  ]);
});

test.each([
  [{ WHATSAPP_CANONICAL_SHADOW_MODE_PERCENT: "5", WHATSAPP_DUAL_RUN: "false" }, "95 % of the shoppers"],
  [{ WHATSAPP_CANONICAL_SHADOW_MODE: "false", WHATSAPP_DUAL_RUN_PERCENTAGE: "5" }, "95 % of the shoppers"],
  [{ WHATSAPP_CANONICAL_SHADOW_MODE_DENYLIST: "a,b", WHATSAPP_DUAL_RUN: "false" }, "2 shoppers that lists name"],
  [
    { WHATSAPP_CANONICAL_SHADOW_MODE_PERCENT: "90", WHATSAPP_DUAL_RUN_PERCENT: "90", WHATSAPP_DUAL_RUN_DENYLIST: "a" },
    "10 % of the shoppers",
  ],
])("what the environment cuts over by share or list is said (%j)", (env, whom) => {
  const { warnings } = load({ ...LEGACY, ...env });
  expect(warnings.filter((line) => line.includes("cut over"))).toEqual([
    `by the environment WHATSAPP_CANONICAL_SHADOW_MODE and WHATSAPP_DUAL_RUN of route "default" are both off for ${whom}: where WHATSAPP_CANONICAL_EVENTS_ENABLED is on for them, they are cut over`,
  ]);
});

test.each([
  { WHATSAPP_CANONICAL_SHADOW_MODE: "false", WHATSAPP_DUAL_RUN: "false" },
  { WHATSAPP_CANONICAL_SHADOW_MODE_PERCENT: "5" },
  { WHATSAPP_DUAL_RUN: "false" },
])("a whole cutover, or none, needs no such remark (%j)", (env) => {
  expect(load({ ...LEGACY, ...env }).warnings.filter((line) => line.includes("cut over"))).toEqual([]);
});
