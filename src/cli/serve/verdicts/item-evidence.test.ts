import { describe, expect, it } from "vitest";
import { createTally, marks, measures, type Population } from "../../../account/index.ts";
import { sampleDivergence } from "../../../account/sample.ts";
import { createKeyedHash } from "../../../compare/index.ts";
import { createSnapshot } from "../../../flags/index.ts";
import type { Settled, SidePart } from "../../../mirror/index.ts";
import { sampleRoute } from "../../../model/sample.ts";
import type { EvidenceScope, ItemState, Mode, Outcome, Route, Severity, Side } from "../../../model/index.ts";
import type { AskedSide, Errand, Judgement } from "../../../proxy/index.ts";
import { createItemEvidence } from "./item-evidence.ts";

const scope: EvidenceScope = { id: "r.1", lateMs: 50, slowMs: 100, overMs: 150, shed: false };
const header = "x-app-version";

const errandOf = (side: "legacy" | "candidate", mode: Mode, items: readonly number[] = [0]): Errand => ({
  side,
  mode,
  items,
  flags: [],
  body: null,
  headers: null,
});
const partOf = <S extends Side>(side: S, errand: Errand | null, outcome: Outcome) => ({
  side,
  errand,
  spanId: "d".repeat(16),
  startMs: 0,
  endMs: 1,
  outcome,
});
const answered = (status = 200, latencyMs = 10, version = ""): Outcome => ({
  kind: "answered",
  answer: { status, rawHeaders: version === "" ? [] : [header, version], body: null },
  latencyMs,
  waitedMs: 0,
});
const refused: Outcome = { kind: "failed", failure: "refused", latencyMs: 1, waitedMs: 0 };

const skipped = (substate: Extract<ItemState, { state: "skipped" }>["substate"]): Settled => ({
  state: { state: "skipped", substate },
  verdict: null,
  compareMs: 0,
});
const compared = (severity: Severity | null = null, more: Partial<Settled> = {}): Settled => ({
  state: { state: "compared", substate: severity === null ? "match" : "divergent" },
  verdict: severity === null ? { kind: "match" } : { kind: "divergent", divergences: [sampleDivergence({ severity })] },
  compareMs: 0,
  ...more,
});

/** What came of deliveries, by population: marks, in words, of items and of cells; and of whom times are known. */
function evidenceOf(
  route: Partial<Route> = {},
  scopes: ReadonlyMap<string, EvidenceScope> = new Map([["default", scope]]),
) {
  const tally = createTally(() => 0);
  let rules = "aa";
  const ended = createItemEvidence({ tally, hash: createKeyedHash("k"), rulesHash: () => rules, clock: () => 0 });
  const snapshot = createSnapshot({
    version: 1,
    killed: false,
    source: "code",
    forceOff: [],
    flags: [],
    routes: [],
    scopes,
  });
  const delivery = {
    exchange: "e",
    route: sampleRoute(route),
    head: { method: "POST", target: "/", rawHeaders: [] },
    makesItems: true,
    chunked: false,
    receivedMs: 0,
    receivedAt: 1_790_000_000_000,
    trace: { traceId: "", spanId: "", parentSpanId: null, tracestate: null, sampled: false },
    snapshot,
  };
  const words = (counts: readonly number[]): string =>
    marks.flatMap((mark, at) => ((counts[at] ?? 0) > 0 ? [`${mark}=${counts[at]}`] : [])).join(" ");
  return {
    rules: (hash: string) => void (rules = hash),
    end: (
      settled: readonly Settled[],
      {
        asked,
        beside = [],
        shoppers = ["s"],
      }: {
        readonly asked: readonly AskedSide[];
        readonly beside?: readonly SidePart[];
        readonly shoppers?: readonly (string | null)[];
      },
    ): void => {
      const judgement: Judgement = {
        items: settled.map((_, i) => ({
          item: {
            id: null,
            kind: "message.text",
            shopper: shoppers[i] ?? null,
            phone: null,
            person: null,
            about: null,
          },
          mode: "shadow",
          reason: "percent",
          flags: [],
          skip: null,
          unreversed: null,
          story: null,
        })),
        answering: [],
        mirrored: [],
        twins: [],
        sighting: null,
      };
      const report = {
        answeredBy: "legacy",
        status: 200,
        doneMs: 1,
        overheadMs: 0.5,
        asked,
        release: () => undefined,
      } as const;
      ended({ following: { delivery, judgement, report }, settled, parts: [...asked, ...beside] });
    },
    drain: () => {
      const own = tally.drain(0, { pending: {}, gauges: [] }).evidence;
      const deltas = tally.drainArchive(0, {}).evidence;
      const by = (population: Population): string | null => {
        const one = own.find(({ stream }) => stream.population === population);
        return one === undefined ? null : words(one.raw);
      };
      const times = (population: Population): string => {
        const sketches = deltas.find(({ stream }) => stream.population === population)?.sketches ?? {};
        return measures.filter((measure) => sketches[measure] !== undefined).join(" ");
      };
      return {
        pairs: by("pairs"),
        heldOut: by("held-out"),
        candidates: by("served-candidate"),
        legacys: by("served-legacy"),
        times,
        cells: words(own.find(({ stream }) => stream.population === "pairs")?.cells ?? []),
        streams: own.map(({ stream }) => [stream.legacyVersion, stream.candidateVersion, stream.rules].join(" ")),
        slots: deltas.map(({ slot }) => slot),
      };
    },
  };
}

