import { describe, expect, it } from "vitest";
import { markSet, marks, type Mark, type Stream } from "./evidence.ts";
import { createTally, type TallyOptions } from "./tally.ts";

const noon = Date.parse("2026-01-02T12:00:00.000Z");
const minute = 60_000;
const slot = noon / (10 * minute);

const pairs: Stream = {
  scope: "r.1",
  route: "default",
  population: "pairs",
  legacyVersion: "1",
  candidateVersion: "2",
  rules: "aa",
};
const item = markSet("item");
const failed = markSet("item", "candidate-failed");

/** Counts by mark, without those that are 0. */
const shown = (counts: readonly number[]): Partial<Record<Mark, number>> =>
  Object.fromEntries(marks.flatMap((mark, at) => ((counts[at] ?? 0) > 0 ? [[mark, counts[at]]] : [])));

function tallyWith(options: Partial<TallyOptions> = {}) {
  const tally = createTally(() => 0, options);
  const own = () =>
    tally
      .drain(noon, { pending: {}, gauges: [] })
      .evidence.map(({ stream, raw, cells }) => [stream.population, shown(raw), shown(cells)]);
  const deltas = (at = noon) =>
    tally.drainArchive(at, {}).evidence.map(({ raw, alone, ...rest }) => {
      return { ...rest, raw: shown(raw), alone: shown(alone) };
    });
  const dropped = (): Readonly<Record<string, number>> =>
    Object.fromEntries(
      tally
        .drain(noon, { pending: {}, gauges: [] })
        .counts.flatMap(({ name, labels, delta }) =>
          name === "sombra_details_dropped_total" ? [[labels["detail"], delta]] : [],
        ),
    );
  return { tally, own, deltas, dropped };
}

