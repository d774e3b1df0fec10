import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleDivergence, sampleItem, sampleRecord, tallyExchange } from "../../../admin/ui/sample.ts";
import type { Divergence } from "../../../model/index.ts";
import { startSample, type SampleSombra } from "../sample.ts";

const signature = "00000000000000aa";

let sombra: SampleSombra;
beforeEach(async () => {
  sombra = await startSample();
});
afterEach(() => sombra.close());

const found = (): void => tallyExchange(sombra.tally, sampleRecord());

test("nothing that differs is said in a sentence", async () => {
  expect(await sombra.does("divergences")).toBe("no divergence is open\n");
});

test("groups come as a table, and as JSON", async () => {
  found();
  const [titles = "", row = ""] = (await sombra.does("divergences")).split("\n");
  expect(titles).toMatch(
    /^SIGNATURE +SEVERITY +COUNT +FIRST +DOWNSTREAM +SHARE +CELLS +SHOPPERS +PATH +KIND +CHANGE +ITEMS +TRIAGE$/,
  );
  expect(row).toMatch(
    /^0+aa +critical +1 +1 +0 +100\.0 % +- +- +\/body\/messages\/\*\/id +changed +\S+ +message\.text 1\/1 +open$/,
  );
  const asJson: unknown = JSON.parse(await sombra.does("divergences", "--route", "default", "--json"));
  expect(asJson).toMatchObject({ groups: [{ signature, triage: null }] });
  expect((await sombra.run(["divergences", "--route", "nowhere"])).code).toBe(1);
});

test("groups that differ in the kind of item alone are one row, gravest first; --all shows each", async () => {
  const foundIn = (kind: string, changes: Partial<Divergence>, times = 1): void => {
    const divergences = [{ ...sampleDivergence, path: "/body", severity: "minor" as const, ...changes }];
    for (let time = 0; time < times; time += 1) {
      tallyExchange(sombra.tally, sampleRecord({ items: [sampleItem({ kind, divergences })] }));
    }
  };
  foundIn("message.image", { signature: "00000000000000b1" });
  foundIn("message.text", { signature: "00000000000000b2" }, 2);
  foundIn("message.text", { signature: "00000000000000b2", downstream: true });
  foundIn("message.video", { signature: "00000000000000b3", severity: "major" });
  foundIn("message.video", { signature: "00000000000000b4", change: "uuid" });
  foundIn("message.text", { signature: "00000000000000aa", severity: "critical", path: "/status" });
  const [, ...lines] = (await sombra.does("divergences")).split("\n");
  expect(lines.map((line) => line.replaceAll(/ {2,}/g, "  "))).toEqual([
    "00000000000000aa  critical  1  1  0  25.0 %  -  -  /status  changed  string>absent  message.text 1/4  open",
    "00000000000000b3  major 1, minor 2  5  4  1  71.4 %  -  -  /body  changed  string>absent  message.video 1/2, +2 more  open",
    "00000000000000b4  minor  1  1  0  50.0 %  -  -  /body  changed  uuid  message.video 1/2  open",
    "",
    "5 signatures in 3 rows: --all shows each of them",
    "",
  ]);
  const all = await sombra.does("divergences", "--all");
  expect(all.match(/^0{14}\w\w/gm)).toHaveLength(5);
  expect(all).not.toContain("more");
  expect(JSON.parse(await sombra.does("divergences", "--json"))).toMatchObject({ groups: { length: 5 } });
});

test("what is said of a kind of item keeps it apart from the others", async () => {
  for (const [kind, of] of [
    ["message.text", "00000000000000aa"],
    ["message.image", "00000000000000bb"],
  ] as const) {
    const divergences = [{ ...sampleDivergence, signature: of }];
    tallyExchange(sombra.tally, sampleRecord({ items: [sampleItem({ kind, divergences })] }));
  }
  await sombra.does("divergences", "triage", signature, "--bug", "--link", "https://tracker.example/7");
  const lines = await sombra.does("divergences");
  expect(lines).toMatch(/message\.text 1\/1 +bug https:\/\/tracker\.example\/7\n/);
  expect(lines).toMatch(/message\.image 1\/1 +open\n/);
});

