import fc from "fast-check";
import { expect, it } from "vitest";
import { parseJson } from "./exact-json.ts";
import { parseMarked, unmarked } from "./exact-text.ts";

const mark = "\u0000";
const word = fc.constantFrom("a", "", mark, `${mark}#1.0`, `${mark}sa`, `${mark}+a`, "__proto__");
const scalar = fc.oneof(
  fc.constantFrom("1.0", "1", "1e2", "-0", "9007199254740993", "null", "true"),
  word.map((text) => JSON.stringify(text)),
);
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("json"), { maxLength: 3 }).map((each) => `[${each.join()}]`),
    fc
      .array(fc.tuple(word, tie("json")), { maxLength: 4 })
      .map((all) => `{${all.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`),
  ),
}));

it("marked JSON is what was read, after having been stored as JSON", () => {
  fc.assert(
    fc.property(json, (text) => {
      const stored = JSON.parse(JSON.stringify(parseMarked(text)));
      expect(unmarked(stored)).toStrictEqual(parseJson(text));
    }),
    { numRuns: 2000 },
  );
});

it("what a member says last is what it says", () => {
  expect(parseMarked('{"to":"1","to":"2","n":1}')).toEqual({ to: "2", [`${mark}+to`]: ["1"], n: 1 });
});

it("what is nested deeper than anybody looks is read too", () => {
  expect(() => parseMarked("[".repeat(5000) + "]".repeat(5000))).not.toThrow();
});
