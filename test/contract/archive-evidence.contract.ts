import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  markSet,
  marks,
  slotMs,
  type Archive,
  type EvidenceDelta,
  type Mark,
  type MarkSet,
  type Stream,
} from "../../src/account/index.ts";
import { sampleEvidence, sampleStream } from "../../src/account/sample.ts";
import type { ArchiveFixture } from "./archive.contract.ts";
import { batch, cell, hour, minute, noon } from "./archive-place.ts";

const day = 24 * hour;
const item = markSet("item");
const failed = markSet("item", "candidate-failed");
const slot = noon / slotMs;

const cells = (sets: Readonly<Record<string, MarkSet>>, at = noon): EvidenceDelta["cells"] =>
  Object.entries(sets).map(([shopper, set]) => [cell(shopper, at), set] as const);

/** By mark, without those that are 0. */
const shown = (counts: readonly number[]): Partial<Record<Mark, number>> =>
  Object.fromEntries(marks.flatMap((mark, at) => ((counts[at] ?? 0) > 0 ? [[mark, counts[at]]] : [])));

/** What an archive knows of a scope's streams, slot by slot. */
async function known(archive: Archive, scope = "r.1") {
  return (await archive.evidence(scope)).map(({ slots, ...rest }) => ({
    ...rest,
    slots: slots.map(({ slot: of, raw, cells: joined }) => ({ slot: of, raw: shown(raw), cells: shown(joined) })),
  }));
}

