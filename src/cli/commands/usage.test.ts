import { expect, test } from "vitest";
import { WrongUse } from "./command.ts";
import { helpOf, parseGiven, type Given, type Usage } from "./usage.ts";

const usage: Usage = {
  name: "flags get",
  takes: "KEY SHOPPER...",
  summary: "one flag",
  options: { limit: { takes: "N", help: "so many" }, json: { takes: null, help: "print JSON" } },
  examples: ["A b --limit 3"],
};

function parse(args: readonly string[], takes = usage.takes): Given {
  const given = parseGiven({ ...usage, takes }, args);
  if (given === "help") throw new Error("Help was not asked for");
  return given;
}

test("values and options are told apart wherever they stand", () => {
  const given = parse(["A", "--limit", "3", "b", "--json", "--", "--c"]);
  expect(given.values).toEqual(["A", "b", "--c"]);
  expect([given.text("limit"), given.whole("limit"), given.has("json"), given.has("limit")]).toEqual([
    "3",
    3,
    true,
    true,
  ]);
  expect([parse(["A", "b"]).text("limit"), parse(["A", "b"]).whole("limit"), parse(["A", "-"]).values]).toEqual([
    undefined,
    undefined,
    ["A", "-"],
  ]);
});

test.each([
  [[], "KEY is missing"],
  [["A"], "SHOPPER is missing"],
  [["A", "b", "--limits", "3"], "there is no option --limits, did you mean --limit"],
  [["A", "b", "--colour"], "there is no option --colour: the options are --limit, --json, --help"],
  [["A", "b", "-j"], "there is no option -j: the options are --limit, --json, --help"],
  [["A", "b", "--constructor"], "there is no option --constructor: the options are --limit, --json, --help"],
  [["A", "b", "--json=yes"], "--json takes no value"],
  [["A", "b", "--limit"], "--limit needs a value: --limit N"],
  [["A", "b", "--limit", "--json"], "--limit needs a value: --limit N"],
])("%j is wrong use: %s", (args, text) => {
  expect(() => parse(args)).toThrow(new WrongUse(text));
});

test.each([
  ["KEY", ["A", "b"], "takes KEY only: 1 more given"],
  ["", ["A", "b"], "takes options only: 2 more given"],
])("more values than %j are wrong use", (takes, args, text) => {
  expect(() => parse(args, takes)).toThrow(new WrongUse(text));
});

test.each(["x", "-1", "1.5", "", "1e3"])("%j is no whole number", (text) => {
  expect(() => parse(["A", "b", `--limit=${text}`]).whole("limit")).toThrow(WrongUse);
});

test.each([["--help"], ["-h"], ["--limit", "3", "--help", "A"]])("help is given whatever else is asked", (...args) => {
  expect(parseGiven(usage, args)).toBe("help");
});

test("help shows how, what and an example", () => {
  expect(helpOf(usage)).toBe(`sombra flags get KEY SHOPPER... [--limit N] [--json]

One flag

Options:
  --limit N  so many
  --json     print JSON
  --help     show this

Examples:
  sombra flags get A b --limit 3
`);
});
