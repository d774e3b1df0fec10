import { expect, test } from "vitest";
import { markSet, type Mark } from "../account/index.ts";
import { healthy } from "./behaviour.ts";
import { kindsOf, type Limits } from "./kinds.ts";
import { createRandom } from "./random.ts";

const cutover = { mode: "cutover", reverseShadow: false } as const;

/** The share of items that the candidate answered with these marks. */
function share(limits: Limits, ...marks: readonly Mark[]): number {
  const { plain, alarming, others } = kindsOf({ ...healthy, bothFail: 0 }, limits, cutover);
  const set = markSet(...marks);
  return [plain, ...alarming, ...others].reduce(
    (sum, kind) => sum + ((kind.answer & set) === set ? kind.chance : 0),
    0,
  );
}

test.each([
  [60, 120],
  [120, 60],
  [60, 60],
])("items are slow above %i ms and over above %i ms as often as such times are", (slowMs, overMs) => {
  const limits = { slowMs, overMs, lateMs: null };
  const random = createRandom(1);
  const drawn = 40_000;
  const seen = { slow: 0, over: 0, both: 0 };
  for (let item = 0; item < drawn; item += 1) {
    const ms = random.time(healthy.legacyMs, healthy.spread) + random.time(healthy.addedMs, healthy.spread);
    if (ms > slowMs) seen.slow += 1;
    if (ms > overMs) seen.over += 1;
    if (ms > Math.max(slowMs, overMs)) seen.both += 1;
  }
  // Four standard errors of a share of a half.
  const near = (4 * 0.5) / Math.sqrt(drawn);
  expect(Math.abs(share(limits, "slow") - seen.slow / drawn)).toBeLessThan(near);
  expect(Math.abs(share(limits, "over") - seen.over / drawn)).toBeLessThan(near);
  expect(Math.abs(share(limits, "slow", "over") - seen.both / drawn)).toBeLessThan(near);
  expect(share(limits, "item")).toBeCloseTo(1, 3);
});

test("nobody is over where no limit is", () => {
  expect(share({ slowMs: 60, overMs: null, lateMs: 20 }, "over")).toBe(0);
});
