import { describe, expect, test } from "vitest";
import { createTally, type Batch } from "../../../account/index.ts";
import { compareOutcomes, createKeyedHash, keepingOf, noRules } from "../../../compare/index.ts";
import { createSnapshot } from "../../../flags/index.ts";
import { Following } from "../../../mirror/following.ts";
import type { Mirrored } from "../../../mirror/mirrored.ts";
import type { Mode, Outcome, Side, ValuesKept } from "../../../model/index.ts";
import type { AnswerReport, AskedSide, Delivery, Errand, Judgement } from "../../../proxy/index.ts";
import { load } from "../../config/sample.ts";
import { createAccounts } from "./accounts.ts";
import { routeOf } from "../data/routes.ts";

const shopper = "447700900123";
const [config] = load({
  SOMBRA_LEGACY_URL: "http://legacy.test",
  SOMBRA_CANDIDATE_URL: "http://candidate.test",
}).routes;
if (config === undefined) throw new Error("There is always a route");
const delivery: Delivery = {
  exchange: "a".repeat(24),
  route: routeOf(config, { legacy: [], candidate: [] }),
  head: { method: "POST", target: "/", rawHeaders: [] },
  makesItems: true,
  chunked: false,
  receivedMs: 1_000,
  receivedAt: 1_790_000_000_000,
  trace: { traceId: "b".repeat(32), spanId: "c".repeat(16), parentSpanId: null, tracestate: null, sampled: false },
  snapshot: createSnapshot({ version: 3, killed: false, source: "code", forceOff: [], flags: [], routes: [] }),
};
const flags = (value: boolean) => [{ flag: "E", value, reason: "percent" }];
const item = { id: "wamid.1", kind: "message.text", shopper, person: shopper, phone: null, about: null };
const errandOf = (side: "legacy" | "candidate", mode: Mode, items: readonly number[] = [0]): Errand => ({
  side,
  mode,
  items,
  flags: [],
  body: null,
  headers: null,
});
/** So many items of one shopper. */
const judgementOf = (mode: Mode, count = 1): Judgement => {
  const all = Array.from({ length: count }, (_, i) => i);
  return {
    items: all.map(() => ({
      item,
      mode,
      reason: "percent",
      flags: flags(mode !== "legacy"),
      skip: mode === "legacy" ? "not-enabled" : null,
      unreversed: "cut-over",
      story: null,
    })),
    answering: [errandOf(mode === "cutover" ? "candidate" : "legacy", mode, all)],
    twins: [],
    mirrored: mode === "legacy" || mode === "cutover" ? [] : [errandOf("candidate", mode, all)],
    sighting: null,
  };
};

const answered = (status: number, latencyMs: number, more: { body?: string; waitedMs?: number } = {}): Outcome => ({
  kind: "answered",
  answer: { status, rawHeaders: ["Content-Type", "application/json"], body: Buffer.from(more.body ?? "{}") },
  latencyMs,
  waitedMs: more.waitedMs ?? 0,
});
const refused: Outcome = { kind: "failed", failure: "refused", latencyMs: 1, waitedMs: 0 };

const asked = (side: "legacy" | "candidate", outcome: Outcome, errand: Errand | null = null): AskedSide => ({
  side,
  errand,
  spanId: "d".repeat(16),
  startMs: 1_001,
  endMs: 1_001 + outcome.latencyMs,
  outcome,
});
const reportOf = (answeredBy: Side | "sombra", ...parts: readonly AskedSide[]): AnswerReport => ({
  answeredBy,
  status: 200,
  doneMs: 1_020,
  overheadMs: 0.5,
  asked: parts,
  release: () => undefined,
});

