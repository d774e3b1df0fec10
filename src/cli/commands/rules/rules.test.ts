import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleRules } from "../../../admin/sample.ts";
import { sampleRecord, tallyExchange } from "../../../admin/ui/sample.ts";
import { parseRule, writtenRule } from "../../config/written-rule.ts";
import { startSample, type SampleSombra } from "../sample.ts";

let sombra: SampleSombra;
beforeEach(async () => {
  sombra = await startSample({ rules: { ...sampleRules, parse: parseRule, written: writtenRule } });
});
afterEach(() => sombra.close());

const who = ["--owner", "anna", "--reason", "clocks differ", "--expires", "2027-01-31"];
const clocks = ["rules", "add", "clocks", "--path", "/body/at", "--ms", "2000", ...who];

test("a rule is added, listed, changed and taken out, and each time shown before and after", async () => {
  expect(await sombra.does("rules", "list")).toBe("no rule\n");
  const added = await sombra.does(...clocks);
  expect(added).toMatch(/^clocks: version 0 -> 1\nFIELD +BEFORE +AFTER\npath +- +\/body\/at\n/);
  expect(added).toMatch(/\nsays +- +tolerance \{"ms":2000\}\n/);
  expect(await sombra.does(...clocks)).toBe("clocks: unchanged (version 1)\n");
  const [titles = "", row = ""] = (await sombra.does("rules", "list")).split("\n");
  expect(titles).toMatch(/^ID +PATH +APPLIES +SAYS +HID +EXPIRES +OWNER +REASON +SOURCE$/);
  expect(row).toMatch(
    /^clocks +\/body\/at +everywhere +tolerance .* +0 +2027-01-31T00:00:00Z +anna +clocks differ +api$/,
  );
  const changed = await sombra.does(...clocks.map((arg) => (arg === "2000" ? "5000" : arg)));
  expect(changed).toBe(
    'clocks: version 1 -> 2\nFIELD  BEFORE                 AFTER\nsays   tolerance {"ms":2000}  tolerance {"ms":5000}\n',
  );
  expect(await sombra.does("rules", "remove", "clocks", "--reason", "mended")).toMatch(/^clocks: version 2 -> 0\n/);
  expect(sombra.flags.audit.map(({ action, reason }) => [action, reason])).toEqual([
    ["rule-removed", "mended"],
    ["rule-set", "clocks differ"],
    ["rule-set", "clocks differ"],
  ]);
  expect(JSON.parse(await sombra.does("rules", "list", "--json"))).toEqual({ rules: [] });
});

test.each<[readonly string[], object]>([
  [["--ignore"], { ignore: true }],
  [["--unordered"], { unordered: true }],
  [["--unordered", "--by", "/id"], { unordered: { by: "/id" } }],
  [["--absolute", "0.5", "--relative", "0.01"], { tolerance: { absolute: 0.5, relative: 0.01 } }],
  [["--mask", "[0-9]+"], { mask: ["[0-9]+"] }],
  [["--equivalents", "number"], { equivalents: ["number"] }],
  [["--equivalents", '["a","b"]'], { equivalents: [["a", "b"]] }],
  [
    ["--case", "--route", "default", "--item-kind", "message.*", "--where", "answer"],
    { case: true, itemKind: "message.*" },
  ],
  [["--severity", "minor"], { severity: "minor" }],
])("%j is what is written", async (args, written) => {
  const answer: unknown = JSON.parse(
    await sombra.does("rules", "add", "x", "--path", "/body/**", ...args, ...who, "--json"),
  );
  expect(answer).toMatchObject({ before: null, after: { id: "x", path: "/body/**", ...written } });
});

test("a preview says what would be hidden, and writes nothing", async () => {
  tallyExchange(sombra.tally, sampleRecord());
  const lines = await sombra.does("rules", "preview", "--path", "/body/messages/0/id", "--ignore");
  expect(lines).toMatch(
    /^SIGNATURE +SEVERITY +PATH +KIND +COUNT +WOULD HIDE +NOISE ALREADY +NOT KNOWN +EXAMPLES\n00000000000000aa /,
  );
  expect(lines).toMatch(/\n\nwould hide about 1 of 1 divergences\n$/);
  expect(await sombra.does("rules", "preview", "--path", "/other", "--ignore")).toBe(
    "would hide about 0 of 1 divergences\n",
  );
  expect(sombra.flags.audit).toEqual([]);
});

test.each([
  ["add without a path", ["add", "x", "--ignore", ...who], 2, /--path is missing/],
  ["add without an owner", ["add", "x", "--path", "/a", "--ignore"], 2, /--owner, --reason and --expires are needed/],
  ["add with a number that is none", ["add", "x", "--path", "/a", "--ms", "soon", ...who], 2, /--ms must be a number/],
  [
    "add with a list that is none",
    ["add", "x", "--path", "/a", "--equivalents", "a,b", ...who],
    1,
    /--equivalents must be/,
  ],
  ["add with nothing to say", ["add", "x", "--path", "/a", ...who], 1, /rule must be a rule that says one of/],
  ["remove of what is not there", ["remove", "x"], 1, /There is no x/],
  ["change of what has moved", ["remove", "x", "--if-version", "4"], 1, /version 4 was expected, it is 0/],
])("%s fails and says why", async (_what, args, expected, says) => {
  const { code, stderr } = await sombra.run(["rules", ...args]);
  expect(code).toBe(expected);
  expect(stderr).toMatch(says);
});
