import { describe, expect, it } from "vitest";
import { cellOf } from "./cell.ts";
import { bearsNone, without } from "./erase.ts";
import { sampleDivergence, sampleItem, sampleRecord } from "./sample.ts";
import { createTally, type TallyOptions } from "./tally.ts";

const noon = Date.parse("2026-01-02T12:00:00.000Z");
const slot = noon / 600_000;

function tallyWith(options: Partial<TallyOptions> = {}) {
  const tally = createTally(() => 0, options);
  const compared = (shopper: string | null, divergences = [sampleDivergence()], at = noon): void => {
    const cell = shopper === null ? null : cellOf(at, shopper);
    tally.compared("e1", { route: "default", itemKind: "message.text", at, cell }, divergences);
  };
  return { tally, compared, drain: () => tally.drainArchive(noon, {}) };
}

describe("what a tally has for the archive", () => {
  it("adds up until it is drawn off, whatever the control thread drew off meanwhile", () => {
    const { tally, compared, drain } = tallyWith();
    const match = tally.counter("sombra_items_total", { route: "default", state: "compared", substate: "match" });
    match.add(2);
    tally.counter("sombra_rule_hidden_total", { rule: "a" }).add();
    tally.counter("sombra_passed_total", { route: "default" }).add();
    compared("aa");
    tally.drain(noon, { pending: {}, gauges: [] });
    match.add();
    compared("aa");
    const batch = drain();
    expect(batch).toMatchObject({ seq: 1, at: noon, pending: {}, more: false, groups: [{ count: 2, items: 2 }] });
    expect(batch.counts.map(({ name, delta }) => [name, delta])).toEqual([
      ["sombra_items_total", 3],
      ["sombra_rule_hidden_total", 1],
      ["divergence_count", 2],
    ]);
    expect(drain()).toMatchObject({ seq: 2, counts: [], groups: [], cells: [] });
    match.add();
    expect(drain().counts).toMatchObject([{ delta: 1 }]);
  });

  it("has what the twin showed, whatever the control thread drew off meanwhile, some at a time", () => {
    const { tally, drain } = tallyWith();
    tally.twinned("a", "both");
    tally.drain(noon, { pending: {}, gauges: [] });
    tally.twinned("a", "twinOnly");
    for (let i = 0; i < 1_000; i += 1) tally.twinned(`b${i}`, "candidateOnly");
    const { twin, more } = drain();
    expect([twin[0], twin.length, more]).toEqual([
      { signature: "a", both: 1, candidateOnly: 0, twinOnly: 1 },
      1_000,
      true,
    ]);
    expect(drain()).toMatchObject({ twin: [{ signature: "b999", candidateOnly: 1 }], more: false });
  });

  it("has each cell once, of a route with the gravest that was found in it", () => {
    const { compared, drain } = tallyWith();
    compared("aa", []);
    compared("aa", [sampleDivergence({ severity: "minor" }), sampleDivergence({ severity: "major" })]);
    compared("aa", [sampleDivergence({ severity: "noise" })]);
    compared("bb", []);
    compared("aa", [], noon + 600_000);
    const { cells, groups } = drain();
    expect(cells).toEqual([
      { route: "default", cell: `${slot}:aa`, gravity: 2 },
      { route: "default", cell: `${slot}:bb`, gravity: 0 },
      { route: "default", cell: `${slot + 1}:aa`, gravity: 0 },
    ]);
    expect(groups).toMatchObject([
      { count: 3, noise: 1, items: 1, severity: "major", cells: [`${slot}:aa`], alone: 0 },
    ]);
  });

  it("tells of a cell again only where it is graver, or other ten minutes begin", () => {
    const { compared, drain } = tallyWith();
    const minor = [sampleDivergence({ severity: "minor" })];
    compared("aa", minor);
    drain();
    compared("aa", minor);
    compared("aa", []);
    expect(drain()).toMatchObject({ cells: [], groups: [{ count: 1, items: 1, cells: [] }] });
    compared("aa");
    expect(drain()).toMatchObject({ cells: [{ cell: `${slot}:aa`, gravity: 3 }], groups: [{ items: 1, cells: [] }] });
    compared("aa", minor, noon + 600_000);
    const later = `${slot + 1}:aa`;
    expect(drain()).toMatchObject({ cells: [{ cell: later, gravity: 1 }], groups: [{ cells: [later] }] });
  });

  it("tells of whoever was forgotten as of somebody new", () => {
    const { tally, compared, drain } = tallyWith();
    compared("aa");
    compared("bb");
    drain();
    tally.forget(["aa"]);
    compared("aa");
    compared("bb");
    const cell = `${slot}:aa`;
    expect(drain()).toMatchObject({ cells: [{ cell }], groups: [{ cells: [cell] }] });
  });

  it("tells of cells more than once beyond those that it remembers", () => {
    const { compared, drain } = tallyWith({ cells: 1 });
    compared("aa");
    drain();
    compared("bb");
    drain();
    compared("aa");
    expect(drain().cells).toEqual([]);
    compared("bb");
    expect(drain().cells).toMatchObject([{ cell: `${slot}:bb` }]);
  });

  it("counts noise apart: nothing else of it is known where something counts", () => {
    const { tally, compared, drain } = tallyWith();
    const noise = [sampleDivergence({ severity: "noise", noise: { by: "rule", rule: "r" } })];
    compared("aa", noise, noon - 600_000);
    compared(null, noise, noon + 600_000);
    const seen = { firstSeen: noon - 600_000, lastSeen: noon + 600_000, examples: ["e1"] };
    const nobody = { items: 0, hours: [], cells: [], alone: 0 };
    expect(drain().groups).toMatchObject([{ severity: "noise", count: 2, noise: 2, ...seen, ...nobody }]);
    compared("aa", noise, noon - 600_000);
    const subject = { route: "default", itemKind: "message.text", at: noon, cell: cellOf(noon, "bb") };
    tally.compared("e2", subject, [sampleDivergence()]);
    compared("cc", noise, noon + 600_000);
    expect(drain().groups).toMatchObject([
      {
        severity: "critical",
        count: 3,
        noise: 2,
        items: 1,
        firstSeen: noon,
        lastSeen: noon,
        hours: [[noon / 3_600_000, 1]],
        cells: [`${slot}:bb`],
        examples: ["e2"],
      },
    ]);
  });

  it("takes each item of no known shopper for a cell of its own", () => {
    const { compared, drain } = tallyWith();
    compared(null, []);
    compared(null);
    compared(null);
    const { counts, cells, groups } = drain();
    expect(counts.filter(({ name }) => name === "cells")).toEqual([
      { name: "cells", labels: { route: "default", gravity: "all" }, delta: 3 },
      { name: "cells", labels: { route: "default", gravity: "critical" }, delta: 2 },
    ]);
    expect([cells, groups]).toMatchObject([[], [{ count: 2, cells: [], alone: 2 }]]);
  });

  it("comes in parts where there is much of it, and nothing is lost or comes twice", () => {
    const { compared, drain } = tallyWith();
    for (let n = 0; n < 5_000; n += 1) compared(`s${n}`, [sampleDivergence({ signature: `${n % 3}` })]);
    const batches = [drain()];
    while (batches.at(-1)?.more === true) batches.push(drain());
    expect(batches.length).toBeGreaterThan(2);
    for (const { cells, groups } of batches) {
      expect(cells.length).toBeLessThanOrEqual(2_000);
      expect(groups.reduce((sum, group) => sum + group.cells.length, 0)).toBeLessThanOrEqual(2_000);
    }
    expect(new Set(batches.flatMap(({ cells }) => cells.map(({ cell }) => cell))).size).toBe(5_000);
    expect(batches.flatMap(({ cells }) => cells)).toHaveLength(5_000);
    const groups = batches.flatMap((batch) => batch.groups);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(5_000);
    expect(groups.reduce((sum, { items }) => sum + items, 0)).toBe(5_000);
    expect(new Set(groups.flatMap(({ cells }) => cells)).size).toBe(5_000);
    expect(groups.flatMap(({ cells }) => cells)).toHaveLength(5_000);
  });

  it("takes a group whose cells alone are too many in parts, counted with the first", () => {
    const { compared, drain } = tallyWith();
    for (let n = 0; n < 4_500; n += 1) compared(`s${n}`);
    const parts = [drain(), drain(), drain()];
    expect(parts.map(({ groups }) => groups.map(({ count, cells }) => [count, cells.length]))).toEqual([
      [[4_500, 2_000]],
      [[0, 2_000]],
      [[0, 500]],
    ]);
    expect(parts.map(({ more }) => more)).toEqual([true, true, false]);
  });

  it("gives up cells beyond a limit, and counts them", () => {
    const { compared, drain } = tallyWith({ cells: 2 });
    for (const shopper of ["aa", "bb", "cc", "aa"]) compared(shopper);
    const { cells, groups, counts } = drain();
    expect([cells.length, groups[0]?.cells.length, groups[0]?.count]).toEqual([2, 2, 4]);
    expect(counts).toContainEqual({ name: "sombra_details_dropped_total", labels: { detail: "cell" }, delta: 2 });
    compared("cc");
    expect(drain().cells).toHaveLength(1);
  });

  it("keeps records with divergences, as they are to be kept, so many until they are drawn off", () => {
    const { tally, drain } = tallyWith({ records: 2 });
    const record = sampleRecord({ items: [sampleItem({ shopper: "447700900123" })] });
    const hashed = sampleRecord({ items: [sampleItem({ shopper: "aa" })] });
    tally.keep(record, hashed);
    tally.keep(sampleRecord({ items: [sampleItem({ divergences: [] })] }));
    tally.keep(record, hashed);
    tally.keep(record, hashed);
    const batch = drain();
    expect(batch.records).toEqual([hashed, hashed]);
    expect(batch.counts).toContainEqual({
      name: "sombra_details_dropped_total",
      labels: { detail: "example" },
      delta: 1,
    });
    expect(tally.drain(noon, { pending: {}, gauges: [] }).records).toHaveLength(4);
  });
});

describe("an exchange from which shoppers are erased", () => {
  const call = {
    side: "legacy",
    spanId: "s",
    startMs: 0,
    endMs: 1,
    latencyMs: 1,
    waitedMs: 0,
    status: 200,
    failure: null,
  } as const;

  it("keeps the items of others, and its calls point at them", () => {
    const items = ["aa00", "bb00", "cc00"].map((shopper) => sampleItem({ shopper }));
    const record = sampleRecord({
      items,
      calls: [
        { ...call, items: [0, 2] },
        { ...call, items: [1] },
      ],
    });
    expect(bearsNone(record, ["dd00"])).toBe(true);
    expect(bearsNone(record, ["dd00", "aa00"])).toBe(false);
    expect(without(record, ["aa00"])).toEqual({
      ...record,
      items: items.slice(1),
      calls: [
        { ...call, items: [1] },
        { ...call, items: [0] },
      ],
    });
    expect(without(record, ["aa00", "bb00", "cc00"])).toBeNull();
  });
});
