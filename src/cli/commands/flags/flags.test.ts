import { userInfo } from "node:os";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { sampleFlag } from "../../../../test/support/admin-flags.ts";
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

describe("long lists", () => {
  const many = Array.from({ length: 23_000 }, (_, index) => `s${index}`);
  beforeEach(async () => {
    const body = { denylist: many, allowlist: ["a"] };
    await sombra.json("/api/flags/CANONICAL", { method: "PATCH", body });
  });

  test("are counted in tables, and shown by their first members", async () => {
    const [, first] = rows(await sombra.does("flags", "list"));
    expect(first).toEqual(["CANONICAL", "true", "2", "1", "23000", "0", "null", "1", "sqlite (over env)"]);
    expect(await sombra.does("flags", "get", "CANONICAL")).toContain(
      "denylist     23000 shoppers: s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 and 22990 more (--json shows all)",
    );
  });

  test("are whole with --json and in an export, which comes in again", async () => {
    const whole = { key: "CANONICAL", denylist: many, allowlist: ["a"] };
    for (const name of ["CANONICAL", "business-events"]) {
      const told = await asJson("get", name);
      expect(told).toMatchObject(whole);
      expect(JSON.stringify(told)).not.toMatch(/_count|truncated/);
    }
    expect(await asJson("list")).toMatchObject({ flags: [whole, {}, {}, {}] });
    const exported = await sombra.does("flags", "export");
    const dry = await sombra.run(["flags", "import", "-", "--dry-run"], { stdin: exported });
    expect(dry.stdout).toBe("CANONICAL: unchanged (version 1)\n\nnothing written (--dry-run)\n");
    await sombra.does("flags", "delete", "CANONICAL");
    expect((await sombra.run(["flags", "import", "-"], { stdin: exported })).code).toBe(0);
    expect(await sombra.does("flags", "export")).toBe(exported);
  });

  test("show how many came and went", async () => {
    const changed = rows(await sombra.does("flags", "deny", "CANONICAL", "new", "newer"));
    expect(changed).toContainEqual(["denylist", "23000 shoppers", "23002 shoppers (+2)"]);
    const swapped = JSON.stringify({ CANONICAL: { denylist: ["other", ...many.slice(1), "new", "newer"] } });
    expect(rows((await sombra.run(["flags", "import", "-"], { stdin: swapped })).stdout)).toContainEqual([
      "denylist",
      "23002 shoppers",
      "23002 shoppers (+1 -1)",
    ]);
  });

  test.each([
    [1, 0, ""],
    [9, 1, "sombra flags export: Lists change faster than they are read: try again\n"],
  ])("that change while they are read are read anew (%d times)", async (times, code, stderr) => {
    const { deps } = sombra.flags;
    const actor = { kind: "automatic", name: "test" } as const;
    let writes = 0;
    const moving = await startSample({
      ...deps,
      flags(version) {
        if (version === undefined || writes === times) return deps.flags(version);
        writes += 1;
        const edit = {
          kind: "members",
          key: "CANONICAL",
          list: "denylist",
          add: [`late${writes}`],
          remove: [],
        } as const;
        void deps.write({ edits: [edit], actor, reason: null, expect: {} });
        return null;
      },
    });
    onTestFinished(() => moving.close());
    const ran = await moving.run(["flags", "export"]);
    expect([ran.code, ran.stderr]).toEqual([code, stderr]);
    if (code === 0) expect(JSON.parse(ran.stdout)).toMatchObject([{ value: { denylist: [...many, "late1"] } }]);
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
    const later = await sombra.run(["flags", "import", "-", "--dry-run"], { stdin: "flag_key,value\nLATER,'2'\n" });
    expect(later.stdout).toMatch(/^LATER: version 0 -> 2$/m);
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