describe("evidence in a tally", () => {
  it("counts a shopper's ten minutes once, by all marks of its items", () => {
    const { tally, own, deltas } = tallyWith();
    const stream = tally.evidence(pairs);
    stream.add(item, "aa", noon);
    stream.add(failed, "aa", noon + minute);
    stream.add(failed, "aa", noon + 2 * minute);
    stream.add(item, "bb", noon);
    stream.add(failed, "aa", noon + 10 * minute);
    expect(own()).toEqual([["pairs", { item: 5, "candidate-failed": 3 }, { item: 3, "candidate-failed": 2 }]]);
    expect(deltas()).toEqual([
      {
        stream: pairs,
        slot,
        raw: { item: 4, "candidate-failed": 2 },
        alone: {},
        cells: [
          [`${slot}:aa`, failed],
          [`${slot}:bb`, item],
        ],
        sketches: {},
      },
      {
        stream: pairs,
        slot: slot + 1,
        raw: { item: 1, "candidate-failed": 1 },
        alone: {},
        cells: [[`${slot + 1}:aa`, failed]],
        sketches: {},
      },
    ]);
    expect([own(), deltas()]).toEqual([[], []]);
  });

  it("tells the archive of a cell again only where it grew, and then everything", () => {
    const { tally, own, deltas } = tallyWith();
    const stream = tally.evidence(pairs);
    stream.add(item, "aa", noon);
    deltas();
    own();
    stream.add(item, "aa", noon);
    expect(deltas()).toMatchObject([{ raw: { item: 1 }, cells: [] }]);
    stream.add(markSet("item", "minor"), "aa", noon);
    expect(deltas()).toMatchObject([{ cells: [[`${slot}:aa`, markSet("item", "minor")]] }]);
    expect(own()).toEqual([["pairs", { item: 2, minor: 1 }, { minor: 1 }]]);
  });

  it("takes each item of no known shopper for a cell of its own", () => {
    const { tally, own, deltas } = tallyWith();
    tally.evidence(pairs).add(item, null, noon);
    tally.evidence(pairs).add(failed, null, noon);
    const both = { item: 2, "candidate-failed": 1 };
    expect(own()).toEqual([["pairs", both, both]]);
    expect(deltas()).toMatchObject([{ raw: both, alone: both, cells: [] }]);
  });

  it("keeps streams apart that differ in anything", () => {
    const { tally, deltas } = tallyWith();
    const others: readonly Stream[] = [
      { ...pairs, scope: "r.2" },
      { ...pairs, route: "x" },
      { ...pairs, population: "held-out" },
      { ...pairs, legacyVersion: "2" },
      { ...pairs, candidateVersion: "1" },
      { ...pairs, rules: "bb" },
    ];
    for (const stream of [pairs, ...others, { ...pairs }]) tally.evidence(stream).add(item, "aa", noon);
    expect(deltas().map(({ stream, raw }) => [stream, raw])).toEqual(
      [pairs, ...others].map((stream) => [stream, { item: stream === pairs ? 2 : 1 }]),
    );
  });

  it("has times in logarithmic buckets, once", () => {
    const { tally, deltas } = tallyWith();
    const stream = tally.evidence(pairs);
    for (const ms of [10, 10, 1_000]) {
      stream.add(item, "aa", noon);
      stream.took("legacy", ms);
    }
    stream.took("added", 5);
    const sketches = deltas()[0]?.sketches;
    expect(sketches?.legacy?.map(([, count]) => count)).toEqual([2, 1]);
    expect(sketches?.added?.map(([, count]) => count)).toEqual([1]);
    expect(sketches?.candidate).toBeUndefined();
    stream.add(item, "aa", noon);
    expect(deltas()).toMatchObject([{ sketches: {} }]);
  });

  it("hands over so much at a time, and nothing twice", () => {
    const { tally } = tallyWith();
    const stream = tally.evidence(pairs);
    const shoppers = Array.from({ length: 10_000 }, (_, n) => String(n));
    for (const shopper of shoppers) stream.add(failed, shopper, noon);
    const batches = [];
    do batches.push(tally.drainArchive(noon, {}));
    while (batches.at(-1)?.more === true);
    expect(batches.map(({ evidence }) => evidence.flatMap(({ cells }) => cells).length)).toEqual([4_000, 4_000, 2_000]);
    const drained = batches.flatMap(({ evidence }) => evidence);
    expect(new Set(drained.flatMap(({ cells }) => cells.map(([cell]) => cell))).size).toBe(10_000);
    expect(drained.reduce((sum, { raw }) => sum + (raw[0] ?? 0), 0)).toBe(10_000);
  });

  it("tells so many cells apart, counts those beyond as dropped, and has room again once their ten minutes are over", () => {
    const { tally, own, deltas, dropped } = tallyWith({ cells: 2 });
    const stream = tally.evidence(pairs);
    for (const shopper of ["aa", "bb", "cc"]) stream.add(item, shopper, noon);
    // One that is known may still become worse.
    stream.add(failed, "aa", noon);
    expect(dropped()).toEqual({ cell: 1 });
    expect(deltas()).toMatchObject([
      {
        raw: { item: 4 },
        cells: [
          [`${slot}:aa`, failed],
          [`${slot}:bb`, item],
        ],
      },
    ]);
    deltas(noon + 12 * minute);
    stream.add(item, "cc", noon + 12 * minute);
    expect(dropped()).toEqual({ cell: 1 });
    deltas(noon + 12 * minute + 1);
    stream.add(item, "cc", noon + 12 * minute);
    expect(dropped()).toEqual({});
    expect(own()).toEqual([]);
  });

  it("tells so many streams apart, counts items of those beyond as dropped, and has room once some are over", () => {
    const { tally, deltas, dropped } = tallyWith({ streams: 1 });
    tally.evidence(pairs).add(item, "aa", noon);
    tally.evidence({ ...pairs, scope: "r.2" }).add(item, "aa", noon);
    expect(dropped()).toEqual({ evidence: 1 });
    deltas();
    deltas(noon + 13 * minute);
    tally.evidence({ ...pairs, scope: "r.2" }).add(item, "aa", noon + 13 * minute);
    expect(deltas()).toMatchObject([{ stream: { scope: "r.2" }, raw: { item: 1 } }]);
    expect(dropped()).toEqual({});
  });

  it("goes on counting by what is held on to, whatever became of it meanwhile", () => {
    const { tally, deltas } = tallyWith({ streams: 1 });
    const held = tally.evidence(pairs);
    held.add(item, "aa", noon);
    tally.drain(noon, { pending: {}, gauges: [] });
    deltas();
    deltas(noon + 13 * minute);
    tally.evidence({ ...pairs, scope: "r.2" }).add(item, "aa", noon);
    held.add(item, "aa", noon + 13 * minute);
    expect(deltas().map(({ stream }) => stream.scope)).toEqual(["r.2", "r.1"]);
  });

  it("forgets shoppers, and what was counted of them stays", () => {
    const { tally, deltas } = tallyWith();
    const stream = tally.evidence(pairs);
    stream.add(item, "aa", noon);
    stream.add(item, "bb", noon);
    tally.forget(["aa"]);
    expect(deltas()).toMatchObject([{ raw: { item: 2 }, cells: [[`${slot}:bb`, item]] }]);
  });
});
