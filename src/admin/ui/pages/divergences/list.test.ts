import { describe, expect, it } from "vitest";
import { sampleNow } from "../../../../../test/support/admin-flags.ts";
import { startForTest } from "../../../sample.ts";
import { createReader, sampleDivergence, sampleItem, sampleRecord, tallyExchange } from "../../sample.ts";
import { filterOf, searchOf, wantedFolds, type ToldGroup } from "./filter.ts";
import { group } from "./sample.ts";
import { hourly } from "./spark.ts";

const filter = (query: Readonly<Record<string, string>>) => filterOf({ query: (name) => query[name] ?? "" });

describe("the list", () => {
  const paths = (groups: readonly ToldGroup[], query: Readonly<Record<string, string>> = {}) =>
    wantedFolds(groups, filter(query)).map(({ first }) => first.path);
  const mark = { reason: null, until: null, link: null, at: "", by: "", version: 1 };
  const groups = [
    group({ path: "/a", in_items: 9 }),
    group({ path: "/b", in_items: 1, first_seen: "2026-01-02T00:00:00.000Z", count: 50 }),
    group({ path: "/c", in_items: 1, last_seen: "2026-01-05T00:00:00.000Z" }),
    group({ path: "/d", severity: "critical", route: "other", where: "effect", item_kind: "echo" }),
    group({ path: "/noise", severity: "noise" }),
    group({ path: "/expected", triage: { state: "expected", marked: "expected", ...mark } }),
    group({ path: "/again", triage: { state: "reopened", marked: "fixed", ...mark }, severity: "major" }),
  ];

  it("has what is open first by severity, then by share, then by news; or as somebody asks", () => {
    expect(paths(groups)).toEqual(["/d", "/again", "/a", "/b", "/c"]);
    expect(paths(groups, { sort: "share" })[0]).toBe("/a");
    expect(paths(groups, { sort: "new" })[0]).toBe("/b");
    expect(paths(groups, { sort: "found" })[0]).toBe("/b");
    expect(paths(groups, { sort: "seen" })[0]).toBe("/c");
  });

  it("has what fits all that is asked for", () => {
    expect(paths(groups, { state: "noise" })).toEqual(["/noise"]);
    expect(paths(groups, { state: "expected" })).toEqual(["/expected"]);
    expect(paths(groups, { state: "all" })).toHaveLength(7);
    expect(paths(groups, { route: "other" })).toEqual(["/d"]);
    expect(paths(groups, { severity: "major" })).toEqual(["/again"]);
    expect(paths(groups, { where: "effect" })).toEqual(["/d"]);
    expect(paths(groups, { kind: "echo" })).toEqual(["/d"]);
    expect(paths(groups, { text: "AGA" })).toEqual(["/again"]);
    expect(paths(groups, { text: "AGA", severity: "minor" })).toEqual([]);
  });

  it("keeps in its address what was asked for, and nothing that is as usual", () => {
    expect(searchOf(filter({}))).toBe("");
    expect(searchOf(filter({ state: "nonsense", offset: "-1" }))).toBe("");
    expect(searchOf(filter({ text: "/a&b", state: "bug" }), { offset: 25 })).toBe("text=%2Fa%26b&state=bug&offset=25");
  });

  it("shows one row for what is alike in several kinds of items, and pages of 25", async () => {
    const admin = await startForTest();
    const items = Array.from({ length: 30 }, (_, at) =>
      sampleItem({
        kind: at % 2 === 0 ? "message.text" : "message.image",
        divergences: [
          {
            ...sampleDivergence,
            path: `/body/n${String.fromCodePoint(97 + (at >> 1))}`,
            signature: `${at}`.padStart(16, "0"),
          },
        ],
      }),
    );
    tallyExchange(admin.tally, sampleRecord({ items }));
    for (let at = 0; at < 20; at += 1) {
      const other = {
        ...sampleDivergence,
        path: `/headers/x${String.fromCodePoint(97 + at)}`,
        signature: `f${at}`.padEnd(16, "f"),
      };
      tallyExchange(admin.tally, sampleRecord({ exchange: `h${at}`, items: [sampleItem({ divergences: [other] })] }));
    }
    const reader = createReader(admin);
    const first = await reader.open("/divergences");
    expect(first.text.match(/<tr>/g)).toHaveLength(26);
    expect(await reader.words("/divergences")).toMatch(/35 divergences of 50 groups.*2 kinds of items.*1 to 25 of 35/);
    expect((await reader.open("/divergences?offset=25")).text.match(/<tr>/g)).toHaveLength(11);
    expect(await reader.words("/divergences?kind=message.image")).toContain("15 divergences");
  });
});

describe("a trend", () => {
  it("is counted by the hour, the present one last, what is older left out", () => {
    const at = (hoursAgo: number) => new Date(sampleNow - hoursAgo * 3_600_000).toISOString();
    const counts = hourly(
      [
        [
          { hour: at(50), count: 9 },
          { hour: at(47), count: 1 },
          { hour: at(0), count: 2 },
        ],
        [{ hour: at(0), count: 3 }],
      ],
      sampleNow,
    );
    expect(counts).toHaveLength(48);
    expect([counts[0], counts[47]]).toEqual([1, 5]);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(6);
  });
});
