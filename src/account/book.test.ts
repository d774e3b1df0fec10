import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Batch } from "./batch.ts";
import { createBook, type Book } from "./book.ts";
import { metrics } from "./metrics.ts";
import { sampleBatch, sampleGroup as group, sampleRecord } from "./sample.ts";
import { createTally } from "./tally.ts";

const nothing = { pending: {}, gauges: [] };

function items(route: string, state: string, substates: Readonly<Record<string, number>>): Batch["counts"] {
  return Object.entries(substates).map(([substate, delta]) => ({
    name: "sombra_items_total",
    labels: { route, state, substate },
    delta,
  }));
}

function bookOf(...batches: readonly Partial<Batch>[]): Book {
  const book = createBook();
  for (const [i, batch] of batches.entries()) book.apply(sampleBatch({ seq: i + 1, ...batch }));
  return book;
}

describe("a book", () => {
  it("applies a batch once, and says where some before it never came", () => {
    const book = createBook();
    const batch = sampleBatch({ counts: items("default", "compared", { match: 3 }) });
    expect(book.apply(batch)).toEqual({ kind: "applied" });
    expect(book.apply(batch)).toEqual({ kind: "repeated" });
    expect(book.ledger().received).toBe(3);
    expect(book.apply({ ...batch, seq: 4 })).toEqual({ kind: "gap", missing: 2 });
    expect(book.ledger().received).toBe(6);
    expect(book.series().counters).toContainEqual({
      name: "sombra_alarms_total",
      labels: { alarm: "batches-missing" },
      value: 1,
    });
  });

  it("counts what happens on its own thread among the rest", () => {
    const book = createBook();
    book.count("sombra_details_dropped_total", { detail: "log" }, 2);
    book.count("sombra_details_dropped_total", { detail: "log" });
    expect(book.series().counters).toEqual([
      { name: "sombra_details_dropped_total", labels: { detail: "log" }, value: 3 },
    ]);
  });

  it("shows the gauges of the latest batch only", () => {
    const gauge = { name: "sombra_kept_bytes", labels: {}, value: 1 };
    const book = bookOf({ gauges: [gauge] }, { gauges: [{ ...gauge, value: 2 }] });
    expect(book.series().gauges).toEqual([{ ...gauge, value: 2 }]);
  });

  it("counts label sets beyond the limit as one series named other", () => {
    const book = createBook({ series: 1 });
    book.apply(sampleBatch({ counts: [...items("a", "failed", { reset: 1 }), ...items("b", "failed", { reset: 2 })] }));
    expect(book.series().counters.map(({ labels, value }) => [labels["route"], value])).toEqual([
      ["a", 1],
      ["other", 2],
    ]);
  });
});

describe("the ledger", () => {
  it("has the shape of the specification", () => {
    const counts = [
      ...items("default", "skipped", { "not-enabled": 2 }),
      ...items("default", "compared", { match: 4, divergent: 2 }),
      ...items("default", "failed", { timeout: 1 }),
    ];
    expect(bookOf({ counts }).ledger()).toEqual({
      received: 9,
      skipped: { total: 2, "not-enabled": 2 },
      compared: { total: 6, match: 4, noise: 0, divergent: 2 },
      failed: { total: 1, timeout: 1 },
      pending: 0,
    });
  });

  it("is of one route where one is named", () => {
    const counts = [...items("a", "compared", { match: 1 }), ...items("b", "skipped", { "no-shopper": 5 })];
    const book = bookOf({ counts, pending: { a: 2, b: 4 } });
    expect(book.ledger("a")).toMatchObject({ received: 3, compared: { total: 1 }, skipped: { total: 0 }, pending: 2 });
    expect(book.ledger()).toMatchObject({ received: 12, pending: 6 });
    expect(book.ledger("c")).toMatchObject({ received: 0, pending: 0 });
  });

  it("reconciles after any run of items through a tally, whatever the batches", () => {
    const step = fc.oneof(
      fc.record({
        route: fc.constantFrom("a", "b"),
        state: fc.constantFrom("skipped", "compared", "failed"),
        substate: fc.constantFrom("match", "timeout", "queue-full"),
      }),
      fc.constant("drain" as const),
    );
    fc.assert(
      fc.property(fc.array(step), fc.nat(50), (steps, pending) => {
        const tally = createTally(() => 0);
        const book = createBook();
        const drain = () => book.apply(tally.drain(0, { ...nothing, pending: { a: pending } }));
        for (const labels of steps) {
          if (labels === "drain") drain();
          else tally.counter("sombra_items_total", labels).add();
        }
        drain();
        const { received, skipped, compared, failed } = book.ledger();
        const ended = [skipped, compared, failed].reduce((sum, { total = 0 }) => sum + total, 0);
        expect(received).toBe(ended + pending);
        expect(ended).toBe(steps.filter((one) => one !== "drain").length);
        expect(book.ledger("a").received + book.ledger("b").received).toBe(received);
        for (const { total, ...substates } of [skipped, compared, failed]) {
          expect(Object.values(substates).reduce((sum, n) => sum + n, 0)).toBe(total);
        }
      }),
    );
  });
});