/** Accounts with a tally of their own, and what it counted: series as in `/metrics`, histograms as count and sum. */
function accountsOf(plainShoppers = false) {
  const tally = createTally(() => 2_000);
  const { mirror: accounts } = createAccounts({
    tally,
    hash: createKeyedHash("key"),
    plainShoppers,
    traced: false,
    clock: () => 2_000,
    rulesHash: () => "",
  });
  return { accounts, drain: () => shown(tally.drain(0, { pending: {}, gauges: [] })) };
}
function shown({ counts, histograms, groups, records }: Batch) {
  const nameOf = ({ name, labels }: { name: string; labels: Readonly<Record<string, string>> }): string =>
    `${name}{${Object.values(labels).join(",")}}`;
  return {
    counts: Object.fromEntries(counts.map((count) => [nameOf(count), count.delta])),
    histograms: Object.fromEntries(histograms.map((one) => [nameOf(one), [one.count, one.sum]])),
    groups,
    records,
  };
}

const place = { waitedMs: 0, uncertain: false, leave: () => undefined };

/** One delivery followed to its end; what the sides did, in words of the shadow side. */
function follow(
  mode: Mode,
  {
    report,
    candidate,
    items,
  }: { readonly report: AnswerReport; readonly candidate?: Outcome; readonly items?: number },
  plainShoppers = false,
) {
  const calls: Mirrored[] = [];
  const { accounts, drain } = accountsOf(plainShoppers);
  const following = new Following(delivery, {
    judge: () => judgementOf(mode, items),
    quiet: () => false,
    arrive: () => ({
      enter(_, ready) {
        ready(place);
        return place;
      },
      close: () => undefined,
    }),
    arriveTwin: () => null,
    callTwin: () => undefined,
    compareTwin: () => null,
    missedTwin: () => undefined,
    counted: () => undefined,
    fellBack: () => undefined,
    clock: () => 2_000,
    call: (_, mirrored) => void calls.push(mirrored),
    compare(of, mirrored, pair) {
      const subject = { route: "default", itemKind: "message.text", rules: { headers: [] }, scope: "whole" } as const;
      const verdict = compareOutcomes({ ...subject, ...pair }, { hash: createKeyedHash("key"), rules: noRules, at: 0 });
      const failed = pair.candidate.kind === "failed" ? pair.candidate.failure : null;
      const substate = verdict.kind === "divergent" ? "divergent" : "match";
      const state =
        failed === null ? ({ state: "compared", substate } as const) : ({ state: "failed", substate: failed } as const);
      of.compared(mirrored, { state, verdict, compareMs: 0.1 });
    },
    close: (of, settled) => accounts.settled(of, settled, []),
    fault: (operation, error) => {
      throw new Error(`Fault in ${operation}`, { cause: error });
    },
  });
  following.received(Buffer.from("{}"), null);
  following.answered(report);
  for (const mirrored of calls) {
    if (candidate === undefined) continue;
    mirrored.spanId = "e".repeat(16);
    following.called(mirrored, { outcome: candidate, startMs: 1_002, endMs: 1_030, release: () => undefined });
  }
  return drain();
}