/** Counts of cells, once each, over all instances. */
export function archiveEvidence(fixture: ArchiveFixture): void {
  it("knows nothing of a scope at first", async () => {
    expect(await fixture.archive.evidence("r.1")).toEqual([]);
  });

  it("counts a shopper's ten minutes once, by what all instances saw of them", async () => {
    const { archive } = fixture;
    const other = fixture.open();
    const one = sampleEvidence({ raw: [5, 1], alone: [2, 1], cells: cells({ aa: item, bb: failed, cc: item }) });
    const two = sampleEvidence({ raw: [3, 2], cells: cells({ aa: failed, bb: markSet("item", "legacy-failed") }) });
    expect(await archive.apply("one", batch(1, { evidence: [one] }))).toBe("applied");
    expect(await other.apply("two", batch(1, { at: noon - minute, evidence: [two] }))).toBe("applied");
    const expected = {
      stream: sampleStream(),
      firstSeen: noon - minute,
      slots: [
        {
          slot,
          raw: { item: 8, "candidate-failed": 3 },
          cells: { item: 5, "candidate-failed": 3, "legacy-failed": 1 },
        },
      ],
      sketches: {},
      shoppers: { count: 3, atLeast: false },
    };
    expect(await known(archive)).toEqual([expected]);
    expect(await known(other)).toEqual([expected]);
  });

  it("adds each batch of an instance once, whoever sends it again", async () => {
    const { archive } = fixture;
    const first = batch(3, {
      evidence: [sampleEvidence({ raw: [1], alone: [1], cells: cells({ aa: item }), sketches: { legacy: [[7, 1]] } })],
    });
    expect(await archive.apply("one", first)).toBe("applied");
    const before = await known(archive);
    expect(await archive.apply("one", first)).toBe("repeated");
    expect(await fixture.open().apply("one", { ...first, seq: 2 })).toBe("repeated");
    expect(await known(archive)).toEqual(before);
  });

  it("tells slots apart, and streams that differ in anything; other scopes are none of theirs", async () => {
    const { archive } = fixture;
    const streams: readonly Stream[] = [
      sampleStream(),
      sampleStream({ route: "x" }),
      sampleStream({ population: "held-out" }),
      sampleStream({ legacyVersion: "0.9" }),
      sampleStream({ candidateVersion: "" }),
      sampleStream({ rules: "bb" }),
      sampleStream({ scope: "r.2" }),
    ];
    const evidence = streams.flatMap((stream, at) => [
      sampleEvidence({ stream, raw: [at + 1], cells: cells({ aa: item }) }),
      sampleEvidence({ stream, slot: slot - 1, raw: [1], cells: cells({ aa: failed }, noon - slotMs) }),
    ]);
    await archive.apply("one", batch(1, { evidence }));
    const found = await known(archive);
    expect(found.map(({ stream }) => JSON.stringify(stream)).toSorted()).toEqual(
      streams
        .slice(0, -1)
        .map((stream) => JSON.stringify(stream))
        .toSorted(),
    );
    for (const { stream, slots, shoppers } of found) {
      const raw = streams.findIndex((one) => JSON.stringify(one) === JSON.stringify(stream)) + 1;
      expect(slots).toEqual([
        { slot: slot - 1, raw: { item: 1 }, cells: { item: 1, "candidate-failed": 1 } },
        { slot, raw: { item: raw }, cells: { item: 1 } },
      ]);
      expect(shoppers).toEqual({ count: 1, atLeast: false });
    }
    expect(await known(archive, "r.2")).toMatchObject([{ slots: [{ raw: { item: 1 } }, { raw: { item: 7 } }] }]);
  });

  it("adds sketches up, of all slots together", async () => {
    const { archive } = fixture;
    const of = (slotOf: number, sketches: EvidenceDelta["sketches"]) => sampleEvidence({ slot: slotOf, sketches });
    await archive.apply(
      "one",
      batch(1, {
        evidence: [
          of(slot, {
            legacy: [
              [-3, 1],
              [200, 2],
            ],
            added: [[1, 1]],
          }),
        ],
      }),
    );
    await archive.apply("two", batch(1, { evidence: [of(slot + 1, { legacy: [[200, 3]], candidate: [[9, 4]] })] }));
    expect(await known(archive)).toMatchObject([
      {
        sketches: {
          legacy: [
            [-3, 1],
            [200, 5],
          ],
          candidate: [[9, 4]],
          added: [[1, 1]],
        },
      },
    ]);
  });

  it("is exact whatever several instances send at once", async () => {
    const sent = fc.record({
      instance: fc.constantFrom("one", "two"),
      n: fc.integer({ min: 1, max: 5 }),
      slot: fc.constantFrom(slot, slot + 1),
      shoppers: fc.dictionary(
        fc.constantFrom("aa", "bb", "cc"),
        fc.integer({ min: 0, max: 2 ** (marks.length - 1) - 1 }),
      ),
      twice: fc.boolean(),
    });
    const all = fc.sample(fc.array(sent, { minLength: 50, maxLength: 50 }), { numRuns: 1, seed: 8 }).flat();
    const seqs = new Map<string, number>();
    const work = all.map((one) => {
      const seq = (seqs.get(one.instance) ?? 0) + 1;
      seqs.set(one.instance, seq);
      // Every item has the first mark.
      const sets = Object.fromEntries(Object.entries(one.shoppers).map(([shopper, set]) => [shopper, set * 2 + 1]));
      const evidence = [sampleEvidence({ slot: one.slot, raw: [one.n], cells: cells(sets, one.slot * slotMs) })];
      return { ...one, sets, delta: batch(seq, { evidence }) };
    });
    const each = ["one", "two"].map(async (name) => {
      const handle = fixture.open();
      for (const { instance, delta, twice } of work) {
        for (let time = 0; instance === name && time < (twice ? 2 : 1); time += 1) await handle.apply(instance, delta);
      }
    });
    await Promise.all(each);
    const expected = [slot, slot + 1].map((of) => {
      const here = work.filter((one) => one.slot === of);
      const joined = new Map<string, MarkSet>();
      for (const { sets } of here)
        for (const [shopper, set] of Object.entries(sets)) joined.set(shopper, (joined.get(shopper) ?? 0) | set);
      const counted = marks.map((_, at) => [...joined.values()].filter((set) => (set & (1 << at)) !== 0).length);
      return { slot: of, raw: { item: here.reduce((sum, { n }) => sum + n, 0) }, cells: shown(counted) };
    });
    expect(await known(fixture.archive)).toMatchObject([{ slots: expected }]);
  });

  it("tells shoppers of a stream apart up to a bound, and those of the last days alone", async () => {
    let now = noon;
    const archive = fixture.open({ limits: { streamShoppers: 2, streamShoppersInAll: 3 }, now: () => now });
    const seen = (seq: number, at: number, shoppers: readonly string[], stream = sampleStream()) =>
      batch(seq, {
        at,
        evidence: [
          sampleEvidence({
            stream,
            slot: Math.floor(at / slotMs),
            cells: shoppers.map((one) => [cell(one, at), item]),
          }),
        ],
      });
    await archive.apply("one", seen(1, noon, ["aa", "bb"]));
    await archive.apply("one", seen(2, noon + day, ["aa", "cc"]));
    await archive.apply("one", seen(3, noon, ["aa", "bb"], sampleStream({ route: "x" })));
    const shoppers = async () => (await archive.evidence("r.1")).map((one) => one.shoppers);
    expect(await shoppers()).toEqual(
      expect.arrayContaining([
        { count: 2, atLeast: true },
        { count: 1, atLeast: true },
      ]),
    );
    now = noon + 7 * day + hour;
    await archive.expire();
    expect(await shoppers()).toEqual(
      expect.arrayContaining([
        { count: 1, atLeast: true },
        { count: 0, atLeast: false },
      ]),
    );
    now = noon + 9 * day;
    await archive.expire();
    expect(await shoppers()).toEqual([
      { count: 0, atLeast: false },
      { count: 0, atLeast: false },
    ]);
    // What was counted of them stays.
    const kept = (await known(archive)).toSorted((one, other) => other.slots.length - one.slots.length);
    expect(kept).toMatchObject([{ slots: [{}, {}] }, { slots: [{ cells: { item: 2 } }] }]);
  });

  it("tells so many cells apart in ten minutes and so many streams in a scope, and counts the rest as dropped", async () => {
    const archive = fixture.open({ limits: { cells: 2, streams: 1 } });
    const full = sampleEvidence({ raw: [3], cells: cells({ aa: item, bb: item, cc: item }) });
    await archive.apply("one", batch(1, { evidence: [full] }));
    // One that is known may still become worse.
    await archive.apply("one", batch(2, { evidence: [sampleEvidence({ raw: [1], cells: cells({ aa: failed }) })] }));
    const beyond = sampleEvidence({ stream: sampleStream({ candidateVersion: "3" }), raw: [4] });
    const elsewhere = sampleEvidence({ stream: sampleStream({ scope: "r.2" }), raw: [5] });
    await archive.apply("one", batch(3, { evidence: [beyond, elsewhere] }));
    expect(await known(archive)).toMatchObject([
      { slots: [{ raw: { item: 4 }, cells: { item: 2, "candidate-failed": 1 } }], shoppers: { count: 2 } },
    ]);
    expect(await known(archive, "r.2")).toMatchObject([{ slots: [{ raw: { item: 5 } }] }]);
    const dropped = await archive.counts("sombra_details_dropped_total");
    expect(Object.fromEntries(dropped.map(({ labels, value }) => [labels["detail"], value]))).toEqual({
      cell: 1,
      evidence: 4,
    });
  });

  it("tells cells apart for hours, keeps their counts for months, and lets go of a scope as a whole", async () => {
    const { archive, pass } = fixture;
    const again = (seq: number) =>
      batch(seq, { evidence: [sampleEvidence({ raw: [1], cells: cells({ ab0123cd: item }) })] });
    await archive.apply("one", again(1));
    pass(3 * hour);
    await archive.expire();
    await archive.apply("one", again(2));
    expect(await known(archive)).toMatchObject([{ slots: [{ raw: { item: 2 }, cells: { item: 1 } }] }]);
    pass(8 * day);
    await archive.expire();
    expect((await fixture.place.raw()).includes("ab0123cd")).toBe(false);
    const later = sampleEvidence({ stream: sampleStream({ candidateVersion: "3" }), raw: [1] });
    await archive.apply("one", batch(3, { at: noon + 8 * day, evidence: [later] }));
    pass(89 * day);
    await archive.expire();
    expect(await known(archive)).toHaveLength(2);
    pass(2 * day);
    await archive.expire();
    expect(await known(archive)).toEqual([]);
    // What comes of it afterwards is something new.
    await archive.apply("one", batch(4, { evidence: [later] }));
    expect(await known(archive)).toMatchObject([{ slots: [{ raw: { item: 1 } }] }]);
  });

  it("takes a shopper out to the last byte, and leaves what was counted", async () => {
    const { archive } = fixture;
    const shopper = "0a1b2c3d4e5f6071";
    const evidence = [
      sampleEvidence({ raw: [2], cells: cells({ [shopper]: failed, aa: item }) }),
      sampleEvidence({ slot: slot + 1, raw: [1], cells: cells({ [shopper]: item }, noon + slotMs) }),
    ];
    await archive.apply("one", batch(1, { evidence }));
    const [before] = await known(archive);
    expect((await fixture.place.raw()).includes(shopper)).toBe(true);
    expect(await archive.erase([shopper])).toEqual({ exchanges: 0, cut: 0, marks: 3 });
    expect((await fixture.place.raw()).includes(shopper)).toBe(false);
    expect(await known(archive)).toEqual([{ ...before, shoppers: { count: 1, atLeast: false } }]);
  });

  it("leaves alone what a later version wrote of a scope", async () => {
    const { archive, place } = fixture;
    await archive.apply("one", batch(1, { evidence: [sampleEvidence()] }));
    await place.makeNewer();
    await expect(fixture.open().evidence("r.1")).rejects.toMatchObject({ fault: "newer" });
  });
}
