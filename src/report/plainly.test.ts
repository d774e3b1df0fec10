import { expect, it } from "vitest";
import { plainly, withoutFlags } from "./plainly.ts";

it.each([
  ["alpha -> beta: every gate passes after 73 h; f5tts_engine percent 10 -> 25; f5tts_engine_DUAL_RUN unchanged"],
  ["alpha -> beta: every gate passes after 73 h; X_SHADOW unchanged; X percent 10 -> 25"],
  ["alpha -> beta: every gate passes after 73 h; X enabled none -> true, forceOn 0 -> 2 shoppers; Y unchanged"],
  ["alpha -> beta: every gate passes after 73 h; flags unchanged"],
])("a reason is told without what became of flags: %s", (reason) => {
  expect(plainly(reason)).toBe("alpha -> beta: every gate passes after 73 h");
});

it("and without the figures that gates said it by, where they are not wanted", () => {
  const reason =
    "p95: 220 of 220 (100 %): ln E 505 [K=220, lnE=-5.5e-7, slow.b=1]; fast lane: 3 of 9 [K=3]; X percent 5 -> 0";
  expect(plainly(reason)).toBe("p95: 220 of 220 (100 %): ln E 505; fast lane: 3 of 9");
  expect(withoutFlags(reason)).toBe(
    "p95: 220 of 220 (100 %): ln E 505 [K=220, lnE=-5.5e-7, slow.b=1]; fast lane: 3 of 9 [K=3]",
  );
});

it.each([
  'settings are adjusted: p95; RECOMMENDATIONS_ENABLED settings.model none -> "small"',
  "a shop complains [see run 5]; we look",
  "errors: 5 % [of all]; 10 -> 20",
  "",
])("what people or a gate said stays as it is: %s", (reason) => {
  expect(plainly(reason)).toBe(reason);
});
