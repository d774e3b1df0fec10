import { describe, expect, it } from "vitest";
import { slotMs, type Stream, type StreamEvidence } from "../account/index.ts";
import { bucketOf } from "../stats/index.ts";
import { sampleCounts, sampleEvidence, sampleSlot, type SampleCounts } from "./gates/sample.ts";
import { readWindows } from "./windows.ts";

const nowMs = (sampleSlot + 0.5) * slotMs;
const read = (evidence: readonly StreamEvidence[], windowMs = 3_600_000) => readWindows(evidence, { windowMs, nowMs });

/** First seen in the first of its slots. */
function seen(stream: Partial<Stream>, slots: Readonly<Record<number, SampleCounts>>): StreamEvidence {
  const each = Object.entries(slots).map(([back, counts]) => {
    const cells = sampleCounts(counts);
    return { slot: sampleSlot - Number(back), cells, raw: cells };
  });
  const sorted = each.toSorted((one, two) => one.slot - two.slot);
  return sampleEvidence(stream, {}, { slots: sorted, firstSeen: (sorted[0]?.slot ?? 0) * slotMs });
}

const items = (evidence: readonly StreamEvidence[]): number => read(evidence).total.phase.cells("pairs", "item");

describe("windows", () => {
  it("are the last while by its slots, and the whole phase", () => {
    const { total, starts } = read([
      seen({}, { 0: { item: 1 }, 5: { item: 10 }, 6: { item: 100 }, 20: { item: 1_000 } }),
    ]);
    expect(total.phase.cells("pairs", "item")).toBe(1_111);
    // Of the sixth slot back half lies within the hour.
    expect(total.window?.cells("pairs", "item")).toBe(11);
    expect(starts).toBe(21);
  });

  it("are the phase alone as long as it is no longer", () => {
    expect(read([seen({}, { 0: { item: 1 }, 5: { item: 1 } })]).total.window).toBeNull();
    expect(read([seen({}, { 0: { item: 1 }, 5: { item: 1 } })], 1).total.window?.cells("pairs", "item")).toBe(1);
    expect(read([]).total).toMatchObject({ route: null, window: null });
  });

  it("are of cells and of items, by population", () => {
    const one = sampleEvidence(
      {},
      {},
      { slots: [{ slot: sampleSlot, raw: sampleCounts({ item: 9 }), cells: sampleCounts({ item: 2 }) }] },
    );
    const { phase } = read([one, sampleEvidence({ population: "held-out" }, { item: 5 })]).total;
    expect([phase.raw("pairs", "item"), phase.cells("pairs", "item"), phase.cells("held-out", "item")]).toEqual([
      9, 2, 5,
    ]);
    expect(phase.cells("served-candidate", "item")).toBe(0);
  });

  it("are of all routes and of each, each by its own versions", () => {
    const { total, routes } = read([
      seen({ route: "a", candidateVersion: "1" }, { 1: { item: 1 } }),
      seen({ route: "a", candidateVersion: "2" }, { 0: { item: 2 } }),
      seen({ route: "b", candidateVersion: "1" }, { 1: { item: 4 } }),
    ]);
    expect(total.phase.cells("pairs", "item")).toBe(6);
    expect(routes.map(({ route, phase }) => [route, phase.cells("pairs", "item")])).toEqual([
      ["a", 2],
      ["b", 4],
    ]);
    expect(read([seen({}, { 0: { item: 1 } })]).routes).toEqual([]);
  });

  it("are of the newest candidate, legacy and rules", () => {
    const old = seen({}, { 0: { item: 1 }, 9: { item: 1 } });
    expect(items([old, seen({ candidateVersion: "3" }, { 0: { item: 10 } })])).toBe(10);
    expect(items([old, seen({ legacyVersion: "3" }, { 0: { item: 10 } })])).toBe(10);
    expect(items([old, seen({ rules: "bb" }, { 0: { item: 10 } })])).toBe(10);
  });

  it("go back with whoever goes back to an earlier version", () => {
    const [first, second] = [
      seen({ candidateVersion: "1" }, { 0: { item: 1 }, 30: { item: 10 } }),
      seen({ candidateVersion: "2" }, { 4: { item: 5 } }),
    ];
    expect(items([first, second])).toBe(11);
  });

  it("count with the newest what says no version, since that was there", () => {
    const failed = seen({ candidateVersion: "" }, { 0: { item: 3 }, 30: { item: 50 } });
    expect(items([seen({ candidateVersion: "1" }, { 2: { item: 1 } }), failed])).toBe(4);
    expect(items([failed])).toBe(53);
  });

  it("have the times of all that is counted, and the shoppers of the route with most", () => {
    const sketches = { legacy: [[bucketOf(100), 10]] } as const;
    const of = (route: string, population: "served-legacy" | "served-candidate", count: number) =>
      sampleEvidence({ route, population }, { item: 1 }, { sketches, shoppers: { count, atLeast: false } });
    const windows = read([of("a", "served-legacy", 10), of("a", "served-candidate", 5), of("b", "served-legacy", 12)]);
    expect(windows.times("served-legacy", "legacy")).toEqual([[bucketOf(100), 20]]);
    expect(windows.times("pairs", "legacy")).toEqual([]);
    expect(windows.shoppers).toEqual({
      candidate: { count: 5, atLeast: false },
      legacy: { count: 10, atLeast: false },
    });
  });

  it("have what the candidate did not add among what it added", () => {
    const sketches = { added: [[bucketOf(8), 3]] } as const;
    const [all] = [read([sampleEvidence({}, { item: 12, timed: 10 }, { sketches })]).times("pairs", "added")];
    expect(new Map(all)).toEqual(
      new Map([
        [bucketOf(8), 3],
        [bucketOf(0), 7],
      ]),
    );
  });
});
