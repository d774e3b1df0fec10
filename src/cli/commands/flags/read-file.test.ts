import { expect, test } from "vitest";
import { CommandError } from "../command.ts";
import { readFlags } from "./read-file.ts";

const read = (text: string) => readFlags("f", text);
const fieldsOf = (text: string) => Object.fromEntries(read(text).map(({ key, fields }) => [key, fields]));

test("a table as CSV: JSON, a percentage, or a word, quoted or not", () => {
  const csv = `flag_key,value,description
a,"{""enabled"": true, ""percentage"": 2, ""force_on"": [""x""]}",first
b,2,"second, with a comma"
c,'2',
d,'false',
e,True,
f,"""{\\""enabled\\"": false}""",
g,0.5,
`;
  expect(fieldsOf(csv)).toEqual({
    a: { enabled: true, percent: 2, forceOn: ["x"], description: "first" },
    b: { enabled: true, percent: 2, description: "second, with a comma" },
    c: { enabled: true, percent: 2 },
    d: { enabled: false },
    e: { enabled: true },
    f: { enabled: false },
    g: { enabled: true, percent: 0.5 },
  });
});

test("a table as JSON, values as they are or as text", () => {
  const rows = [
    { id: 1, flag_key: "a", value: { enabled: true, whitelist: ["x"], blacklist: ["y"] }, description: "d" },
    { id: 2, flag_key: "b", value: "2" },
    { id: 3, flag_key: "c", value: '{"enabled": false}' },
    { id: 4, flag_key: "d", value: false },
  ];
  expect(fieldsOf(JSON.stringify(rows))).toEqual({
    a: { enabled: true, allowlist: ["x"], denylist: ["y"], description: "d" },
    b: { enabled: true, percent: 2 },
    c: { enabled: false },
    d: { enabled: false },
  });
});

test("a dump of Django: other models are passed over, columns of its own left out, lists may be text", () => {
  const dump = [
    { model: "auth.user", pk: 1, fields: { username: "ana" } },
    {
      model: "flags.featureflagconfig",
      pk: 1,
      fields: {
        name: "a",
        is_active: true,
        rollout_percentage: "12.500",
        whitelist: "x, y\nz",
        blacklist: "",
        force_on: '["w"]',
        description: "d",
        owner_team: "growth",
        created_at: "2026-01-01T00:00:00Z",
      },
    },
    { model: "flags.featureflagconfig", pk: "b", fields: { value: "2", updated_by: 7 } },
  ];
  expect(fieldsOf(JSON.stringify(dump))).toEqual({
    a: { enabled: true, percent: 12.5, allowlist: ["x", "y", "z"], forceOn: ["w"], description: "d" },
    b: { enabled: true, percent: 2 },
  });
});

test("flags by name, and whole flags as the admin port tells them", () => {
  expect(fieldsOf('{"a": true, "b": {"enabled": false, "percent": 3}}')).toEqual({
    a: { enabled: true },
    b: { enabled: false, percent: 3 },
  });
  const told = {
    key: "a",
    enabled: null,
    percent: 1,
    version: 3,
    updatedAt: null,
    updatedBy: "",
    source: "sqlite",
    overridden: [],
  };
  expect(fieldsOf(JSON.stringify({ version: 9, flags: [told] }))).toEqual({ a: { enabled: null, percent: 1 } });
  expect(fieldsOf(JSON.stringify(told))).toEqual({ a: { enabled: null, percent: 1 } });
});

test("in the JSON form a missing enabled is false, and the admin port learns that nobody said so", () => {
  const [flag] = read('[{"flag_key": "a", "value": {"percentage": 2, "force_on": ["x"]}}]');
  expect(flag).toEqual({
    key: "a",
    sent: { percentage: 2, force_on: ["x"] },
    fields: { enabled: false, percent: 2, forceOn: ["x"] },
  });
});

test.each([
  ["", "f is empty: it must hold rows of flag_key, value and description as CSV or JSON"],
  ["[]", "f holds no flag"],
  ['"a"', "f line 1 must name the columns: flag_key,value,description"],
  ["a,2\n", "f line 1 must name the columns: flag_key,value,description"],
  ["[{]", "f is not JSON"],
  ["[3]", "f entry 1 must be an object"],
  ['[{"value": 2}]', "f entry 1: flag_key is missing, must be the key of a flag"],
  ["flag_key,value\n,2\n", "f row 1: flag_key is missing"],
  ["flag_key,value\na,2\na,3\n", 'f row 2: "a" stands in row 1 already'],
  ["flag_key,value\na,maybe\n", "f row 1: value is neither JSON nor a percentage, true or false"],
  ["flag_key,value\na,\n", "f row 1: value is neither JSON nor a percentage, true or false"],
  ['[{"flag_key": "a", "value": null}]', "f entry 1: value must be an object, a percentage, true or false"],
  ['[{"flag_key": "a", "value": [1]}]', "f entry 1: value must be an object, a percentage, true or false"],
  [
    'flag_key,value\na,{"enabled": true, "percent": 2}\n',
    "f row 1: has 3 fields, must have 2: commas inside a field need quotes",
  ],
  ['flag_key,value\na,"2\n', "f line 2 has a quote that is not closed"],
  ['[{"flag_key": "a", "value": {"enabeld": true}}]', "a flag has no such field"],
  ['{"a": {"percent": 1, "percentage": 2}}', 'f flag "a": flags.a.percentage must be absent'],
  ['{"a": {"percent": 100.5}}', 'f flag "a": flags.a.percent must be a number from 0 to 100'],
  ["flag_key,value\na b,2\n", "f row 1: key must be 1 to 128 letters"],
  ['[{"model": "auth.user", "pk": 1, "fields": {}}]', "f holds no flag"],
])("%j is refused, told by row", (text, message) => {
  expect(() => read(text)).toThrow(CommandError);
  expect(() => read(text)).toThrow(message);
});
