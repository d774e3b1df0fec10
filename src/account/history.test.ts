import { describe, expect, it } from "vitest";
import { createBook, createTally } from "./index.ts";
import { History } from "./history.ts";

const noon = Date.parse("2026-01-02T12:00:00.000Z");
const minute = 60_000;

function world() {
  const book = createBook();
  const tally = createTally(() => performance.now());
  const at = (ms: number): void => void book.apply(tally.drain(ms, { pending: {}, gauges: [] }));
  const deliver = (mode: string, n = 1): void => tally.counter("sombra_deliveries_total", { route: "a", mode }).add(n);
  return { book, tally, at, deliver };
}

describe("the history", () => {
  it("has what was counted in each minute, by label, and quantiles of stretches of minutes", () => {
    const { book, tally, at, deliver } = world();
    deliver("shadow", 2);
    tally.histogram("latency_ms", { route: "a", side: "legacy" }).record(4);
    at(noon);
    deliver("shadow");
    deliver("cutover", 3);
    tally.histogram("latency_ms", { route: "b", side: "legacy" }).record(400);
    at(noon + minute);
    const [older, newer] = book.history.stretches(noon + minute, { minutes: 1, count: 2 });
    expect(older?.by("sombra_deliveries_total", "mode")).toEqual(new Map([["shadow", 2]]));
    expect(newer?.count("sombra_deliveries_total")).toBe(4);
    expect(newer?.count("sombra_deliveries_total", { mode: "cutover" })).toBe(3);
    expect(newer?.fromMs).toBe(noon + minute);
    expect(older?.quantile("latency_ms", 0.5, "candidate")).toBeNull();
    const [both] = book.history.stretches(noon + minute, { minutes: 2, count: 1 });
    expect(both?.count("sombra_deliveries_total", { route: "a" })).toBe(6);
    expect(both?.quantile("latency_ms", 0.99, "legacy")).toBeGreaterThan(100);
    expect(older?.quantile("latency_ms", 0.99, "legacy")).toBeLessThan(10);
  });

  it("forgets what is older than a day, and holds an idle minute without taking room", () => {
    const { book, at, deliver } = world();
    deliver("shadow");
    at(noon);
    deliver("shadow");
    at(noon + 1_439 * minute);
    expect(book.history.since(0, noon + 1_440 * minute)).toHaveLength(2);
    deliver("shadow");
    at(noon + 1_440 * minute);
    expect(book.history.since(0, noon + 1_441 * minute)).toHaveLength(2);
  });

  it("is the same after it was kept and taken up again, the minute that goes on included", () => {
    const { book, tally, at, deliver } = world();
    deliver("dual-run", 5);
    tally.histogram("sombra_overhead_ms", { route: "a" }).record(2);
    at(noon);
    const kept = JSON.parse(JSON.stringify(book.history.since(0, noon + minute)));
    const next = new History();
    next.load(kept);
    next.load(kept);
    const [stretch] = next.stretches(noon, { minutes: 1, count: 1 });
    expect(stretch?.count("sombra_deliveries_total", { mode: "dual-run" })).toBe(10);
    expect(stretch?.quantile("sombra_overhead_ms", 0.5)).toBeCloseTo(1.5);
    expect(book.history.since(0, noon)).toEqual([]);
  });

  it("tells no more series apart than it has room for", () => {
    const { book, tally, at } = world();
    for (let i = 0; i < 900; i += 1) tally.counter("sombra_deliveries_total", { route: `r${i}`, mode: "shadow" }).add();
    at(noon);
    const [kept] = book.history.since(0, noon + minute);
    expect(kept?.counts).toHaveLength(400);
  });
});
