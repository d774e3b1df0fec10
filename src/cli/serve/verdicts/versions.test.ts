import { expect, test } from "vitest";
import type { Outcome } from "../../../model/index.ts";
import { createVersions } from "./versions.ts";

const header = "x-app-version";
const answered = (...rawHeaders: readonly string[]): Outcome => ({
  kind: "answered",
  answer: { status: 200, rawHeaders, body: null },
  latencyMs: 1,
  waitedMs: 0,
});
const refused: Outcome = { kind: "failed", failure: "refused", latencyMs: 1, waitedMs: 0 };

test("a side is called what its answer says, and what it said last where there is none", () => {
  const { of } = createVersions({ header }, () => 0);
  expect(of("candidate", refused)).toBe("");
  expect(of("candidate", answered("X-App-Version", " 2.0+a_b-c "))).toBe("2.0+a_b-c");
  expect([of("candidate", refused), of("candidate", answered()), of("candidate", null)]).toEqual([
    "2.0+a_b-c",
    "2.0+a_b-c",
    "2.0+a_b-c",
  ]);
  expect(of("legacy", null)).toBe("");
});

test.each(["", "a b", "é", `v${"1".repeat(64)}`, "-1", "1;2"])("%j is no version of anybody", (value) => {
  expect(createVersions({ header }, () => 0).of("legacy", answered(header, value))).toBe("other");
});

test("so many are told apart at a time", () => {
  let now = 0;
  const { of } = createVersions({ header }, () => now);
  const seen = (n: number): string => of("legacy", answered(header, `v${n}`));
  for (let n = 0; n < 16; n += 1) expect(seen(n)).toBe(`v${n}`);
  expect([seen(16), seen(0), of("candidate", answered(header, "v16"))]).toEqual(["other", "v0", "v16"]);
  now = 3_600_000;
  seen(0);
  now += 1;
  expect([seen(16), seen(1), seen(0)]).toEqual(["v16", "v1", "v0"]);
});

test("without a field they are called what the route says, or nothing", () => {
  const fixed = createVersions({ legacy: "1", candidate: "2" }, () => 0);
  expect([fixed.of("legacy", answered(header, "9")), fixed.of("candidate", null)]).toEqual(["1", "2"]);
  expect(createVersions(null, () => 0).of("legacy", answered(header, "9"))).toBe("");
});