describe("an item is accounted for", () => {
  test("in dual-run: its state, both sides, what the candidate adds and what we add", () => {
    const { counts, histograms, records, groups } = follow("dual-run", {
      report: reportOf("legacy", asked("legacy", answered(200, 10))),
      candidate: answered(500, 13),
    });
    expect(counts).toEqual({
      "sombra_deliveries_total{default,dual-run}": 1,
      "sombra_items_total{default,compared,divergent}": 1,
      "sombra_items_compared_total{default,message.text}": 1,
      "sombra_answers_total{default,legacy,2xx}": 1,
      "sombra_answers_total{default,candidate,5xx}": 1,
      "sombra_flag_decisions_total{E,percent,true}": 1,
      "divergence_count{default,critical}": 1,
    });
    expect(histograms).toEqual({
      "latency_ms{default,legacy}": [1, 10],
      "latency_ms{default,candidate}": [1, 13],
      "sombra_added_latency_ms{default}": [1, 3],
      "sombra_overhead_ms{default}": [1, 0.5],
      "sombra_wait_ms{default}": [1, 0],
    });
    expect(groups).toMatchObject([{ path: "/status", count: 1, examples: [delivery.exchange] }]);
    expect(records).toMatchObject([
      { answeredBy: "legacy", latencyMs: 20, flagVersion: 3, items: [{ addedLatencyMs: 3, divergenceCount: 1 }] },
    ]);
  });

  test.each<readonly [string, Mode, Outcome, Outcome]>([
    ["in shadow, where the candidate ran afterwards", "shadow", answered(200, 10), answered(200, 13)],
    ["that waited for us", "dual-run", answered(200, 10), answered(200, 13, { waitedMs: 2 })],
    ["whose candidate failed", "dual-run", answered(200, 10), refused],
    ["whose legacy failed", "dual-run", refused, answered(200, 13)],
  ])("without added latency: %s", (_, mode, legacy, candidate) => {
    const { histograms, records } = follow(mode, { report: reportOf("legacy", asked("legacy", legacy)), candidate });
    expect(histograms).not.toHaveProperty(["sombra_added_latency_ms{default}"]);
    expect(records).toMatchObject([{ items: [{ addedLatencyMs: null }] }]);
  });

  test("in a cutover that legacy had to answer: a fallback and a critical divergence", () => {
    const { counts, records } = follow("cutover", {
      report: reportOf(
        "legacy",
        asked("candidate", refused, errandOf("candidate", "cutover")),
        asked("legacy", answered(200, 10), errandOf("legacy", "cutover")),
      ),
    });
    expect(counts).toMatchObject({
      "sombra_items_total{default,failed,refused}": 1,
      "sombra_fallbacks_total{default}": 1,
      "sombra_answers_total{default,candidate,refused}": 1,
      "divergence_count{default,critical}": 1,
    });
    expect(records).toMatchObject([
      {
        calls: [
          { side: "candidate", failure: "refused" },
          { side: "legacy", status: 200 },
        ],
      },
    ]);
  });

  test("in a cutover that the candidate answered: nothing fell back, nothing diverged", () => {
    const { counts } = follow("cutover", {
      report: reportOf("candidate", asked("candidate", answered(500, 10), errandOf("candidate", "cutover"))),
    });
    expect(counts).toEqual({
      "sombra_deliveries_total{default,cutover}": 1,
      "sombra_items_total{default,skipped,cut-over}": 1,
      "sombra_answers_total{default,candidate,5xx}": 1,
      "sombra_flag_decisions_total{E,percent,true}": 1,
    });
  });

  test("whose client went: no side's answer, no overhead", () => {
    const report = { ...reportOf("sombra"), status: null, overheadMs: null };
    const { counts, histograms, records } = follow("shadow", { report });
    expect(counts).toMatchObject({ "sombra_items_total{default,skipped,client-gone}": 1 });
    expect(Object.keys(counts).filter((name) => name.startsWith("sombra_answers_total"))).toEqual([]);
    expect(histograms).toEqual({});
    expect(records).toMatchObject([{ answeredBy: "sombra", status: null, calls: [] }]);
  });

  test("of a batch: each item counts, and one answer is one mark", () => {
    const { counts, records } = follow("dual-run", {
      report: reportOf("legacy", asked("legacy", answered(200, 10))),
      candidate: answered(500, 13),
      items: 3,
    });
    expect(counts).toMatchObject({
      "sombra_deliveries_total{default,dual-run}": 1,
      "sombra_items_total{default,compared,divergent}": 1,
      "sombra_items_total{default,compared,match}": 2,
      "sombra_items_compared_total{default,message.text}": 3,
      "sombra_flag_decisions_total{E,percent,true}": 3,
      "divergence_count{default,critical}": 1,
    });
    expect(records).toMatchObject([{ calls: [{ items: [0, 1, 2] }, { items: [0, 1, 2] }] }]);
    expect(records[0]?.items.map(({ divergenceCount }) => divergenceCount)).toEqual([1, 0, 0]);
  });

  test("with at most 100 divergences in its record, and all of them counted", () => {
    const members = (mark: string): string => JSON.stringify(Array.from({ length: 150 }, (_, i) => `${mark}${i}`));
    const { counts, records } = follow("dual-run", {
      report: reportOf("legacy", asked("legacy", answered(200, 10, { body: members("a") }))),
      candidate: answered(200, 10, { body: members("b") }),
    });
    expect(counts).toMatchObject({ "divergence_count{default,minor}": 150 });
    expect(records[0]?.items).toMatchObject([{ divergenceCount: 150 }]);
    expect(records[0]?.items[0]?.divergences).toHaveLength(100);
  });

  test("by a hash of its shopper, or by the id itself where that is asked for", () => {
    const legacy = { report: reportOf("legacy", asked("legacy", answered(200, 10))) };
    const shopperOf = (plain: boolean): string | null | undefined =>
      follow("legacy", legacy, plain).records[0]?.items[0]?.shopper;
    expect(shopperOf(false)).toMatch(/^[0-9a-f]{16}$/);
    expect(shopperOf(true)).toBe(shopper);
  });
});

