import { userInfo } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startSample, type SampleSombra } from "./sample.ts";

let sombra: SampleSombra;
beforeEach(async () => {
  sombra = await startSample();
});
afterEach(() => sombra.close());

test("who changed what and why, the newest first", async () => {
  expect(await sombra.does("audit")).toBe("no entry\n");
  await sombra.run(["audience", "import", "pilot", "-", "--reason", "shops"], { stdin: "a\nb\n" });
  await sombra.does("cutover", "default", "--to-shadow");
  const lines = (await sombra.does("audit")).split("\n");
  expect(lines[0]).toMatch(/^SEQ +TIME +ACTOR +ACTION +SUBJECT +CHANGE +REASON$/);
  expect(lines[1]).toMatch(/^ +3 +2026-01-02 03:04:07 +command \S+ +flag-set +CANONICAL_DUAL +enabled null -> false/);
  expect(lines[3]).toContain(` command ${userInfo().username} `);
  expect(lines[3]).toMatch(/audience-set +pilot +null -> 2 +shops$/);
});

test("filters reach the admin port, and older entries are a question away", async () => {
  await sombra.does("cutover", "default", "--percent", "10");
  await sombra.does("cutover", "default", "--percent", "20");
  const asJson = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse(await sombra.does("audit", "--json", ...args));
  expect(await asJson("--flag", "CANONICAL_DUAL", "--limit", "1")).toMatchObject({ entries: [{ seq: 4 }], next: 4 });
  expect(await asJson("--subject", "CANONICAL_DUAL", "--before", "4")).toMatchObject({
    entries: [{ seq: 2 }],
    next: null,
  });
  expect(await asJson("--actor", "nobody")).toMatchObject({ entries: [] });
  expect(await asJson("--action", "kill")).toMatchObject({ entries: [] });
  expect(await asJson("--to", "2025-01-01")).toMatchObject({ entries: [] });
  expect(await sombra.does("audit", "--limit", "1")).toContain("\nolder ones: --before 4\n");
});

test("what the admin port refuses is told in full", async () => {
  const { code, stderr } = await sombra.run(["audit", "--from", "May", "--limit", "0"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^sombra audit: 2 things are wrong\n {2}from must be .*\n {2}limit must be .*\n$/);
});

test("is checked from end to end, and by the entry that a report was made of", async () => {
  await sombra.does("cutover", "default", "--percent", "10");
  const { entries } = JSON.parse(await sombra.does("audit", "--json", "--limit", "1"));
  const [{ seq, hash }] = entries;
  expect(await sombra.does("audit", "check")).toBe(`${seq} entries: each follows from the one before\n`);
  expect(await sombra.does("audit", "check", `${seq}:${hash}`)).toContain(
    `\nentry ${seq} is the one that the report was made of\n`,
  );
  const other = await sombra.run(["audit", "check", `${seq - 1}:${hash}`]);
  expect([other.code, other.stdout]).toEqual([1, expect.stringContaining(`entry ${seq - 1} is not the one`)]);
  const broken = await startSample({ checkAudit: async () => ({ entries: 9, brokenAt: 4 }) });
  const told = await broken.run(["audit", "check"]);
  await broken.close();
  expect([told.code, told.stdout]).toEqual([1, expect.stringContaining("entry 4 does not follow")]);
  expect((await sombra.run(["audit", "check", "all"])).code).toBe(2);
  expect((await sombra.run(["audit", "list"])).code).toBe(2);
});