test("one group comes with its facts and its examples", async () => {
  found();
  const lines = await sombra.does("divergences", signature);
  expect(lines).toMatch(/^00000000000000aa: changed at \/body\/messages\/\*\/id\n/);
  expect(lines).toMatch(/\nshare +100\.0 % of 1 items\n/);
  expect(lines).toMatch(/\nEXAMPLE +TIME +MODE +SHOPPER +TRACE +PATH\n\S+ +2026-01-02T03:04:05\.000Z /);
  const { code, stderr } = await sombra.run(["divergences", "0000000000000000"]);
  expect([code, stderr]).toEqual([1, "sombra divergences: No divergence of this signature\n"]);
});

test("a mark shows what was before and after, and hides the group from the list", async () => {
  found();
  const args = ["divergences", "triage", signature, "--expected", "--reason", "new greeting", "--until", "2026-02-01"];
  const lines = await sombra.does(...args);
  expect(lines).toMatch(/^00000000000000aa\nFIELD +BEFORE +AFTER\nstate +open +expected\nreason +- +new greeting\n/);
  expect(await sombra.does(...args)).toBe("00000000000000aa: unchanged (expected)\n");
  expect(await sombra.does("divergences")).toBe(
    "no divergence is open\n\n1 more expected, fixed or noise: --all shows them\n",
  );
  expect(await sombra.does("divergences", "--all")).toContain(" expected until 2026-02-01\n");
  expect(await sombra.does("divergences", signature)).toMatch(/\nreason +new greeting\n/);
  expect(sombra.flags.audit[0]).toMatchObject({
    action: "triage-set",
    reason: "new greeting",
    actor: { kind: "command" },
  });
});

test("a bug has a link, and what is opened again nothing", async () => {
  found();
  await sombra.does("divergences", "triage", signature, "--bug", "--link", "https://tracker.example/7");
  expect(await sombra.does("divergences")).toContain(" bug https://tracker.example/7\n");
  const lines = await sombra.does("divergences", "triage", signature, "--open", "--reason", "by mistake");
  expect(lines).toMatch(/\nstate +bug +open\n/);
  expect(sombra.flags.audit[0]).toMatchObject({ action: "triage-removed", reason: "by mistake" });
  const asJson: unknown = JSON.parse(await sombra.does("divergences", "triage", signature, "--open", "--json"));
  expect(asJson).toMatchObject({ unchanged: true, after: null });
});

test.each([
  ["nothing to say", [], /say one of --expected, --bug, --fixed and --open/],
  ["two things to say", ["--bug", "--fixed"], /say one of/],
  ["what is expected without an end", ["--expected", "--reason", "r"], /--expected needs --reason and --until/],
  ["a bug without a link", ["--bug"], /--bug needs --link/],
])("a mark with %s is wrong use", async (_what, args, says) => {
  const { code, stderr } = await sombra.run(["divergences", "triage", signature, ...args]);
  expect(code).toBe(2);
  expect(stderr).toMatch(says);
});

test("what the admin port refuses fails, also where somebody was faster", async () => {
  found();
  const mark = (...args: readonly string[]) => sombra.run(["divergences", "triage", signature, ...args]);
  expect(await mark("--expected", "--reason", "r", "--until", "2026-01-01")).toMatchObject({ code: 1 });
  await mark("--fixed");
  expect(await mark("--open", "--if-version", "0")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/changed/),
  });
});

test("what differs nearly always is suggested for a rule, with the command that adds it", async () => {
  const divergence = { ...sampleDivergence, severity: "minor" as const, path: "/body/list/0/it's" };
  const compared = sombra.tally.counter("sombra_items_compared_total", { route: "default", item_kind: "message.text" });
  for (let i = 0; i < 120; i += 1) {
    tallyExchange(sombra.tally, sampleRecord({ items: [sampleItem({ divergences: [divergence] })] }));
  }
  const text = "differs in 100 % of items, always the same class: ignore?";
  const list = await sombra.does("divergences");
  expect(list).toContain(`\n\n${signature} ${text} sombra divergences ${signature} shows the rule\n`);
  const one = await sombra.does("divergences", signature);
  const at = String.raw`--path '/body/list/*/it'\''s' --route default --item-kind message.text --where answer`;
  expect(one).toContain(
    `\n\n${text}\n  sombra rules add ignore-${signature} ${at} --ignore --owner … --reason … --expires …\n`,
  );
  expect(one).toMatch(/\nlegacy's noise +not known: no twin did these items\n/);
  compared.add(30);
  expect(await sombra.does("divergences")).not.toContain("ignore?");
});
