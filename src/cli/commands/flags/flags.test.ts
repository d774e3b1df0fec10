import { userInfo } from "node:os";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleFlag } from "../../../admin/sample.ts";
import { startSample, type SampleSombra } from "../sample.ts";

let sombra: SampleSombra;
beforeEach(async () => {
  sombra = await startSample({}, [sampleFlag({ enabled: true, percent: 2 })]);
});
afterEach(() => sombra.close());

const rows = (text: string): readonly (readonly string[])[] =>
  text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/ {2,}/));
const asJson = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse(await sombra.does("flags", ...args, "--json"));

describe("list and get", () => {
  test("every flag with who has the say", async () => {
    await sombra.does("flags", "set", "CANONICAL", "percent=5", "forceOn=a,b");
    const [titles, first] = rows(await sombra.does("flags", "list"));
    expect(titles).toEqual(["KEY", "ENABLED", "PERCENT", "ALLOW", "DENY", "FORCE ON", "AUDIENCE", "VERSION", "SOURCE"]);
    expect(first).toEqual(["CANONICAL", "true", "5", "null", "0", "2", "null", "1", "sqlite (over env)"]);
    expect(await asJson("list")).toMatchObject({ version: 1, store: { kind: "sqlite", up: true } });
  });

  test("a store that is away is told", async () => {
    sombra.flags.lose("connection refused");
    const { code, stdout, stderr } = await sombra.run(["flags", "list"]);
    expect(code).toBe(0);
    expect(stdout).toContain("store sqlite is down");
    expect(stderr).toBe("The flags are the last known ones: connection refused\n");
  });

  test("one flag, its first members by name", async () => {
    const many = Array.from({ length: 12 }, (_, index) => `s${index}`).join(",");
    await sombra.does("flags", "set", "CANONICAL", `denylist=${many}`);
    const shown = await sombra.does("flags", "get", "CANONICAL");
    expect(shown).toMatch(/^CANONICAL\nFIELD/);
    expect(shown).toContain(
      "denylist     12 shoppers: s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 and 2 more (--json shows all)",
    );
    expect(shown).toMatch(/percent +2\n/);
    expect(await asJson("get", "CANONICAL")).toMatchObject({ key: "CANONICAL", denylist: many.split(",") });
  });

  test("a flag that nobody knows fails", async () => {
    expect((await sombra.run(["flags", "get", "NONE"])).code).toBe(1);
  });
});

describe("set", () => {
  test("changes what is said, keeps the rest, and shows before and after", async () => {
    const changed = await sombra.does("flags", "set", "CANONICAL", "percent=5", "allowlist=a,b", "--reason", "pilot");
    expect(rows(changed)).toEqual([
      ["CANONICAL: version 0 -> 1"],
      ["FIELD", "BEFORE", "AFTER"],
      ["allowlist", "null", "2 shoppers (+2)"],
      ["percent", "2", "5"],
      ["source", "env", "sqlite"],
    ]);
    expect(await sombra.does("flags", "set", "CANONICAL", "percent=5")).toBe("CANONICAL: unchanged (version 1)\n");
    expect(await asJson("get", "CANONICAL")).toMatchObject({ enabled: true, percent: 5, allowlist: ["a", "b"] });
    const actor = { kind: "command", name: userInfo().username };
    expect(sombra.flags.audit).toEqual([expect.objectContaining({ actor, reason: "pilot", subject: "CANONICAL" })]);
  });

  test("a version that has moved on is refused, and both are shown", async () => {
    await sombra.does("flags", "set", "CANONICAL", "percent=5", "--if-version", "0");
    const { code, stderr } = await sombra.run(["flags", "set", "CANONICAL", "percent=6", "--if-version", "0"]);
    expect(code).toBe(1);
    expect(stderr).toContain("version 0 was expected, it is 1");
    expect(sombra.flags.audit).toHaveLength(1);
  });

  test.each(["-1", "100.5", "5.12345"])("percent=%s is refused with what it must be", async (percent) => {
    const { code, stderr } = await sombra.run(["flags", "set", "CANONICAL", `percent=${percent}`]);
    expect(code).toBe(1);
    expect(stderr).toContain("a number from 0 to 100 with at most three decimals");
    expect(sombra.flags.audit).toEqual([]);
  });

  test("everything wrong is said at once", async () => {
    const { stderr } = await sombra.run(["flags", "set", "CANONICAL", "percent=101", "bucketing=crc32"]);
    expect(stderr).toMatch(/2 things are wrong\n .*percent.*\n .*bucketing.*\n$/);
  });

  test.each([[["CANONICAL"]], [["CANONICAL", "percent"]], [["CANONICAL", "percent=5", "--if-version", "x"]]])(
    "%j is wrong use",
    async (args) => {
      expect((await sombra.run(["flags", "set", ...args])).code).toBe(2);
      expect(sombra.flags.audit).toEqual([]);
    },
  );
});

describe("lists", () => {
  test.each([
    ["deny", "denylist", "0 shoppers"],
    ["force-on", "forceOn", "0 shoppers"],
    ["allow", "allowlist", "null"],
  ])("%s puts shoppers on, and takes them off", async (command, field, before) => {
    const added = await sombra.does("flags", command, "CANONICAL", "a", "b", "a");
    expect(rows(added)).toContainEqual([field, before, "2 shoppers (+2)"]);
    const removed = await sombra.does("flags", command, "CANONICAL", "a", "--remove", "--reason", "left");
    expect(rows(removed)).toContainEqual([field, "2 shoppers", "1 shopper (-1)"]);
    expect(await sombra.does("flags", command, "CANONICAL", "b")).toBe("CANONICAL: unchanged (version 2)\n");
    expect(sombra.flags.audit[0]?.reason).toBe("left");
  });
});

