import { expect, test } from "vitest";

import { FILE, LEGACY, load, wrong } from "./sample.ts";

const about = "owner: bot-team, reason: why, expires: never";
const rules = (yaml: string) => load(LEGACY, { [FILE]: `rules:\n${yaml}` }).rules;
const problems = (yaml: string) => wrong(LEGACY, { [FILE]: `rules:\n${yaml}` });

test("a rule says where it applies, what it says, and whose it is until when", () => {
  const yaml =
    "  - {id: ids, route: default, itemKind: message.*, where: answer, path: /body/*/id, ignore: true,\n" +
    "     owner: bot-team, reason: made anew, expires: 2027-01-31}\n";
  expect(rules(yaml)).toEqual([
    {
      id: "ids",
      route: "default",
      itemKind: "message.*",
      where: "answer",
      path: "/body/*/id",
      action: { kind: "ignore" },
      owner: "bot-team",
      reason: "made anew",
      expiresAt: Date.UTC(2027, 0, 31),
      source: "file",
    },
  ]);
});

test.each<[string, unknown]>([
  ["ignore: true", { kind: "ignore" }],
  ["unordered: true", { kind: "unordered", by: null }],
  ["unordered: {by: /id}", { kind: "unordered", by: "/id" }],
  ["tolerance: {relative: 0.01}", { kind: "tolerance", absolute: null, relative: 0.01, ms: null }],
  ["tolerance: {absolute: 0.5, ms: 5000}", { kind: "tolerance", absolute: 0.5, relative: null, ms: 5_000 }],
  ["mask: ['[0-9]+', '#\\w+']", { kind: "mask", patterns: ["[0-9]+", "#\\w+"] }],
  [
    "equivalents: [number, null, [yes, true, 1, null]]",
    { kind: "equivalents", values: ["number", "null", ["yes", true, 1, null]] },
  ],
  ['equivalents: ["null"]', { kind: "equivalents", values: ["null"] }],
  ["case: true", { kind: "case" }],
  ["severity: major", { kind: "severity", severity: "major" }],
])("%s", (said, action) => {
  expect(rules(`  - {id: one, path: /body/**, ${said}, ${about}}\n`)).toMatchObject([
    { action, route: null, itemKind: null, where: null, expiresAt: null },
  ]);
});

test.each<[string, number, number, string]>([
  [
    `{id: a, path: /a, ignore: true, reason: r, expires: never}`,
    2,
    5,
    "rules[0].owner is missing, must be one line of at most 500 characters",
  ],
  [
    `{id: a, path: /a, ignore: true, owner: o, expires: never}`,
    2,
    5,
    "rules[0].reason is missing, must be one line of at most 500 characters",
  ],
  [
    `{id: a, path: /a, ignore: true, owner: o, reason: r}`,
    2,
    5,
    'rules[0].expires is missing, must be "never", or a date such as 2027-01-31',
  ],
  [
    `{id: a, path: /a, ignore: true, owner: o, reason: r, expires: 2027-02-30}`,
    2,
    67,
    'rules[0].expires is "2027-02-30", must be "never", or a date such as 2027-01-31',
  ],
  [
    `{id: a b, path: /a, ignore: true, ${about}}`,
    2,
    10,
    'rules[0].id is "a b", must be 1 to 64 letters, digits and "-", the first a letter or digit',
  ],
  [
    `{id: a, path: a, ignore: true, ${about}}`,
    2,
    19,
    'rules[0].path is "a", must be a place such as /body/items/*/sku; a segment may be "*", the last one "**"',
  ],
  [
    `{id: a, path: /a/**/b, ignore: true, ${about}}`,
    2,
    19,
    'rules[0].path is "/a/**/b", must be a place such as /body/items/*/sku; a segment may be "*", the last one "**"',
  ],
  [
    `{id: a, path: /a, itemKind: '*', ignore: true, ${about}}`,
    2,
    33,
    'rules[0].itemKind is "*", must be a kind of items such as message.text, or message.*',
  ],
  [`{id: a, path: /a, route: other, ignore: true, ${about}}`, 2, 30, 'rules[0].route is "other", must be "default"'],
  [
    `{id: a, path: /a, ${about}}`,
    2,
    5,
    "rules[0] is a map, must be a rule that says one of ignore, unordered, tolerance, mask, equivalents, case, severity",
  ],
  [
    `{id: a, path: /a, ignore: true, case: true, ${about}}`,
    2,
    5,
    "rules[0] is a map, must be a rule that says one of ignore, unordered, tolerance, mask, equivalents, case, severity",
  ],
  [`{id: a, path: /a, ignore: false, ${about}}`, 2, 31, "rules[0].ignore is false, must be true"],
  [
    `{id: a, path: /a, mask: ['(?=a)'], ${about}}`,
    2,
    30,
    "rules[0].mask[0] is text that may be private (not shown), must be an RE2 pattern, of moderate size and without (?=, (?! or \\1",
  ],
  [
    `{id: a, path: /a, mask: ['(a'], ${about}}`,
    2,
    30,
    'rules[0].mask[0] is "(a", must be an RE2 pattern, of moderate size and without (?=, (?! or \\1',
  ],
  [
    `{id: a, path: /a, tolerance: {}, ${about}}`,
    2,
    34,
    "rules[0].tolerance is a map, must be a map with absolute, relative or ms",
  ],
  [`{id: a, path: /a, tolerance: {ms: -1}, ${about}}`, 2, 39, "rules[0].tolerance.ms is -1, must be a number above 0"],
  [
    `{id: a, path: /a, equivalents: [[a]], ${about}}`,
    2,
    37,
    'rules[0].equivalents[0] is a list, must be "number", "null" or a list of at least two values',
  ],
])("%s is refused", (yaml, line, column, text) => {
  expect(problems(`  - ${yaml}\n`)).toEqual([`${FILE} line ${line}, column ${column}: ${text}`]);
});

test("an option that there is none of is no rule", () => {
  expect(problems(`  - {id: a, path: /a, ignor: true, ${about}}\n`)).toEqual([
    `${FILE} line 2, column 5: rules[0] is a map, must be a rule that says one of ignore, unordered, tolerance, mask, equivalents, case, severity`,
    `${FILE} line 2, column 23: rules[0]: option "ignor" is unknown, did you mean "ignore"`,
  ]);
});

test("an id is given once", () => {
  const yaml = `  - {id: a, path: /a, ignore: true, ${about}}\n`;
  expect(problems(yaml + yaml)).toEqual([`${FILE} line 3, column 10: rules[1].id is "a", must be given once`]);
});
