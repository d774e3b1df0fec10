import { expect, test } from "vitest";
import { WrongUse } from "../command.ts";
import { parseAssignments } from "./assignments.ts";

test.each([
  ["enabled=true", { enabled: true }],
  ["enabled=null", { enabled: null }],
  ["percent=5", { percent: 5 }],
  ["percent=0.125", { percent: 0.125 }],
  ["percent=-1", { percent: -1 }],
  ["percentage=null", { percent: null }],
  ["allowlist=a, b,,c", { allowlist: ["a", "b", "c"] }],
  ["allowlist=", { allowlist: [] }],
  ["whitelist=null", { allowlist: null }],
  ["blacklist=a", { denylist: ["a"] }],
  ["force_on=a", { forceOn: ["a"] }],
  ["audience=pilot", { audience: "pilot" }],
  ["salt=null", { salt: null }],
  ["bucketing=md5", { bucketing: "md5" }],
  ["default=false", { default: false }],
  ["description=a = b", { description: "a = b" }],
  ['settings={"k": [1]}', { settings: { k: [1] } }],
])("%s", (assignment, fields) => {
  expect(parseAssignments([assignment])).toEqual(fields);
});

test.each([
  [["percent"], "percent needs a value: percent=VALUE"],
  [["percnt=5"], 'a flag has no field "percnt", did you mean "percent"'],
  [["version=5"], 'a flag has no field "version": the fields are enabled, percent'],
  [["constructor=5"], 'a flag has no field "constructor"'],
  [["percent=NaN"], "percent must be a number"],
  [["percent="], "percent must be a number"],
  [["percent=0x10"], "percent must be a number"],
  [["enabled=yes"], "enabled must be true or false"],
  [["enabled=constructor"], "enabled must be true or false"],
  [["default=null"], "default must be true or false"],
  [["denylist=[]"], "denylist must be shoppers separated by commas, or empty for nobody"],
  [['allowlist=["a"]'], "allowlist must be shoppers separated by commas"],
  [["forceOn=null"], "forceOn must be shoppers separated by commas"],
  [["settings={k}"], "settings must be JSON"],
  [["percent=5", "percentage=6"], "percent is given twice"],
])("%j is wrong use", (assignments, text) => {
  expect(() => parseAssignments(assignments)).toThrow(WrongUse);
  expect(() => parseAssignments(assignments)).toThrow(text);
});
