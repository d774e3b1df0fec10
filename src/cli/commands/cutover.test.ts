import { afterEach, expect, test } from "vitest";
import { startSample, type SampleSombra } from "./sample.ts";

let sombra: SampleSombra;
afterEach(() => sombra.close());

test("a share is served, then everybody, then nobody again: both flags in one write, before and after shown", async () => {
  sombra = await startSample();
  const tenth = await sombra.does("cutover", "default", "--percent", "10", "--reason", "first tenth");
  expect(tenth).toBe(
    `CANONICAL_SHADOW: version 0 -> 1
FIELD    BEFORE  AFTER
enabled  null    true
percent  null    90
source   code    sqlite
CANONICAL_DUAL: version 0 -> 1
FIELD    BEFORE  AFTER
enabled  null    true
percent  null    90
source   code    sqlite
`,
  );
  expect(sombra.flags.audit).toHaveLength(2);
  expect(sombra.flags.audit.map(({ reason, version }) => [reason, version])).toEqual([
    ["first tenth", 1],
    ["first tenth", 1],
  ]);
  expect(await sombra.does("cutover", "default", "--percent", "10")).toBe(
    "CANONICAL_SHADOW: unchanged (version 1)\nCANONICAL_DUAL: unchanged (version 1)\n",
  );
  expect(await sombra.does("cutover", "default")).toMatch(/enabled +true +false/);
  expect(await sombra.does("cutover", "default", "--to-shadow")).toMatch(/enabled +false +true\npercent +90 +100/);
});

const unreachable = { name: "default: candidate", status: "fail", text: "it cannot be reached" } as const;

test("a check that fails keeps it from being done, unless glass is broken with a reason", async () => {
  sombra = await startSample({ checks: async () => [unreachable] });
  const refused = await sombra.run(["cutover", "default"]);
  expect([refused.code, refused.stdout]).toEqual([1, ""]);
  expect(refused.stderr).toContain("it cannot be reached");
  expect(sombra.flags.audit).toEqual([]);
  const done = await sombra.does("cutover", "default", "--break-glass", "--reason", "legacy is down");
  expect(done).toMatch(/^STATUS +CHECK +WHAT\nfail +default: candidate +it cannot be reached\n\nCANONICAL_SHADOW/);
  expect(sombra.flags.audit[0]?.reason).toContain("legacy is down");
});

test("the way back is open although checks fail", async () => {
  sombra = await startSample({ checks: async () => [unreachable] });
  expect((await sombra.run(["cutover", "default", "--to-shadow"])).code).toBe(0);
});

test.each([
  [[], "ROUTE is missing"],
  [["default", "--percent", "10", "--to-shadow"], "--percent and --to-shadow exclude each other"],
  [["default", "--break-glass"], "--break-glass needs --reason TEXT"],
  [["default", "--break-glass", "--reason", " "], "--break-glass needs --reason TEXT"],
  [["default", "--percent", "ten"], "--percent must be a number"],
])("%j is wrong use", async (args, text) => {
  sombra = await startSample();
  const { code, stderr } = await sombra.run(["cutover", ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(`sombra cutover: ${text}\n`);
  expect(sombra.flags.audit).toEqual([]);
});

test("a percent that cannot be and a route that is not there are told by the admin port", async () => {
  sombra = await startSample();
  expect((await sombra.run(["cutover", "default", "--percent", "100.5"])).stderr).toContain("from 0 to 100");
  expect((await sombra.run(["cutover", "none"])).stderr).toContain("No route of this name");
});
