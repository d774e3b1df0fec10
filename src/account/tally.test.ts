import { describe, expect, it } from "vitest";
import type { LoneCallRecord } from "../model/index.ts";
import { metrics } from "./metrics.ts";
import { sampleDivergence, sampleRecord } from "./sample.ts";
import { createTally, type TallyOptions } from "./tally.ts";

const nothing = { pending: {}, gauges: [] };
const subject = { route: "default", itemKind: "message.text", at: 1_000, cell: "0:aa" };

function tallyAt(options: Partial<TallyOptions> = {}) {
  let nowMs = 0;
  const tally = createTally(() => nowMs, options);
  return { tally, drain: () => tally.drain(5_000, nothing), pass: (ms: number) => void (nowMs += ms) };
}

function sampleCall(receivedAt: number): LoneCallRecord {
  const what = { upstream: "graph", method: "POST", path: null, server: null, kind: "send.text" };
  const came = { status: 200, disposition: "held", startMs: 0, endMs: 1, parentSpanId: "f".repeat(16) } as const;
  return { traceId: "b".repeat(32), receivedAt, call: { side: "candidate", ...what, ...came } };
}

describe("a tally", () => {
  it("draws off what grew since the last batch, numbered without gaps", () => {
    const { tally, drain } = tallyAt();
    const passed = tally.counter("sombra_passed_total", { route: "default" });
    passed.add();
    passed.add(2);
    expect(drain()).toMatchObject({
      seq: 1,
      at: 5_000,
      counts: [{ name: "sombra_passed_total", labels: { route: "default" }, delta: 3 }],
    });
    expect(drain()).toMatchObject({ seq: 2, counts: [] });
    passed.add();
    expect(drain()).toMatchObject({ seq: 3, counts: [{ delta: 1 }] });
  });

  it("counts the same labels as one series, whatever order they are written in", () => {
    const { tally, drain } = tallyAt();
    tally.counter("sombra_deliveries_total", { route: "default", mode: "shadow" }).add();
    tally.counter("sombra_deliveries_total", { mode: "shadow", route: "default" }).add();
    expect(drain().counts).toMatchObject([{ delta: 2 }]);
  });

  it("puts a value into the bucket of the first bound it does not exceed, and what exceeds all into the last", () => {
    const { tally, drain } = tallyAt();
    const latency = tally.histogram("latency_ms", { route: "default", side: "legacy" });
    for (const value of [0.1, 0.11, 30_000, 30_001, Number.NaN]) latency.record(value);
    const [delta] = drain().histograms;
    const { bounds } = metrics.latency_ms;
    expect(delta?.buckets).toHaveLength(bounds.length + 1);
    expect([delta?.buckets[0], delta?.buckets[1], delta?.buckets.at(-2), delta?.buckets.at(-1)]).toEqual([1, 1, 1, 1]);
    expect(delta).toMatchObject({ count: 4, sum: 0.1 + 0.11 + 30_000 + 30_001 });
    expect(drain().histograms).toEqual([]);
  });

  it("keeps negative added latency apart from positive", () => {
    const { tally, drain } = tallyAt();
    const added = tally.histogram("sombra_added_latency_ms", { route: "default" });
    added.record(-7);
    added.record(7);
    const { bounds } = metrics.sombra_added_latency_ms;
    const buckets = drain().histograms[0]?.buckets ?? [];
    expect(buckets.flatMap((n, i) => (n > 0 ? [bounds[i]] : []))).toEqual([-5, 10]);
  });

  it("counts label sets beyond the limit as one series named other", () => {
    const { tally, drain } = tallyAt({ series: 2 });
    for (const reason of ["a", "b", "c", "d"]) tally.counter("sombra_refused_total", { reason }).add();
    expect(drain().counts.map(({ labels, delta }) => [labels["reason"], delta])).toEqual([
      ["a", 1],
      ["b", 1],
      ["other", 2],
    ]);
  });

  it("hands over what is pending and the gauges as they are given", () => {
    const { tally } = tallyAt();
    const gauges = [{ name: "sombra_killed", labels: {}, value: 1 }];
    expect(tally.drain(1, { pending: { default: 4 }, gauges })).toMatchObject({ pending: { default: 4 }, gauges });
  });
});