describe("groups", () => {
  it("have the shape of the specification, against the compared items of their route and kind", () => {
    const compared = (route: string, kind: string, delta: number) => ({
      name: "sombra_items_compared_total",
      labels: { route, item_kind: kind },
      delta,
    });
    const counts = [
      compared("default", "message.text", 6),
      compared("default", "message.image", 9),
      compared("x", "message.text", 9),
    ];
    const records = [sampleRecord({ exchange: "e1" }), sampleRecord({ exchange: "e2" })];
    const book = bookOf({
      counts,
      records,
      groups: [
        group({ count: 2, downstream: 1, lastSeen: 3_000, hours: [[0, 2]], examples: ["e1"] }),
        group({ severity: "noise", noise: 1, items: 0, lastSeen: 3_600_000, examples: ["e2"] }),
      ],
    });
    const expected = {
      signature: "00000000000000aa",
      route: "default",
      item_kind: "message.text",
      where: "answer",
      path: "/status",
      kind: "changed",
      change: "number",
      severity: "critical",
      count: 3,
      noise: 1,
      downstream: 1,
      cells: null,
      shoppers: null,
      shoppers_at_least: false,
      items: 6,
      noise_rate: null,
      exceeds_noise: null,
      suggestion: null,
      in_items: 1,
      share: 1 / 6,
      first_seen: "1970-01-01T00:00:01.000Z",
      last_seen: "1970-01-01T00:00:03.000Z",
      trend: [{ hour: "1970-01-01T00:00:00.000Z", count: 2 }],
      examples: ["e1"],
    };
    expect(book.groups()).toEqual([expected]);
    expect(book.group("00000000000000aa")).toEqual(expected);
    expect(book.group("ffffffffffffffff")).toBeNull();
    expect(book.groups("x")).toEqual([]);
  });

  it("come gravest first, then by count", () => {
    const groups = [
      group({ signature: "1", severity: "noise", count: 99 }),
      group({ signature: "2", severity: "major", count: 1 }),
      group({ signature: "3", severity: "major", count: 7 }),
      group({ signature: "4", severity: "critical", count: 1 }),
    ];
    expect(
      bookOf({ groups })
        .groups()
        .map(({ signature }) => signature),
    ).toEqual(["4", "3", "2", "1"]);
  });

  it("add up over batches", () => {
    const book = bookOf(
      { groups: [group({ firstSeen: 5_000, lastSeen: 6_000, count: 2 })] },
      { groups: [group({ firstSeen: 4_000, lastSeen: 5_500, count: 3 })] },
    );
    expect(book.groups()).toMatchObject([
      { count: 5, first_seen: "1970-01-01T00:00:04.000Z", last_seen: "1970-01-01T00:00:06.000Z" },
    ]);
  });

  it("beyond the limit count as one group per route", () => {
    const book = createBook({ groups: 1 });
    const groups = ["1", "2", "3"].map((signature) => group({ signature, count: 2 }));
    const counts = [
      { name: "sombra_items_compared_total", labels: { route: "default", item_kind: "message.text" }, delta: 4 },
      { name: "sombra_items_compared_total", labels: { route: "default", item_kind: "request" }, delta: 1 },
    ];
    book.apply(sampleBatch({ groups, counts }));
    expect(book.group("overflow:default")).toMatchObject({ count: 4, items: 5, path: "/", item_kind: "other" });
    expect(book.groups().reduce((sum, { count }) => sum + count, 0)).toBe(6);
  });

  it("show the first example and the latest ones, of those whose details were kept", () => {
    const book = createBook({ exchanges: 1 });
    for (let n = 1; n <= 8; n += 1) {
      const records = n === 2 ? [] : [sampleRecord({ exchange: `e${n}` })];
      book.apply(sampleBatch({ seq: n, records, groups: [group({ examples: [`e${n}`] })] }));
    }
    expect(book.groups()[0]?.examples).toEqual(["e1", "e5", "e6", "e7", "e8"]);
    expect(book.exchange("e1")).not.toBeNull();
    expect(book.exchange("e4")).toBeNull();
  });
});

