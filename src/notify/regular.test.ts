import { describe, expect, test } from "vitest";
import { isSampleDue, ofLastDay, sampled } from "./events-of-day.ts";
import { dueNow, type Regular } from "./regular.ts";

const daily: Regular = { mark: "status", every: "day" };
const weekly: Regular = { mark: "digest", every: "week" };
const at = (text: string, days: Readonly<Record<string, string>> = {}, timeZone = "UTC") =>
  dueNow(days, [daily, weekly], { nowMs: Date.parse(text), atMinutes: 540, timeZone });

describe("what is regular", () => {
  test("is due once a day at its time, and once a week from Monday on", () => {
    // 2026-02-02 is a Monday.
    const early = at("2026-02-02T08:59:59Z", { status: "2026-02-01", digest: "2026-01-26" });
    expect(early).toEqual({ due: [], days: { status: "2026-02-01", digest: "2026-01-26" } });
    const due = at("2026-02-02T09:00:00Z", early.days);
    expect(due).toEqual({
      due: [
        { mark: "status", day: "2026-02-02" },
        { mark: "digest", day: "2026-02-02" },
      ],
      days: { status: "2026-02-02", digest: "2026-02-02" },
    });
    expect(at("2026-02-02T23:00:00Z", due.days).due).toEqual([]);
    expect(at("2026-02-03T09:00:30Z", due.days).due).toEqual([{ mark: "status", day: "2026-02-03" }]);
  });

  test("is caught up with after nobody led at its time", () => {
    const { due } = at("2026-02-04T17:00:00Z", { status: "2026-02-02", digest: "2026-01-26" });
    expect(due).toEqual([
      { mark: "status", day: "2026-02-04" },
      { mark: "digest", day: "2026-02-02" },
    ]);
  });

  test("waits for its next time where it begins late in the day", () => {
    const begun = at("2026-02-04T17:00:00Z");
    expect(begun).toEqual({ due: [], days: { status: "2026-02-04", digest: "2026-02-02" } });
    expect(at("2026-02-04T09:05:00Z").due).toEqual([{ mark: "status", day: "2026-02-04" }]);
  });

  test("goes by the time of a place, whatever its clocks do", () => {
    const days = { status: "2026-02-03", digest: "2026-02-02" };
    expect(at("2026-02-04T11:59:00Z", days, "America/Sao_Paulo").due).toEqual([]);
    expect(at("2026-02-04T12:00:00Z", days, "America/Sao_Paulo").due).toEqual([{ mark: "status", day: "2026-02-04" }]);
  });

  test("that is gone is forgotten", () => {
    expect(dueNow({ gone: "2026-02-01" }, [], { nowMs: 0, atMinutes: 0, timeZone: "UTC" }).days).toEqual({});
  });
});

describe("events of 24 hours", () => {
  const hour = 3_600_000;
  test("are what was declared since a sample a day ago, by type, the most frequent first", () => {
    let samples: Parameters<typeof sampled>[0] = [];
    for (let n = 0; n <= 30; n += 1) samples = sampled(samples, { order: n * 10, cart: 5 }, n * hour);
    expect(samples[0]?.atMs).toBe(6 * hour);
    expect(samples).toHaveLength(25);
    expect(ofLastDay(samples, { order: 305, cart: 5, refund: 400 }, 30.5 * hour)).toEqual({ refund: 400, order: 245 });
    expect(isSampleDue(samples, 30.5 * hour)).toBe(false);
    expect(sampled(samples, {}, 30.5 * hour)).toBe(samples);
  });

  test("are since there are samples where that is shorter, all where the counts began anew, and none where nothing ever was", () => {
    expect(ofLastDay([{ atMs: 0, counts: { order: 4 } }], { order: 9 }, hour)).toEqual({ order: 5 });
    expect(ofLastDay([{ atMs: 0, counts: { order: 40 } }], { order: 9 }, hour)).toEqual({ order: 9 });
    expect(ofLastDay([{ atMs: 0, counts: { order: 9 } }], { order: 9 }, hour)).toEqual({});
    expect(ofLastDay([], {}, hour)).toBeNull();
  });
});
