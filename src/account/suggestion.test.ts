import { expect, it } from "vitest";
import { suggestionOf, type Repeating } from "./suggestion.ts";

const always: Repeating = {
  signature: "00000000000000aa",
  route: "default",
  item_kind: "message.text",
  where: "answer",
  path: "/body/session",
  severity: "minor",
  items: 1_000,
  in_items: 998,
  noise_rate: null,
};

it("what differs nearly always, and always alike, may be ignored by the rule that is shown", () => {
  expect(suggestionOf(always)).toEqual({
    suggestion: "ignore",
    text: "differs in 99.8 % of items, always the same class: ignore?",
    rule: {
      id: "ignore-00000000000000aa",
      route: "default",
      itemKind: "message.text",
      where: "answer",
      path: "/body/session",
      ignore: true,
    },
  });
});

it.each<readonly [string, Partial<Repeating>]>([
  ["differs less often", { in_items: 989 }],
  ["was compared too seldom", { items: 99, in_items: 99 }],
  ["is critical", { severity: "critical" }],
  ["is a status, which may be critical tomorrow", { severity: "major", path: "/status" }],
  [
    "is an answer that legacy did not give, at whose place the candidate's may be missing",
    { severity: "major", path: "/" },
  ],
  ["is noise already", { severity: "noise" }],
  ["a twin was asked about", { noise_rate: 0 }],
])("what %s is not suggested", (_, changes) => {
  expect(suggestionOf({ ...always, ...changes })).toBeNull();
});

it("a share is never rounded up to what it is not", () => {
  expect(suggestionOf({ ...always, items: 100_000, in_items: 99_999 })?.text).toContain("99.9 %");
  expect(suggestionOf({ ...always, items: 100, in_items: 100 })?.text).toContain("in 100 % of");
  expect(suggestionOf({ ...always, items: 100, in_items: 99 })?.text).toContain("in 99 % of");
});
