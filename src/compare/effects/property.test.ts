import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Divergence, DivergenceKind, Effect } from "../../model/index.ts";
import { matchEffects } from "./match.ts";
import { compare, complete, sampleEffect } from "./sample.ts";

const word = fc.constantFrom("a", "b", "ab", "abc");
const id = fc.constantFrom(null, "m1", "m2", "held1");

const some = { refersTo: id, succeeded: fc.boolean(), produced: fc.constantFrom([], ["m1"], ["held1"], ["7"]) };
const send = fc
  .record({
    ...some,
    kind: fc.constantFrom("send.text", "send.template"),
    recipient: fc.constantFrom("1", "2", null),
    phone: fc.constantFrom("1", "2", null),
    ids: fc.constantFrom([], ["7"], ["8"]),
    payload: fc.record({ text: fc.record({ body: word }), context: word }, { requiredKeys: ["text"] }),
  })
  .map((made) => sampleEffect({ ...made, operation: "send" }));
const mark = fc
  .record({ ...some, operation: fc.constantFrom("mark-read", "typing") })
  .map((made) => sampleEffect({ ...made, kind: made.operation, recipient: null, payload: { [made.operation]: 1 } }));
const others = fc
  .record({ operation: fc.constantFrom("media", "write", "event", "read"), target: word, payload: word })
  .map((made) => sampleEffect({ ...made, kind: made.operation, recipient: null }));

const effects = fc.array(fc.oneof({ arbitrary: send, weight: 3 }, mark, others), { maxLength: 8 });

const mirrored: Readonly<Partial<Record<DivergenceKind, DivergenceKind>>> = {
  added: "removed",
  removed: "added",
  missing: "extra",
  extra: "missing",
};

/** Everything but the place in a list, which is that of the side it is counted by. */
const inShort = ({ path, kind, severity, legacy, candidate }: Divergence): string =>
  JSON.stringify([path.replaceAll(/\/\d+/g, "/*"), kind, severity, legacy, candidate]);

const mirror = (divergence: Divergence): Divergence => ({
  ...divergence,
  kind: mirrored[divergence.kind] ?? divergence.kind,
  legacy: divergence.candidate,
  candidate: divergence.legacy,
});

const runs = { numRuns: 700 };

describe("effects of any kind", () => {
  it("are like themselves", () => {
    fc.assert(
      fc.property(effects, (list) => {
        expect(compare(list, structuredClone(list))).toEqual([]);
      }),
      runs,
    );
  });

  it("differ the other way round when the sides are swapped", () => {
    fc.assert(
      fc.property(effects, effects, (legacy, candidate) => {
        const there = compare(legacy, candidate).map(mirror).map(inShort).toSorted();
        expect(compare(candidate, legacy).map(inShort).toSorted()).toEqual(there);
      }),
      runs,
    );
  });

  it("are complete when nothing differs that counts, and only then", () => {
    fc.assert(
      fc.property(effects, effects, (legacy, candidate) => {
        expect(complete(legacy, candidate)).toBe(
          compare(legacy, candidate).every(({ severity }) => severity === "noise"),
        );
      }),
      runs,
    );
  });

  it("differ by one whatever is taken away, moved to somebody else or said otherwise", () => {
    // Other quotes, files and failures would make further differences.
    const plain = (effect: Effect): Effect => ({ ...effect, succeeded: true, refersTo: null, ids: [] });
    fc.assert(
      fc.property(effects, send, (list, planted) => {
        const before = list.map(plain);
        const one = plain(planted);
        const critical = (changed: readonly Effect[]) =>
          compare([...before, one], changed).filter(({ severity }) => severity === "critical").length;
        expect(critical(before)).toBeGreaterThan(0);
        expect(critical([...before, one, one])).toBeGreaterThan(0);
        expect(critical([...before, { ...one, recipient: "3" }])).toBeGreaterThan(0);
        expect(
          critical([...before, { ...one, payload: { text: { body: "else" } }, kind: "send.text" }]),
        ).toBeGreaterThan(0);
      }),
      runs,
    );
  });

  it("are each accounted for once", () => {
    fc.assert(
      fc.property(effects, effects, (legacy, candidate) => {
        const succeed = (list: readonly Effect[]) => list.map((effect) => ({ ...effect, succeeded: true }));
        const seen = (list: readonly Effect[]) => list.filter(({ operation }) => operation !== "read").length;
        const { pairs, missing, extra, duplicated } = matchEffects(succeed(legacy), succeed(candidate));
        const copies = (side: "legacy" | "candidate") =>
          duplicated.reduce((sum, each) => sum + each[side] - Math.min(each.legacy, each.candidate), 0);
        expect(pairs.length + missing.length + copies("legacy")).toBe(seen(legacy));
        expect(pairs.length + extra.length + copies("candidate")).toBe(seen(candidate));
      }),
      runs,
    );
  });
});