describe("kill and delete", () => {
  test("a flag is switched off and keeps the rest, then goes back to the environment", async () => {
    expect(rows(await sombra.does("flags", "kill", "CANONICAL"))).toContainEqual(["enabled", "true", "false"]);
    expect(await asJson("get", "CANONICAL")).toMatchObject({ enabled: false, percent: 2 });
    const deleted = rows(await sombra.does("flags", "delete", "CANONICAL", "--reason", "tidy"));
    expect(deleted).toContainEqual(["enabled", "false", "true"]);
    expect(deleted).toContainEqual(["source", "sqlite", "env"]);
  });

  test.each(["kill", "delete"])("%s of a shadow flag is refused: it would cut over", async (command) => {
    const { code, stderr } = await sombra.run(["flags", command, "CANONICAL_SHADOW"]);
    expect(code).toBe(1);
    expect(stderr).toContain("this would cut over");
    expect(sombra.flags.audit).toEqual([]);
  });
});

describe("import and export", () => {
  const csv = `flag_key,value,description
CANONICAL,"{""enabled"": true, ""percentage"": 10, ""force_on"": [""x""]}",from the table
f5tts_engine,'2',
`;

  test("a plan is shown and nothing written, then it is written at once", async () => {
    const dry = await sombra.run(["flags", "import", "-", "--dry-run"], { stdin: csv });
    expect(dry.code).toBe(0);
    expect(rows(dry.stdout)).toContainEqual(["percent", "2", "10"]);
    expect(rows(dry.stdout)).toContainEqual(["enabled", "-", "true"]);
    expect(dry.stdout).toMatch(/\n\nnothing written \(--dry-run\)\n$/);
    expect(sombra.flags.audit).toEqual([]);

    const done = await sombra.run(["flags", "import", "-", "--reason", "old table"], { stdin: csv });
    expect([done.code, done.stderr]).toEqual([0, ""]);
    expect(done.stdout).toMatch(/\n2 changed, 0 unchanged, version 1\n$/);
    expect(sombra.flags.audit.map(({ version, reason }) => [version, reason])).toEqual([
      [1, "old table"],
      [1, "old table"],
    ]);
    expect(await asJson("get", "f5tts_engine")).toMatchObject({ enabled: true, percent: 2 });
    const again = await sombra.run(["flags", "import", "-"], { stdin: csv });
    expect(again.stdout).toMatch(/0 changed, 2 unchanged, version 1\n$/);
  });

  test.each(["json", "csv"])("what is exported as %s comes in again", async (format) => {
    await sombra.does(
      "flags",
      "set",
      "CANONICAL",
      "percent=5",
      "allowlist=a,b",
      'settings={"k":"v,w"}',
      'description=a "b"',
    );
    await sombra.does("flags", "set", "extra", "enabled=true");
    const exported = await sombra.does("flags", "export", "--format", format);
    const before = await asJson("export");
    await sombra.does("flags", "delete", "CANONICAL");
    await sombra.does("flags", "delete", "extra");
    expect(await asJson("export")).toEqual([]);
    expect((await sombra.run(["flags", "import", "-"], { stdin: exported })).code).toBe(0);
    expect(await asJson("export")).toEqual(before);
  });

  test("only stored flags are exported, unless all are asked for", async () => {
    expect(await asJson("export")).toEqual([]);
    expect(await asJson("export", "--all")).toHaveLength(4);
    expect((await sombra.run(["flags", "export", "--format", "xml"])).code).toBe(2);
  });

  test("one flag that may not be written keeps all from being written", async () => {
    const stdin = '{"CANONICAL": {"percent": 5}, "CANONICAL_SHADOW": {"percentage": 50}}';
    const { code, stderr } = await sombra.run(["flags", "import", "-"], { stdin });
    expect(code).toBe(1);
    expect(stderr).toContain("this would cut over");
    expect(sombra.flags.audit).toEqual([]);
  });

  test("a file that is wrong is told by row", async () => {
    const { code, stderr } = await sombra.run(["flags", "import", "-"], { stdin: "flag_key,value\na,maybe\n" });
    expect(code).toBe(1);
    expect(stderr).toBe(
      "sombra flags import: standard input row 1: value is neither JSON nor a percentage, true or false\n",
    );
  });
});

test("explain says what a flag says and why", async () => {
  await sombra.does("flags", "deny", "CANONICAL", "a");
  const shown = await sombra.does("explain", "CANONICAL", "a");
  expect(shown).toMatch(/^CANONICAL: /);
  expect(rows(shown)).toContainEqual(["value", "off"]);
  expect(rows(shown)).toContainEqual(["reason", "denylist"]);
  expect(rows(shown)).toContainEqual(["list", "denylist"]);
  expect(JSON.parse(await sombra.does("explain", "CANONICAL", "b&c", "--json"))).toMatchObject({
    reason: "percent",
    threshold: 2000,
  });
  expect((await sombra.run(["explain", "CANONICAL"])).code).toBe(2);
});
