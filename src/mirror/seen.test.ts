import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSeen } from "./seen.ts";

const forMs = 600_000;

/** What was seen, on a clock that is driven by hand. */
function seenWith(max = 300) {
  let nowMs = 0;
  const seen = createSeen({ forMs, max }, () => nowMs);
  return { seen, wait: (ms: number) => void (nowMs += ms) };
}

describe("an item", () => {
  test("is new once, and has a story from then on", () => {
    const { seen, wait } = seenWith();
    const first = seen.delivered("one");
    expect(first.first("wamid.1")).toBeNull();
    first.answered(500);
    wait(7_000);
    const second = seen.delivered("two");
    const story = second.first("wamid.1");
    expect(story).toEqual([
      { exchange: "one", atMs: 0, legacyStatus: 500 },
      { exchange: "two", atMs: 7_000, legacyStatus: null },
    ]);
    second.answered(200);
    expect(story?.map(({ legacyStatus }) => legacyStatus)).toEqual([500, 200]);
  });

  test("is a redelivery while its first delivery is still under way", () => {
    const { seen } = seenWith();
    const first = seen.delivered("one");
    first.first("wamid.1");
    const story = seen.delivered("two").first("wamid.1");
    first.answered(200);
    expect(story?.map(({ legacyStatus }) => legacyStatus)).toEqual([200, null]);
  });

  test("twice in one delivery is no redelivery of itself, and one attempt of a redelivery", () => {
    const { seen } = seenWith();
    const first = seen.delivered("one");
    expect([first.first("wamid.1"), first.first("wamid.1")]).toEqual([null, null]);
    const second = seen.delivered("two");
    second.first("wamid.1");
    expect(second.first("wamid.1")).toHaveLength(2);
    expect(first.first("wamid.1")).toBeNull();
  });

  test("has a story of its own, whatever comes again of what it came with", () => {
    const { seen } = seenWith();
    const batch = seen.delivered("one");
    for (const id of ["wamid.1", "wamid.2"]) batch.first(id);
    seen.delivered("two").first("wamid.1");
    const story = seen.delivered("three").first("wamid.2");
    expect(story?.map(({ exchange }) => exchange)).toEqual(["one", "three"]);
  });

  test("without id is always new", () => {
    const { seen } = seenWith();
    expect([seen.delivered("one").first(null), seen.delivered("two").first(null), seen.size]).toEqual([null, null, 0]);
  });

  test("that the candidate was not called with is new again in its next delivery", () => {
    const { seen } = seenWith();
    const shed = seen.delivered("one");
    shed.first("wamid.1");
    shed.forget("wamid.1");
    shed.forget(null);
    expect(seen.size).toBe(0);
    expect(seen.delivered("two").first("wamid.1")).toBeNull();
    shed.forget("wamid.1");
    expect(
      seen
        .delivered("three")
        .first("wamid.1")
        ?.map(({ exchange }) => exchange),
    ).toEqual(["two", "three"]);
  });

  test("is not forgotten because a redelivery of it makes no call", () => {
    const { seen } = seenWith();
    seen.delivered("one").first("wamid.1");
    const second = seen.delivered("two");
    second.first("wamid.1");
    second.forget("wamid.1");
    expect(seen.delivered("three").first("wamid.1")).toHaveLength(3);
  });

  test("that comes again and again keeps its first deliveries and its last", () => {
    const { seen } = seenWith();
    const sighting = seen.delivered("0");
    sighting.first("wamid.1");
    for (let index = 1; index < 40; index += 1) seen.delivered(String(index)).first("wamid.1");
    const exchanges = seen.delivered("last").first("wamid.1");
    expect(exchanges?.map(({ exchange }) => exchange)).toEqual([
      ...Array.from({ length: 19 }, (_, i) => `${i}`),
      "last",
    ]);
  });
});

describe("memory", () => {
  test("lasts for the time from the last delivery, and at most half as long again", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ id: fc.nat(5), afterMs: fc.nat(forMs) }), { maxLength: 50 }), (deliveries) => {
        const { seen, wait } = seenWith();
        const lastMs = new Map<string, number>();
        let nowMs = 0;
        for (const [index, { id, afterMs }] of deliveries.entries()) {
          wait(afterMs);
          nowMs += afterMs;
          const key = `wamid.${id}`;
          const agoMs = nowMs - (lastMs.get(key) ?? -Infinity);
          const isKnown = seen.delivered(String(index)).first(key) !== null;
          lastMs.set(key, nowMs);
          if (agoMs < forMs) expect(isKnown).toBe(true);
          if (agoMs >= forMs * 1.5) expect(isKnown).toBe(false);
        }
      }),
    );
  });

  test("holds an item once, however often it is delivered", () => {
    const { seen, wait } = seenWith();
    const first = seen.delivered("one");
    first.first("wamid.1");
    wait(forMs / 2);
    seen.delivered("two").first("wamid.1");
    expect(seen.size).toBe(1);
    first.forget("wamid.1");
    expect(seen.delivered("three").first("wamid.1")).toBeNull();
  });

  test("is empty after a long rest", () => {
    const { seen, wait } = seenWith();
    seen.delivered("one").first("wamid.1");
    wait(forMs * 100);
    const next = seen.delivered("two");
    expect(seen.size).toBe(0);
    next.first("wamid.2");
    wait(forMs - 1);
    expect(seen.delivered("three").first("wamid.2")).not.toBeNull();
  });

  test("holds no more than so many items, the latest of them", () => {
    const { seen } = seenWith(300);
    for (let index = 0; index < 1_000; index += 1) {
      seen.delivered(`${index}`).first(`wamid.${index}`);
      expect(seen.size).toBeLessThanOrEqual(300);
    }
    const again = seen.delivered("again");
    expect(again.first("wamid.999")).not.toBeNull();
    expect(again.first("wamid.801")).not.toBeNull();
    expect(again.first("wamid.600")).toBeNull();
  });
});
