import { expect, test } from "vitest";
import { LastHour } from "./last-hour.ts";

const minute = 60_000;
const start = Date.parse("2026-01-02T03:00:00.000Z");
const ofLegacy = { side: "legacy" };
const ofCandidate = { side: "candidate" };

test("adds up what was counted, by labels", () => {
  const hour = new LastHour();
  hour.add(start, ofLegacy, 1);
  hour.add(start + minute, ofLegacy, 2);
  hour.add(start + minute + 1, ofCandidate, 3);
  expect(hour.at(start + minute)).toEqual([
    { labels: ofLegacy, n: 3 },
    { labels: ofCandidate, n: 3 },
  ]);
});

test("forgets what is an hour ago, minute by minute", () => {
  const hour = new LastHour();
  for (let i = 0; i < 100; i += 1) hour.add(start + i * minute, ofLegacy, 1);
  const total = (nowMs: number): number => hour.at(nowMs).reduce((sum, { n }) => sum + n, 0);
  expect(total(start + 99 * minute)).toBe(60);
  expect(total(start + 100 * minute)).toBe(59);
  expect(total(start + 158 * minute)).toBe(1);
  expect(total(start + 159 * minute)).toBe(0);
});
