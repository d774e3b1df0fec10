import * as fc from "fast-check";
import { expect, it } from "vitest";
import { sampleArchivedGroup as group } from "../../src/account/sample.ts";
import type { ArchiveFixture } from "./archive.contract.ts";
import {
  batch,
  cell,
  comparedItems,
  divergent,
  everything,
  hour,
  items,
  minute,
  noon,
  showing,
} from "./archive-place.ts";

/** Exact counts, once each, over all instances. */
export function archiveCounting(fixture: ArchiveFixture): void {
  it("is empty at first", async () => {
    const { archive, kind } = fixture;
    expect(await archive.ledger()).toEqual({
      source: kind,
      received: 0,
      skipped: { total: 0 },
      compared: { total: 0, match: 0, noise: 0, divergent: 0 },
      failed: { total: 0 },
      pending: 0,
      cells: { compared: 0, critical: 0, major: 0, minor: 0 },
    });
    expect(await archive.groups(everything)).toEqual({ source: kind, groups: [], total: 0 });
    expect([await archive.group("a"), await archive.exchange("e")]).toEqual([null, null]);
  });

  it("adds each batch of an instance once, whoever sends it again", async () => {
    const { archive } = fixture;
    const first = batch(1, { counts: items({ match: 3 }), groups: [group({ cells: [cell("aa")] })] });
    expect(await archive.apply("one", first)).toBe("applied");
    expect(await archive.apply("one", first)).toBe("repeated");
    expect(await fixture.open().apply("one", first)).toBe("repeated");
    expect(await archive.apply("one", batch(4, { counts: items({ match: 1 }) }))).toBe("applied");
    expect(await archive.apply("one", batch(3, { counts: items({ match: 1 }) }))).toBe("repeated");
    expect(await archive.apply("two", first)).toBe("applied");
    expect((await archive.ledger()).compared).toMatchObject({ total: 7, match: 7 });
    expect(await archive.group("00000000000000aa")).toMatchObject({ count: 2, cells: 1 });
  });

  it("is still there when it is opened again", async () => {
    await fixture.archive.apply("one", { ...showing(1, [divergent("e1")]), counts: items({ divergent: 1 }) });
    await fixture.archive.close();
    const again = fixture.open();
    expect((await again.ledger()).received).toBe(1);
    expect(await again.exchange("e1")).toEqual(divergent("e1"));
    expect(await again.apply("one", batch(1))).toBe("repeated");
  });

  it("has a ledger of all routes, or of one, with what running instances have pending", async () => {
    const { archive, pass } = fixture;
    const skipped = {
      name: "sombra_items_total",
      labels: { route: "x", state: "skipped", substate: "cut-over" },
      delta: 5,
    };
    await archive.apply(
      "one",
      batch(1, { counts: [...items({ match: 2, divergent: 1 }), skipped], pending: { default: 2 } }),
    );
    await archive.apply("two", batch(1, { counts: items({ noise: 1 }), pending: { default: 1, x: 4 } }));
    expect(await archive.ledger()).toMatchObject({
      received: 16,
      skipped: { total: 5, "cut-over": 5 },
      compared: { total: 4, match: 2, noise: 1, divergent: 1 },
      pending: 7,
    });
    expect(await archive.ledger("x")).toMatchObject({ received: 9, skipped: { total: 5 }, compared: { total: 0 } });
    // What the second one has pending went with it.
    pass(10_000);
    await archive.apply("one", batch(2, { at: noon + 10_000, pending: { default: 1 } }));
    expect((await archive.ledger()).pending).toBe(6);
    pass(6_000);
    expect(await archive.ledger()).toMatchObject({ received: 10, pending: 1 });
  });

  it("adds up what each rule hid, of all instances", async () => {
    const { archive } = fixture;
    const hid = (rule: string, delta: number) => ({ name: "sombra_rule_hidden_total", labels: { rule }, delta });
    expect(await archive.hiddenBy()).toEqual(new Map());
    await archive.apply("one", batch(1, { counts: [hid("a", 2), hid("b", 1), ...items({ noise: 1 })] }));
    await archive.apply("two", batch(1, { counts: [hid("a", 3)] }));
    expect(await archive.hiddenBy()).toEqual(
      new Map([
        ["a", 5],
        ["b", 1],
      ]),
    );
  });

  it("adds up what the twin showed, of all instances, and says which batch of one of them is in it", async () => {
    const { archive } = fixture;
    const twin = (signature: string, both: number, candidateOnly: number, twinOnly: number) => {
      return { signature, both, candidateOnly, twinOnly };
    };
    expect(await archive.twin("one")).toEqual({ seq: 0, signatures: [] });
    await archive.apply("one", batch(1, { twin: [twin("a", 2, 0, 1), twin("b", 0, 3, 0)] }));
    await archive.apply("one", batch(1, { twin: [twin("a", 2, 0, 1)] }));
    await archive.apply("one", batch(5, { twin: [twin("b", 0, 1, 0)] }));
    await archive.apply("two", batch(2, { twin: [twin("a", 1, 1, 1)] }));
    const { seq, signatures } = await fixture.open().twin("one");
    expect(seq).toBe(5);
    expect(new Set(signatures)).toEqual(new Set([twin("a", 3, 1, 2), twin("b", 0, 4, 0)]));
    expect((await archive.twin("two")).seq).toBe(2);
  });

  it("says of a group how often the twin shows it too", async () => {
    const { archive } = fixture;
    const twinned = (item_kind: string, delta: number) => {
      return { name: "sombra_items_twinned_total", labels: { route: "default", item_kind }, delta };
    };
    const groups = [group(), group({ signature: "b", itemKind: "message.image" })];
    await archive.apply("one", batch(1, { groups, counts: comparedItems(8) }));
    expect(await archive.group("00000000000000aa")).toMatchObject({ noise_rate: null, exceeds_noise: null });
    const seen = { signature: "00000000000000aa", both: 1, candidateOnly: 0, twinOnly: 1 };
    await archive.apply("one", batch(2, { counts: [twinned("message.text", 3)], twin: [seen] }));
    await archive.apply("two", batch(1, { counts: [twinned("message.text", 1), twinned("message.image", 1)] }));
    expect(await archive.group("00000000000000aa")).toMatchObject({ noise_rate: 0.5, exceeds_noise: false });
    expect(await archive.group("b")).toMatchObject({ noise_rate: 0, exceeds_noise: true });
  });

  it("adds up the divergences of a signature", async () => {
    const { archive } = fixture;
    const counts = [
      ...comparedItems(8),
      ...comparedItems(5, "message.image"),
      ...comparedItems(5, "message.text", "x"),
    ];
    const seen = { firstSeen: noon, lastSeen: noon + minute, hours: [[noon / hour, 3]] as const };
    const late = { firstSeen: noon - hour, lastSeen: noon - hour, hours: [[noon / hour - 1, 1]] as const };
    const first = group({ severity: "minor", count: 3, noise: 1, downstream: 1, items: 3, ...seen });
    await archive.apply("one", batch(1, { counts, groups: [first] }));
    await archive.apply("two", batch(1, { groups: [group({ severity: "critical", items: 1, ...late })] }));
    await archive.apply("two", batch(2, { groups: [group({ severity: "noise", noise: 1, items: 0, ...seen })] }));
    const expected = {
      signature: "00000000000000aa",
      route: "default",
      item_kind: "message.text",
      where: "answer",
      path: "/status",
      kind: "changed",
      change: "number",
      severity: "critical",
      count: 5,
      noise: 2,
      downstream: 1,
      cells: 0,
      shoppers: 0,
      shoppers_at_least: false,
      items: 8,
      noise_rate: null,
      exceeds_noise: null,
      suggestion: null,
      in_items: 4,
      share: 0.5,
      first_seen: "2026-01-02T11:00:00.000Z",
      last_seen: "2026-01-02T12:01:00.000Z",
      trend: [
        { hour: "2026-01-02T11:00:00.000Z", count: 1 },
        { hour: "2026-01-02T12:00:00.000Z", count: 6 },
      ],
      examples: [],
    };
    expect(await archive.group("00000000000000aa")).toEqual(expected);
    expect((await archive.groups(everything)).groups).toEqual([expected]);
  });

  it("learns of noise nothing of a group that counts but how much there is", async () => {
    const { archive } = fixture;
    const noise = (at: number, examples: readonly string[] = []) =>
      group({ severity: "noise", noise: 1, items: 0, firstSeen: at, lastSeen: at, examples });
    const found = () => archive.group("00000000000000aa");
    await archive.apply("one", batch(1, { groups: [noise(noon)] }));
    await archive.apply("two", batch(1, { groups: [noise(noon + minute)] }));
    const seen = (from: string, to: string) => ({
      first_seen: `2026-01-02T${from}:00.000Z`,
      last_seen: `2026-01-02T${to}:00.000Z`,
    });
    expect(await found()).toMatchObject({ severity: "noise", count: 2, noise: 2, ...seen("12:00", "12:01") });
    const counting = group({ severity: "minor", firstSeen: noon - minute, lastSeen: noon - minute });
    await archive.apply("one", batch(2, { groups: [counting] }));
    expect(await found()).toMatchObject({ severity: "minor", count: 3, noise: 2, ...seen("11:59", "11:59") });
    const records = [divergent("e1")];
    await archive.apply("one", batch(3, { groups: [noise(noon + hour, ["e1"]), noise(noon - hour)], records }));
    const counts = { severity: "minor", count: 5, noise: 4, in_items: 1, examples: [] };
    expect(await found()).toMatchObject({ ...counts, ...seen("11:59", "11:59") });
  });

  it("counts a cell and a shopper of a group once, whichever instances saw them", async () => {
    const { archive } = fixture;
    const found = (cells: readonly string[], alone = 0) => ({ groups: [group({ cells, alone })] });
    await archive.apply("one", batch(1, found([cell("aa"), cell("bb")])));
    await archive.apply("two", batch(1, found([cell("aa"), cell("aa", noon + 10 * minute), cell("cc")], 2)));
    await archive.apply("two", batch(2, found([cell("aa", noon + 9 * minute)])));
    // Of no known shopper: cells, but nobody to be counted.
    expect(await archive.group("00000000000000aa")).toMatchObject({ cells: 6, shoppers: 3, shoppers_at_least: false });
  });

  it("counts each cell of a route once, by the gravest that was found in it, whichever instance found it", async () => {
    const { archive } = fixture;
    const of = (gravity: 0 | 1 | 2 | 3, shopper: string, route = "default") => ({
      route,
      cell: cell(shopper),
      gravity,
    });
    await archive.apply("one", batch(1, { cells: [of(0, "aa"), of(1, "bb"), of(3, "cc"), of(2, "aa", "x")] }));
    expect((await archive.ledger()).cells).toEqual({ compared: 4, critical: 1, major: 1, minor: 1 });
    await archive.apply("two", batch(1, { cells: [of(0, "cc"), of(2, "bb"), of(1, "aa"), of(0, "dd")] }));
    expect((await archive.ledger()).cells).toEqual({ compared: 5, critical: 1, major: 2, minor: 1 });
    expect((await archive.ledger("default")).cells).toEqual({ compared: 4, critical: 1, major: 1, minor: 1 });
    // What has no shopper has been counted where it was seen.
    const alone = { name: "cells", labels: { route: "default", gravity: "all" }, delta: 2 };
    await archive.apply("two", batch(2, { counts: [alone] }));
    expect((await archive.ledger("default")).cells).toMatchObject({ compared: 6 });
  });

  it("lists groups gravest first, then by count, filtered and page by page", async () => {
    const { archive, kind } = fixture;
    const groups = [
      group({ signature: "1", severity: "minor", count: 9 }),
      group({ signature: "2", severity: "critical", lastSeen: 5_000 }),
      group({ signature: "3", severity: "critical", count: 2, where: "effect" }),
      group({ signature: "4", severity: "noise", count: 99, route: "x" }),
      group({ signature: "5", severity: "critical", count: 2 }),
    ];
    await archive.apply("one", batch(1, { groups }));
    const found = async (query: object) => {
      const page = await archive.groups({ ...everything, ...query });
      expect(page.source).toBe(kind);
      return [page.groups.map(({ signature }) => signature).join(""), page.total];
    };
    expect(await found({})).toEqual(["35214", 5]);
    expect(await found({ limit: 2 })).toEqual(["35", 5]);
    expect(await found({ limit: 2, offset: 3 })).toEqual(["14", 5]);
    expect(await found({ severity: "critical" })).toEqual(["352", 3]);
    expect(await found({ severity: "critical", where: "effect" })).toEqual(["3", 1]);
    expect(await found({ route: "x" })).toEqual(["4", 1]);
    expect(await found({ since: 5_000 })).toEqual(["2", 1]);
  });

  it("keeps the exchanges that groups show, the first one and the newest", async () => {
    const { archive } = fixture;
    const ids = Array.from({ length: 25 }, (_, at) => `e${at}`);
    for (const [at, id] of ids.entries()) await archive.apply("one", showing(at + 1, [divergent(id)]));
    expect((await archive.group("a"))?.examples).toEqual(["e0", ...ids.slice(6)]);
    expect(await archive.exchange("e24")).toEqual(divergent("e24"));
    expect([await archive.exchange("e1"), await archive.exchange("e5")]).toEqual([null, null]);
    // One that two groups show goes with the last of them.
    await archive.apply("two", showing(1, [divergent("e0")], "b"));
    expect((await archive.group("b"))?.examples).toEqual(["e0"]);
    // Of what is not here nothing is shown, nor kept what nobody shows.
    await archive.apply(
      "two",
      batch(2, { groups: [group({ signature: "b", examples: ["gone"] })], records: [divergent("unshown")] }),
    );
    expect((await archive.group("b"))?.examples).toEqual(["e0"]);
    expect(await archive.exchange("unshown")).toBeNull();
  });

  it("is exact whatever several instances send at once", async () => {
    const shoppers = ["aa", "bb", "cc"];
    const sent = fc.record({
      instance: fc.constantFrom("one", "two", "three"),
      n: fc.integer({ min: 1, max: 5 }),
      signature: fc.constantFrom("s", "t"),
      cells: fc.subarray(shoppers),
      gravity: fc.constantFrom(0, 1, 2, 3),
      twice: fc.boolean(),
    });
    const sentAll = fc.sample(fc.array(sent, { minLength: 60, maxLength: 60 }), { numRuns: 1, seed: 7 }).flat();
    const handles = new Map(["one", "two", "three"].map((name) => [name, fixture.open()]));
    const seqs = new Map<string, number>();
    const work = sentAll.map(({ instance, n, signature, cells, gravity, twice }) => {
      const seq = (seqs.get(instance) ?? 0) + 1;
      seqs.set(instance, seq);
      const delta = batch(seq, {
        counts: items({ match: n }),
        groups: [group({ signature, count: n, cells: cells.map((shopper) => cell(shopper)) })],
        cells: cells.map((shopper) => ({ route: "default", cell: cell(shopper), gravity })),
      });
      return { instance, delta, times: twice ? 2 : 1 };
    });
    const each = [...handles].map(async ([name, handle]) => {
      for (const { instance, delta, times } of work) {
        for (let time = 0; instance === name && time < times; time += 1) await handle.apply(instance, delta);
      }
    });
    await Promise.all(each);
    const sum = (of: typeof sentAll): number => of.reduce((total, { n }) => total + n, 0);
    expect((await fixture.archive.ledger()).received).toBe(sum(sentAll));
    for (const signature of ["s", "t"]) {
      const of = sentAll.filter((one) => one.signature === signature);
      const distinct = new Set(of.flatMap(({ cells }) => cells)).size;
      expect(await fixture.archive.group(signature)).toMatchObject({
        count: sum(of),
        cells: distinct,
        shoppers: distinct,
      });
    }
    const gravest = shoppers.map((shopper) =>
      Math.max(-1, ...sentAll.filter(({ cells }) => cells.includes(shopper)).map(({ gravity }) => gravity)),
    );
    const counted = (gravity: number): number => gravest.filter((one) => one === gravity).length;
    expect((await fixture.archive.ledger()).cells).toEqual({
      compared: gravest.filter((one) => one >= 0).length,
      critical: counted(3),
      major: counted(2),
      minor: counted(1),
    });
  });
}
