import { expect, test } from "vitest";
import { declaredOn, declaredOnAll } from "./declared.ts";

const events = (counts: readonly { side: string; type: string; n: number }[]) => ({
  events: () => ({ counts, since: 0 }),
});
const one = { side: "candidate", type: "order.made", n: 3 };

test("an instance says since when it counts, also where nobody ever declared anything", () => {
  expect(declaredOn({ events: () => null }, { sinceMs: 5, nowMs: 9 })).toEqual({ sinceMs: 5, counts: [] });
  expect(declaredOn(events([one]), { sinceMs: 5, nowMs: 9 })).toEqual({ sinceMs: 5, counts: [one] });
});

test("of very many types those with the most are told apart", () => {
  const many = Array.from({ length: 70 }, (_, index) => ({ side: "candidate", type: `t${index}`, n: index + 1 }));
  const { counts } = declaredOn(events(many), { sinceMs: 0, nowMs: 9 });
  expect(counts).toHaveLength(51);
  expect(counts.at(-1)).toEqual({ side: "candidate", type: "other", n: 210 });
  expect(counts.reduce((sum, { n }) => sum + n, 0)).toBe(2_485);
});

test("instances add up, and count together since the last of them began", () => {
  const all = declaredOnAll([
    { sinceMs: 1, counts: [one, { ...one, side: "legacy" }] },
    { sinceMs: 7, counts: [{ ...one, n: 4 }] },
  ]);
  expect(all).toEqual({
    sinceMs: 7,
    counts: [
      { ...one, n: 7 },
      { ...one, side: "legacy" },
    ],
  });
  expect(declaredOnAll([{ sinceMs: 1, counts: [one] }, null])).toBeNull();
});