describe("exchanges", () => {
  it("are found while they are among the latest, or an example of some group", () => {
    const book = createBook({ exchanges: 2 });
    const records = ["e1", "e2", "e3", "e4"].map((exchange) => sampleRecord({ exchange }));
    const groups = [group({ signature: "1", examples: ["e3"] }), group({ signature: "2", examples: ["e4"] })];
    book.apply(sampleBatch({ records, groups }));
    expect(["e1", "e2", "e3", "e4"].map((id) => book.exchange(id)?.exchange ?? null)).toEqual([null, null, "e3", "e4"]);
    book.apply(sampleBatch({ seq: 2, records: ["e5", "e6"].map((exchange) => sampleRecord({ exchange })) }));
    expect(["e3", "e4", "e5", "e6"].map((id) => book.exchange(id) !== null)).toEqual([true, true, true, true]);
  });

  it("are listed newest first", () => {
    const book = bookOf({ records: ["e1", "e2", "e3"].map((exchange) => sampleRecord({ exchange })) });
    expect(book.recent(2).map(({ exchange }) => exchange)).toEqual(["e3", "e2"]);
  });
});

describe("quantiles", () => {
  it("lie in the bucket where the true value lies", () => {
    const { bounds } = metrics.latency_ms;
    const value = fc.double({ min: 0, max: 30_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.constantFrom(0.5, 0.95), (values, q) => {
        const tally = createTally(() => 0);
        const latency = tally.histogram("latency_ms", { route: "a", side: "legacy" });
        for (const one of values) latency.record(one);
        const book = createBook();
        book.apply(tally.drain(0, nothing));
        const estimate = book.quantile("latency_ms", { side: "legacy" }, q) ?? Number.NaN;
        const truth = values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1] ?? 0;
        const upper = bounds.findIndex((bound) => truth <= bound);
        expect(estimate).toBeLessThanOrEqual(bounds[upper] ?? Number.NaN);
        expect(estimate).toBeGreaterThanOrEqual(bounds[upper - 1] ?? 0);
      }),
    );
  });

  it("are of all series that bear the labels, and null where there is nothing", () => {
    const tally = createTally(() => 0);
    tally.histogram("latency_ms", { route: "a", side: "legacy" }).record(1);
    tally.histogram("latency_ms", { route: "b", side: "legacy" }).record(100);
    const book = createBook();
    book.apply(tally.drain(0, nothing));
    expect(book.quantile("latency_ms", { route: "a" }, 1)).toBe(1);
    expect(book.quantile("latency_ms", {}, 1)).toBe(100);
    expect(book.quantile("latency_ms", { side: "candidate" }, 1)).toBeNull();
  });

  it("above all bounds are the greatest bound, and may be negative", () => {
    const tally = createTally(() => 0);
    tally.histogram("latency_ms", { route: "a", side: "legacy" }).record(99_999);
    tally.histogram("sombra_added_latency_ms", { route: "a" }).record(-7);
    const book = createBook();
    book.apply(tally.drain(0, nothing));
    expect(book.quantile("latency_ms", {}, 0.5)).toBe(30_000);
    expect(book.quantile("sombra_added_latency_ms", {}, 0.5)).toBe(-7.5);
  });
});
