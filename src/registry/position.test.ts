import { describe, expect, it } from "vitest";
import { assess, leadsFrom, nowhere, samePosition, type Finding, type Position } from "./position.ts";

const at = (version: number, hash = `h${version}`): Position => ({ version, seq: version * 2, hash });
const commit = (from: Position, to: Position) => ({ before: from, after: to });

describe("what became of a store", () => {
  it.each<[string, Position, Position, Finding]>([
    ["an empty one that was never known", nowhere, nowhere, "same"],
    ["one that nobody wrote to", at(7), at(7), "same"],
    ["one that somebody wrote to", at(7), at(9), "newer"],
    ["one that was never known", nowhere, at(1), "newer"],
    ["one that was emptied", at(7), nowhere, "lost"],
    ["one that failed over to an older copy", at(7), at(6), "lost"],
    ["one of another history", at(7), at(7, "other"), "replaced"],
    ["one of as many writes and more entries", at(7), { ...at(7), seq: 15 }, "replaced"],
  ])("is told for %s", (_what, known, found, finding) => {
    expect(assess(known, found)).toBe(finding);
  });
});

describe("writes", () => {
  it("lead from one position to another without a gap", () => {
    expect(leadsFrom(at(3), [commit(at(3), at(4)), commit(at(4), at(5))], at(5))).toBe(true);
    expect(leadsFrom(at(3), [], at(3))).toBe(true);
  });

  it.each([
    ["begin elsewhere", [commit(at(3, "other"), at(4)), commit(at(4), at(5))]],
    ["leave one out", [commit(at(3), at(4))]],
    ["jump", [commit(at(3), at(4)), commit(at(4, "other"), at(5))]],
    ["are none", []],
  ])("do not lead anywhere where they %s", (_what, commits) => {
    expect(leadsFrom(at(3), commits, at(5))).toBe(false);
  });
});

it("compares positions by all that they say", () => {
  expect(samePosition(at(3), at(3))).toBe(true);
  expect(samePosition(at(3), { ...at(3), seq: 1 })).toBe(false);
});
