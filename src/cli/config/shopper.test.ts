import { expect, test } from "vitest";

import { FILE, LEGACY, load, wrong } from "./sample.ts";
import type { Files } from "./sample.ts";

const withShopper = (shopper: string, files: Files = {}) =>
  load(LEGACY, { ...files, [FILE]: `routes: [{shopper: ${shopper}}]` }).routes[0]?.shopper;
const wrongShopper = (shopper: string, files: Files = {}) =>
  wrong(LEGACY, { ...files, [FILE]: `routes: [{shopper: ${shopper}}]` });

const NO_TABLE = "is no table, must be one JSON object of text in quotes, none of it empty";

test("extractors are read in order, from a list or under `from`", () => {
  const from = [
    { kind: "profile" },
    { kind: "header", name: "x-shopper" },
    { kind: "query", name: "uid" },
    { kind: "path", segment: 2 },
    { kind: "json", tokens: ["a/b", "0"] },
  ];
  const list = '[whatsapp, "header:X-Shopper", "query:uid", "path:2", "json:/a~1b/0"]';
  expect(withShopper(list)?.from).toEqual(from);
  expect(withShopper(`{from: ${list}}`)?.from).toEqual(from);
});

test("a route that is not WhatsApp has no extractor of its own, and none that reads WhatsApp", () => {
  const route = (shopper: string) => ({ [FILE]: `routes: [{profile: http${shopper}}]` });
  expect(load(LEGACY, route("")).routes[0]?.shopper.from).toEqual([]);
  expect(wrong(LEGACY, route(", shopper: ['query:id', whatsapp]"))).toEqual([
    `${FILE} line 1, column 48: routes[0].shopper.from[1] is "whatsapp", must not be on a route of profile "http"`,
  ]);
});

test("aliases come from the file and from a table beside it, and the file wins", () => {
  const table = { "config/aliases.json": '{"1": "ana", "2": "bia"}' };
  expect([
    ...(withShopper('{aliasFile: aliases.json, aliases: {2: "eva", 0033: "lia"}}', table)?.aliases ?? []),
  ]).toEqual([
    ["1", "ana"],
    ["2", "eva"],
    ["0033", "lia"],
  ]);
});

test.each([
  ["a header", "wa_id,shopper\n1,ana\n"],
  ["no header, Windows line ends and empty lines", "1,ana\r\n\r\n"],
  ["a byte order mark", "\ufeffwa_id,shopper\n1,ana"],
  ["quotes", '"wa_id","shopper"\n"1","ana"\n'],
  ["a row that comes again", "1,ana\n1,ana\n"],
])("a table of two columns may have %s", (_what, csv) => {
  expect([...(withShopper("{aliasFile: ./a.CSV}", { "config/a.CSV": csv })?.aliases ?? [])]).toEqual([["1", "ana"]]);
});

test("quotes inside a quoted field are doubled, and commas belong to it", () => {
  const csv = '"1","a ""b"", c"';
  expect(withShopper("{aliasFile: a.csv}", { "config/a.csv": csv })?.aliases.get("1")).toBe('a "b", c');
});

test.each([
  ["a.csv", "5511,ana\n5522;bia\n", "a.csv line 2, column 1: is no row, must be an id, a comma and a shopper"],
  ["a.csv", "5511,ana,x\n", "a.csv line 1, column 1: is no row, must be an id, a comma and a shopper"],
  ["a.csv", "5511, \n", "a.csv line 1, column 1: is no row, must be an id, a comma and a shopper"],
  ["a.csv", "5511,ana\n5511,bia\n", "a.csv line 2, column 1: gives an id another shopper, must give each id one"],
  ["a.json", '{"1": "lia",\n  "5511": ana}', `a.json line 2, column 3: ${NO_TABLE}`],
  ["a.json", '{"1": "lia", }', `a.json line 1, column 14: ${NO_TABLE}`],
  ["a.json", '{"1": "lia"} x', `a.json line 1, column 2: ${NO_TABLE}`],
  ["a.json", "", `a.json line 1, column 1: ${NO_TABLE}`],
  ["a.json", '["ana"]', `a.json line 1, column 1: ${NO_TABLE}`],
  ["a.json", '{"5511": 5}', `a.json line 1, column 2: ${NO_TABLE}`],
  ["a.json", '{"5511": ""}', `a.json line 1, column 2: ${NO_TABLE}`],
  [
    "a.json",
    '{"5511": "ana",\n"5511": "bia"}',
    "a.json line 2, column 1: gives an id another shopper, must give each id one",
  ],
])("%s with %j is refused without being quoted", (name, content, line) => {
  const lines = wrongShopper(`{aliasFile: ${name}}`, { [`config/${name}`]: content });
  expect(lines).toEqual([line]);
  expect(lines.join()).not.toMatch(/55|ana|bia/);
});

test("a JSON table may be empty, have escapes and any space", () => {
  const json = '{ "1" :\r\n\t"\\u00e1\\"n\\\\" ,"2":"\u{1f600}" }\n';
  const read = (text: string) => [...(withShopper("{aliasFile: a.json}", { "config/a.json": text })?.aliases ?? [])];
  expect(read(json)).toEqual(Object.entries(JSON.parse(json)));
  expect(read(" {\n} ")).toEqual([]);
});

test.each([
  ["none.json", "cannot be read (ENOENT), must be a readable file"],
  ["a.txt", "has another ending, must end in .json or .csv"],
  ["latin.csv", "is not UTF-8, must be UTF-8"],
])("an alias file %s is refused where it is named", (name, text) => {
  const files = { "config/latin.csv": Buffer.from("1,caf\u00e9", "latin1") };
  expect(wrongShopper(`{aliasFile: ${name}}`, files)).toEqual([
    `${FILE} line 1, column 32: routes[0].shopper.aliasFile "${name}" ${text}`,
  ]);
});