const legacyAsked = (outcome: Outcome) => partOf("legacy", null, outcome);
const shadowed = (outcome: Outcome, mode: Mode = "shadow", items: readonly number[] = [0]) =>
  partOf("candidate", errandOf("candidate", mode, items), outcome);

describe("what an item is evidence of", () => {
  it("is nothing where no evidence is gathered", () => {
    const { end, drain } = evidenceOf({}, new Map([["x", scope]]));
    end([compared()], { asked: [legacyAsked(answered())], beside: [shadowed(answered())] });
    expect(drain()).toMatchObject({ pairs: null, heldOut: null, legacys: null });
  });

  it("of a pair that matched: an item, and one that legacy answered", () => {
    const { end, drain } = evidenceOf();
    end([compared()], { asked: [legacyAsked(answered())], beside: [shadowed(answered())] });
    const { times, ...rest } = drain();
    expect(rest).toMatchObject({ pairs: "item=1", heldOut: null, candidates: null, legacys: "item=1" });
    expect([times("pairs"), times("served-legacy")]).toEqual(["legacy candidate overhead", "legacy overhead"]);
    expect(rest.slots).toEqual([Math.floor(1_790_000_000_000 / 600_000), Math.floor(1_790_000_000_000 / 600_000)]);
  });

  it.each([
    [200, 500, "candidate-failed=1"],
    [500, 200, "legacy-failed=1 failed=1"],
    [503, 500, "failed=1"],
    [499, 404, ""],
  ])("of legacy's %i and the candidate's %i: whose alone failed", (legacy, candidate, marked) => {
    const { end, drain } = evidenceOf();
    end([compared()], { asked: [legacyAsked(answered(legacy))], beside: [shadowed(answered(candidate))] });
    expect(drain().pairs).toBe(`item=1 ${marked}`.trim());
  });

  it("of a candidate without an answer: that it failed, and no time of it", () => {
    const { end, drain } = evidenceOf();
    const failed: Settled = { ...compared("critical"), state: { state: "failed", substate: "refused" } };
    end([failed], { asked: [legacyAsked(answered())], beside: [shadowed(refused)] });
    const { pairs, times } = drain();
    expect(pairs).toBe("item=1 candidate-failed=1 minor=1 major=1 critical=1");
    expect(times("pairs")).toBe("legacy overhead");
  });

  it.each([
    ["noise", ""],
    ["minor", "minor=1"],
    ["major", "minor=1 major=1"],
    ["critical", "minor=1 major=1 critical=1"],
  ] as const)("of a divergence that is %s: all that it is at least", (severity, marked) => {
    const { end, drain } = evidenceOf();
    end([compared(severity)], { asked: [legacyAsked(answered())], beside: [shadowed(answered())] });
    expect(drain().pairs).toBe(`item=1 ${marked}`.trim());
  });

  it("of a divergence that people marked as expected: nothing but the item", () => {
    const { end, drain } = evidenceOf();
    const divergences = [{ ...sampleDivergence({ severity: "critical" }), expected: true } as const];
    const settled = compared("critical", { verdict: { kind: "divergent", divergences } });
    end([settled], { asked: [legacyAsked(answered())], beside: [shadowed(answered())] });
    expect(drain().pairs).toBe("item=1");
  });

  it.each([
    [10, 150, "candidate-slow=1"],
    [150, 10, "legacy-slow=1 slow=1"],
    [150, 150, "slow=1"],
    [200, 10, "legacy-slow=1 slow=1 over=1"],
    [100, 100, ""],
  ])("of legacy's %i ms and the candidate's %i: who alone is slow", (legacy, candidate, marked) => {
    const { end, drain } = evidenceOf();
    end([compared()], { asked: [legacyAsked(answered(200, legacy))], beside: [shadowed(answered(200, candidate))] });
    expect(drain().pairs).toBe(`item=1 ${marked}`.trim());
  });

  it("of a dual run: what was added, by its call's first item; of a shadow call nothing", () => {
    const { end, drain } = evidenceOf();
    const asked = [legacyAsked(answered(200, 10))];
    end([compared(), compared()], {
      asked,
      beside: [shadowed(answered(200, 61), "dual-run", [0, 1])],
      shoppers: ["a", "b"],
    });
    const late = drain();
    expect([late.pairs, late.cells, late.times("pairs")]).toEqual([
      "item=2 timed=1 late=1",
      "item=2 timed=1 late=1",
      "legacy candidate added overhead",
    ]);
    end([compared()], { asked, beside: [shadowed(answered(200, 60), "dual-run")] });
    end([compared()], { asked, beside: [shadowed(answered(200, 5), "dual-run")] });
    expect(drain().pairs).toBe("item=2 timed=2");
    end([compared()], { asked, beside: [shadowed(answered(200, 61))] });
    expect(drain().pairs).toBe("item=1");
  });

  it("of a scope that does not ask: no item is late, or slow", () => {
    const { end, drain } = evidenceOf(
      {},
      new Map([["default", { id: "r.1", lateMs: null, slowMs: null, overMs: null, shed: false }]]),
    );
    end([compared()], { asked: [legacyAsked(answered(200, 1))], beside: [shadowed(answered(200, 999), "dual-run")] });
    expect(drain().pairs).toBe("item=1 timed=1");
  });

  it.each([
    [true, false, "twinned=1 candidate-only=1"],
    [false, true, "twinned=1 twin-only=1"],
    [true, true, "twinned=1"],
  ])("of a twin (candidate differs: %s, twin differs: %s): which of them alone", (candidate, twin, marked) => {
    const { end, drain } = evidenceOf();
    const settled = compared(null, { differed: { candidate, twin } });
    end([settled], { asked: [legacyAsked(answered())], beside: [shadowed(answered())] });
    expect(drain().pairs).toBe(`item=1 ${marked}`);
  });

  it.each(["not-enabled", "no-shopper", "sampled-out", "queue-full", "breaker-open", "mixed-batch"] as const)(
    "of an item that legacy alone was called for, being %s: one that is held out",
    (substate) => {
      const { end, drain } = evidenceOf();
      end([skipped(substate)], { asked: [legacyAsked(answered(500, 150))], shoppers: [null] });
      const { times, ...rest } = drain();
      const failed = "item=1 failed=1 slow=1";
      expect(rest).toMatchObject({ pairs: null, heldOut: failed, candidates: null, legacys: failed });
      expect(times("held-out")).toBe("legacy overhead");
    },
  );

  it.each(["redelivery", "not-comparable", "body-too-large", "shutting-down"] as const)(
    "of one that is left out for being %s: who answered it, and no more",
    (substate) => {
      const { end, drain } = evidenceOf();
      end([skipped(substate)], { asked: [legacyAsked(answered())] });
      expect(drain()).toMatchObject({ pairs: null, heldOut: null, legacys: "item=1" });
    },
  );

  it("of what is not the provider's, or what nobody was asked for: nothing", () => {
    const { end, drain } = evidenceOf();
    end([skipped("bad-signature")], { asked: [legacyAsked(answered())] });
    end([skipped("client-gone")], { asked: [] });
    expect(drain()).toMatchObject({ pairs: null, heldOut: null, legacys: null });
  });

  it("of a cutover: one that the candidate answered, and with reverse shadow a pair", () => {
    const { end, drain } = evidenceOf();
    const asked = [partOf("candidate", errandOf("candidate", "cutover"), answered(500))];
    end([skipped("cut-over")], { asked });
    expect(drain()).toMatchObject({ pairs: null, heldOut: null, candidates: "item=1 failed=1", legacys: null });
    for (const side of ["legacy", "twin"] as const) {
      const beside = [partOf(side, errandOf("legacy", "cutover"), answered())];
      end([compared()], { asked, beside });
      const pairs = "item=1 candidate-failed=1";
      expect(drain()).toMatchObject({ pairs, candidates: "item=1 failed=1", legacys: null });
    }
  });

  it("of a cutover that legacy answered in the candidate's place: a pair, and one that legacy answered", () => {
    const { end, drain } = evidenceOf();
    const asked = [
      partOf("candidate", errandOf("candidate", "cutover"), refused),
      partOf("legacy", errandOf("legacy", "cutover"), answered()),
    ];
    end([{ ...compared(), state: { state: "failed", substate: "refused" } }], { asked });
    expect(drain()).toMatchObject({ pairs: "item=1 candidate-failed=1", candidates: null, legacys: "item=1" });
  });

  it("of a cutover that nobody answered: one that the candidate did not", () => {
    const { end, drain } = evidenceOf();
    const asked = [partOf("candidate", errandOf("candidate", "cutover"), refused)];
    end([{ ...compared(), state: { state: "failed", substate: "timeout" } }], { asked });
    expect(drain()).toMatchObject({ pairs: null, candidates: "item=1 failed=1", legacys: null });
  });

  it("is told apart by versions, a side that fails being what it was last, and by rules", () => {
    const { end, drain, rules } = evidenceOf({ versions: { header } });
    const pair = (candidate: Outcome): void =>
      end([compared()], { asked: [legacyAsked(answered(200, 1, "1.0"))], beside: [shadowed(candidate)] });
    pair(answered(200, 1, "2.0"));
    expect(new Set(drain().streams)).toEqual(new Set(["1.0 2.0 aa"]));
    pair(refused);
    end([skipped("not-enabled")], { asked: [legacyAsked(answered(200, 1, "1.0"))] });
    expect(new Set(drain().streams)).toEqual(new Set(["1.0 2.0 aa"]));
    pair(answered(200, 1, "2.1"));
    rules("bb");
    pair(refused);
    expect(new Set(drain().streams)).toEqual(new Set(["1.0 2.1 aa", "1.0 2.1 bb"]));
  });
});