describe("divergences in a tally", () => {
  it("add up by signature, under a path without indexes and hidden names", () => {
    const { tally, drain } = tallyAt();
    const path = "/body/contacts/12/{0123456789abcdef}/name";
    // Where there is no room for records nothing is hashed.
    const unhashed = "/body/contacts/12/{}/name";
    tally.compared("e1", { ...subject, at: 2_000 }, [sampleDivergence({ path })]);
    tally.compared("e1", { ...subject, at: 2_000 }, [sampleDivergence({ path })]);
    tally.compared("e2", { ...subject, at: 1_500 }, [sampleDivergence({ path })]);
    const { groups, counts } = drain();
    tally.compared("e3", { ...subject, at: 1_500 }, [sampleDivergence({ path: unhashed })]);
    expect(drain().groups[0]?.path).toBe("/body/contacts/*/{*}/name");
    expect(groups).toEqual([
      {
        signature: "00000000000000aa",
        route: "default",
        itemKind: "message.text",
        where: "answer",
        path: "/body/contacts/*/{*}/name",
        kind: "changed",
        change: "number",
        severity: "critical",
        count: 3,
        noise: 0,
        downstream: 0,
        items: 3,
        firstSeen: 1_500,
        lastSeen: 2_000,
        hours: [[0, 3]],
        examples: ["e1", "e2"],
      },
    ]);
    expect(counts).toEqual([
      { name: "divergence_count", labels: { route: "default", severity: "critical" }, delta: 3 },
    ]);
    expect(drain().groups).toEqual([]);
  });

  it("beyond the limit count as one group per route, with the gravest severity", () => {
    const { tally, drain } = tallyAt({ groups: 1 });
    const at = (route: string) => ({ ...subject, route });
    tally.compared("e1", at("a"), [sampleDivergence({ signature: "1" })]);
    tally.compared("e2", at("a"), [sampleDivergence({ signature: "2", severity: "minor" })]);
    tally.compared("e3", at("a"), [sampleDivergence({ signature: "3", severity: "major" })]);
    tally.compared("e4", at("b"), [sampleDivergence({ signature: "4" })]);
    expect(drain().groups.map((group) => [group.signature, group.path, group.severity, group.count])).toEqual([
      ["1", "/status", "critical", 1],
      ["overflow:a", "/", "major", 2],
      ["overflow:b", "/", "critical", 1],
    ]);
  });

  it("name at most five examples", () => {
    const { tally, drain } = tallyAt();
    for (let n = 1; n <= 9; n += 1) tally.compared(`e${n}`, subject, [sampleDivergence()]);
    expect(drain().groups[0]).toMatchObject({ count: 9, examples: ["e1", "e2", "e3", "e4", "e5"] });
  });
});

describe("details in a tally", () => {
  it("are admitted so many a second, and counted where they are not", () => {
    const { tally, drain, pass } = tallyAt({ ordinaryPerSecond: 2, notablePerSecond: 1 });
    const admitted = () =>
      (["ordinary", "ordinary", "ordinary", "notable", "notable"] as const).map((interest) => tally.admits(interest));
    expect(admitted()).toEqual([true, true, false, true, false]);
    const { recordsDropped, counts } = drain();
    expect(recordsDropped).toBe(2);
    expect(counts).toEqual([{ name: "sombra_details_dropped_total", labels: { detail: "record" }, delta: 2 }]);
    pass(500);
    expect(admitted()).toEqual([true, false, false, false, false]);
    pass(60_000);
    expect(admitted()).toEqual([true, true, false, true, false]);
  });

  it("are not admitted while too many wait to be drawn off", () => {
    const { tally, drain } = tallyAt({ records: 1 });
    expect(tally.admits("notable")).toBe(true);
    tally.keep(sampleRecord());
    expect(tally.admits("notable")).toBe(false);
    expect(drain().records).toEqual([sampleRecord()]);
    expect(tally.admits("notable")).toBe(true);
  });

  it("have calls that no record tells of among them, as many as there is room for", () => {
    const { tally, drain } = tallyAt({ records: 2 });
    for (const receivedAt of [1, 2, 3]) tally.keepCall(sampleCall(receivedAt));
    expect(drain()).toMatchObject({ calls: [sampleCall(1), sampleCall(2)], recordsDropped: 1 });
    expect(drain()).toMatchObject({ calls: [], recordsDropped: 0 });
  });
});
