import { expect, it } from "vitest";
import type { Archive } from "../../src/account/index.ts";
import { sampleArchivedGroup as group, sampleDivergence, sampleItem, sampleRecord } from "../../src/account/sample.ts";
import type { ArchiveFixture } from "./archive.contract.ts";
import { batch, cell, comparedItems, divergent, everything, hour, minute, noon, showing } from "./archive-place.ts";

const day = 24 * hour;

/** Details that were given up, by what they were of. */
async function dropped(archive: Archive): Promise<Readonly<Record<string, number>>> {
  const counts = await archive.counts("sombra_details_dropped_total");
  return Object.fromEntries(counts.map(({ labels, value }) => [labels["detail"], value]));
}

/** Nothing grows without limit. */
export function archiveBounds(fixture: ArchiveFixture): void {
  const countsOf = async (archive = fixture.archive) =>
    (await archive.groups(everything)).groups.map(({ signature, count }) => [signature, count]);

  it("counts groups beyond the limit as one for each route, with the gravest of them", async () => {
    const archive = fixture.open({ limits: { groups: 2 } });
    const groups = ["1", "2", "3", "4"].map((signature) =>
      group({ signature, severity: "minor", path: `/${signature}` }),
    );
    await archive.apply(
      "one",
      batch(1, { groups, counts: [...comparedItems(3), ...comparedItems(1, "message.image")] }),
    );
    await archive.apply(
      "one",
      batch(2, { groups: [group({ signature: "5", severity: "major" }), group({ signature: "1" })] }),
    );
    await archive.apply("one", batch(3, { groups: [group({ signature: "6", route: "x" })] }));
    expect(await countsOf(archive)).toEqual(
      expect.arrayContaining([
        ["1", 2],
        ["2", 1],
        ["overflow:default", 3],
        ["overflow:x", 1],
      ]),
    );
    expect(await archive.group("overflow:default")).toMatchObject({
      severity: "major",
      item_kind: "other",
      path: "/",
      items: 4,
    });
    expect((await archive.groups(everything)).total).toBe(4);
  });

  it("keeps what the twin showed of so many signatures, and lets go of what was not seen for long", async () => {
    const archive = fixture.open({ limits: { groups: 2, groupMs: 10 * day } });
    const twin = (...signatures: readonly string[]) =>
      signatures.map((signature) => ({ signature, both: 1, candidateOnly: 0, twinOnly: 0 }));
    const kept = async () =>
      (await archive.twin("one")).signatures.map(({ signature, both }) => `${signature} ${both}`).toSorted();
    await archive.apply("one", batch(1, { twin: twin("a", "b", "c", "d") }));
    await archive.apply("one", batch(2, { at: noon + 5 * day, twin: twin("a", "d") }));
    expect(await kept()).toEqual(["a 2", "b 1"]);
    expect(await dropped(archive)).toEqual({ twin: 3 });
    fixture.pass(11 * day);
    await archive.expire();
    expect(await kept()).toEqual(["a 2"]);
    await archive.apply("one", batch(3, { at: noon + 11 * day, twin: twin("d") }));
    expect(await kept()).toEqual(["a 2", "d 1"]);
  });

  it("keeps so many exchanges in all, and so many bytes of them; the oldest go first", async () => {
    const archive = fixture.open({ limits: { exchanges: 3 } });
    for (let at = 1; at <= 5; at += 1) await archive.apply("one", showing(at, [divergent(`e${at}`)], String(at)));
    const kept = async (of = archive): Promise<string> => {
      const found = await Promise.all(["e1", "e2", "e3", "e4", "e5"].map((id) => of.exchange(id)));
      return found.map((record) => record?.exchange ?? "-").join(" ");
    };
    expect(await kept()).toBe("- - e3 e4 e5");
    expect((await archive.group("1"))?.examples).toEqual([]);
    const bytes = Buffer.byteLength(JSON.stringify(divergent("e5")));
    const narrow = fixture.open({ limits: { exchangesBytes: 2 * bytes } });
    await narrow.apply("one", showing(6, [divergent("e1")], "6"));
    expect(await kept()).toBe("e1 - - - e5");
  });

  it("cuts the divergences of an exchange that is too long, and drops and counts one that does not fit even so", async () => {
    const divergences = Array.from({ length: 100 }, (_, at) => sampleDivergence({ path: `/body/${at}` }));
    const long = sampleRecord({ exchange: "long", receivedAt: noon, items: [sampleItem({ divergences })] });
    const endless = { ...long, exchange: "endless", items: Array.from({ length: 200 }, () => sampleItem()) };
    const archive = fixture.open({ limits: { exchangeBytes: 8_000 } });
    await archive.apply("one", showing(1, [long, endless]));
    expect((await archive.group("a"))?.examples).toEqual(["long"]);
    expect((await archive.exchange("long"))?.items[0]).toMatchObject({
      divergenceCount: 1,
      divergences: divergences.slice(0, 20),
    });
    expect(await archive.exchange("endless")).toBeNull();
    expect(await dropped(archive)).toEqual({ example: 1 });
  });

  it("tells shoppers apart up to a bound, and says where there may be more", async () => {
    const cells = ["aa", "bb", "cc", "dd"].map((shopper) => cell(shopper));
    const archive = fixture.open({ limits: { shoppers: 3, shoppersInAll: 5 } });
    await archive.apply(
      "one",
      batch(1, { groups: [group({ signature: "1", cells }), group({ signature: "2", cells: cells.slice(0, 2) })] }),
    );
    await archive.apply(
      "one",
      batch(2, {
        groups: [group({ signature: "3", cells }), group({ signature: "2", cells: [cell("aa", noon + hour)] })],
      }),
    );
    expect(await archive.group("1")).toMatchObject({ cells: 4, shoppers: 3, shoppers_at_least: true });
    expect(await archive.group("2")).toMatchObject({ cells: 3, shoppers: 2, shoppers_at_least: false });
    expect(await archive.group("3")).toMatchObject({ cells: 4, shoppers: 0, shoppers_at_least: true });
  });

  it("counts the shoppers of the last days, and knows again all of them once those beyond the bound are gone", async () => {
    let now = noon;
    const archive = fixture.open({ limits: { shoppers: 2 }, now: () => now });
    const seen = (seq: number, at: number, ...shoppers: readonly string[]) =>
      batch(seq, {
        at,
        groups: [group({ signature: "1", lastSeen: at, cells: shoppers.map((shopper) => cell(shopper, at)) })],
      });
    await archive.apply("one", seen(1, noon, "aa", "bb"));
    await archive.apply("one", seen(2, noon + day, "aa", "cc"));
    await archive.expire();
    expect(await archive.group("1")).toMatchObject({ shoppers: 2, shoppers_at_least: true });
    now = noon + 7 * day + hour;
    await archive.expire();
    // There were two of the last days, one of whom there was no room for.
    expect(await archive.group("1")).toMatchObject({ shoppers: 1, shoppers_at_least: true });
    await archive.apply("one", seen(3, now, "dd"));
    expect(await archive.group("1")).toMatchObject({ shoppers: 2, shoppers_at_least: true });
    now += day;
    await archive.expire();
    expect((await archive.groups(everything)).groups).toMatchObject([{ shoppers: 1, shoppers_at_least: false }]);
    expect(await archive.group("1")).toMatchObject({ cells: 5, shoppers: 1, shoppers_at_least: false });
  });

  it("tells so many cells apart in ten minutes, and counts what is beyond as dropped", async () => {
    const archive = fixture.open({ limits: { cells: 2 } });
    const shoppers = ["aa", "bb", "cc"];
    const later = noon + 10 * minute;
    await archive.apply(
      "one",
      batch(1, {
        groups: [group({ signature: "1", cells: [...shoppers.map((shopper) => cell(shopper)), cell("dd", later)] })],
        cells: shoppers.map((shopper) => ({ route: "default", cell: cell(shopper), gravity: 0 })),
      }),
    );
    expect(await archive.group("1")).toMatchObject({ cells: 3 });
    expect((await archive.ledger()).cells).toMatchObject({ compared: 2 });
    expect(await dropped(archive)).toEqual({ cell: 2 });
    // One that is known may still become worse.
    await archive.apply("one", batch(2, { cells: [{ route: "default", cell: cell("aa"), gravity: 3 }] }));
    expect((await archive.ledger()).cells).toMatchObject({ compared: 2, critical: 1 });
  });

  it("counts label sets beyond the limit under other", async () => {
    const archive = fixture.open({ limits: { counters: 2 } });
    const counts = ["a", "b", "c", "d"].map((detail) => ({
      name: "sombra_details_dropped_total",
      labels: { detail },
      delta: 1,
    }));
    await archive.apply("one", batch(1, { counts }));
    expect(await dropped(archive)).toEqual({ a: 1, b: 1, other: 2 });
  });

  it("shows the trend of two days", async () => {
    const { archive } = fixture;
    const first = noon / hour;
    const found = (at: number) => group({ hours: [[at, 1]], lastSeen: at * hour });
    for (let at = 0; at < 60; at += 1) await archive.apply("one", batch(at + 1, { groups: [found(first + at)] }));
    const trend = (await archive.group("00000000000000aa"))?.trend ?? [];
    expect(trend).toHaveLength(48);
    expect(trend.at(-1)?.hour).toBe(new Date((first + 59) * hour).toISOString());
    expect(await countsOf()).toEqual([["00000000000000aa", 60]]);
  });

  it("lets go of exchanges and shoppers after the retention, and of groups long after; counts stay", async () => {
    const { archive, pass } = fixture;
    const seen = (seq: number, at: number, shopper: string) =>
      batch(seq, { at, groups: [group({ cells: [cell(shopper, at)], firstSeen: at, lastSeen: at })] });
    await archive.apply("one", { ...showing(1, [divergent("e1")]), counts: comparedItems(1) });
    await archive.apply("one", seen(2, noon, "aa"));
    pass(7 * day - hour);
    await archive.expire();
    expect(await archive.exchange("e1")).not.toBeNull();
    pass(2 * hour);
    await archive.expire();
    expect(await archive.exchange("e1")).toBeNull();
    expect(await archive.group("a")).toMatchObject({ count: 1, items: 1, examples: [] });
    expect((await fixture.place.raw()).includes("9f86d081884c7d65")).toBe(false);
    expect(await archive.group("00000000000000aa")).toMatchObject({ count: 1, cells: 1, shoppers: 0 });
    // Who comes back after the retention was nobody meanwhile.
    await archive.apply("one", seen(3, noon + 7 * day, "aa"));
    expect(await archive.group("00000000000000aa")).toMatchObject({ count: 2, shoppers: 1, shoppers_at_least: false });
    pass(89 * day);
    await archive.expire();
    expect(await countsOf()).toEqual([["00000000000000aa", 2]]);
    pass(2 * day);
    await archive.expire();
    expect(await countsOf()).toEqual([]);
  });

  it("tells the cells of ten minutes apart for hours, and forgets them then", async () => {
    const { archive, pass } = fixture;
    const again = (seq: number) =>
      batch(seq, {
        groups: [group({ cells: [cell("ab0123cd")] })],
        cells: [{ route: "default", cell: cell("ab0123cd"), gravity: 1 as const }],
      });
    await archive.apply("one", again(1));
    pass(3 * hour);
    await archive.expire();
    await archive.apply("one", again(2));
    expect((await archive.ledger()).cells).toMatchObject({ compared: 1, minor: 1 });
    pass(8 * day);
    await archive.expire();
    expect((await archive.ledger()).cells).toMatchObject({ compared: 1, minor: 1 });
    expect((await fixture.place.raw()).includes("ab0123cd")).toBe(false);
  });
}