test("a request without items counts its answer, and says nothing of how fast a side handles deliveries", () => {
  const { accounts, drain } = accountsOf();
  accounts.passed(delivery, reportOf("legacy", asked("legacy", answered(404, 10))));
  expect(drain()).toMatchObject({
    counts: { "sombra_passed_total{default}": 1, "sombra_answers_total{default,legacy,4xx}": 1 },
    histograms: {},
    records: [{ items: [] }],
  });
});

test("values leave for the archive alone, with the time until which they are kept", () => {
  const { archived, told } = recordsOf({ redact: [], retentionDays: 2 });
  expect(archived[0]?.items[0]?.divergences[0]?.values).toEqual({ legacy: "a", candidate: "b" });
  expect(archived[0]?.valuesUntil).toBe(delivery.receivedAt + 2 * 24 * 3_600_000);
  expect(told).toHaveLength(1);
  expect(JSON.stringify(told)).not.toContain("values");
});

test("a record without values is the same everywhere", () => {
  const { archived, told } = recordsOf(null);
  expect(archived).toEqual(told);
  expect(archived).toHaveLength(1);
});

function recordsOf(values: ValuesKept | null) {
  const route = { ...delivery.route, compare: { headers: [], values } };
  const deps = { hash: createKeyedHash("key"), rules: noRules, at: 0, keeping: keepingOf([route]) };
  const pair = { legacy: answered(200, 1, { body: '{"x":"a"}' }), candidate: answered(200, 1, { body: '{"x":"b"}' }) };
  const about = { route: "default", itemKind: "message.text", rules: { headers: [] }, scope: "whole" } as const;
  const verdict = compareOutcomes({ ...about, ...pair }, deps);
  const tally = createTally(() => 2_000);
  const { mirror } = createAccounts({
    tally,
    hash: deps.hash,
    plainShoppers: false,
    traced: false,
    clock: () => 2_000,
    rulesHash: () => "",
  });
  const following = new Following(
    { ...delivery, route },
    {
      judge: () => judgementOf("dual-run"),
      quiet: () => false,
      arrive: () => ({ enter: () => place, close: () => undefined }),
      arriveTwin: () => null,
      callTwin: () => undefined,
      compareTwin: () => null,
      missedTwin: () => undefined,
      counted: () => undefined,
      fellBack: () => undefined,
      clock: () => 2_000,
      call: () => undefined,
      compare: () => undefined,
      close: () => undefined,
      fault: () => undefined,
    },
  );
  const state = { state: "compared", substate: "divergent" } as const;
  mirror.settled(following, [{ state, verdict, compareMs: 0.1 }], []);
  return { archived: tally.drainArchive(0, {}).records, told: tally.drain(0, { pending: {}, gauges: [] }).records };
}
