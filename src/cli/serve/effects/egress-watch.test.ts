import { describe, expect, test } from "vitest";
import type { GaugeValue, Series } from "../../../account/index.ts";
import type { Effect, Side } from "../../../model/index.ts";
import { createKeyedHash } from "../../../compare/index.ts";
import { egressChecks, egressNotices, tieChecks, writeChecks } from "../control/egress-checks.ts";
import { createEgressWatch, type EgressWatch } from "./egress-watch.ts";

const route = "default";

function watching() {
  let nowMs = 0;
  const watch = createEgressWatch(createKeyedHash("key"), () => nowMs);
  return {
    watch,
    pass: (ms: number): void => {
      nowMs += ms;
    },
  };
}

const seriesOf = (watch: EgressWatch, calls = 0): Pick<Series, "gauges" | "counters"> => ({
  gauges: watch.gauges(),
  counters: [
    {
      name: "sombra_effects_total",
      labels: { side: "candidate", kind: "send.text", disposition: "held" },
      value: calls,
    },
  ],
});
const valueOf = (gauges: readonly GaugeValue[], name: string): number | undefined =>
  gauges.find((gauge) => gauge.name === name)?.value;

function effect(side: Side, text: string, changes: Partial<Effect> = {}): Effect {
  return {
    side,
    operation: "send",
    kind: "send.text",
    recipient: "447700900123",
    phone: "1",
    target: null,
    payload: { text },
    refersTo: null,
    ids: [],
    produced: [],
    succeeded: true,
    atMs: 0,
    disposition: "held",
    traceId: null,
    exchange: null,
    ...changes,
  };
}

describe("tokens", () => {
  const shown = (token: string): readonly string[] => ["Host", "x", "Authorization", `Bearer ${token}`];

  test("are the same where a side shows one that the other shows", () => {
    const { watch, pass } = watching();
    watch.arrived("legacy", shown("real"));
    watch.arrived("candidate", shown("fake"));
    expect(valueOf(watch.gauges(), "sombra_egress_same_token")).toBe(0);
    pass(1_000);
    watch.arrived("twin", shown("fake"));
    watch.arrived("candidate", shown("real"));
    expect(valueOf(watch.gauges(), "sombra_egress_same_token")).toBe(1);
    expect(JSON.stringify(watch.gauges())).not.toContain("real");
  });

  test("are forgotten where a side has shown others for ten minutes", () => {
    const { watch, pass } = watching();
    watch.arrived("legacy", shown("real"));
    watch.arrived("candidate", shown("real"));
    pass(600_000);
    expect(valueOf(watch.gauges(), "sombra_egress_same_token")).toBe(1);
    watch.arrived("candidate", shown("fake"));
    expect(valueOf(watch.gauges(), "sombra_egress_same_token")).toBe(0);
  });

  test("are looked at twice a second at most, and sixteen are known", () => {
    const { watch, pass } = watching();
    watch.arrived("legacy", shown("first"));
    watch.arrived("legacy", shown("too soon"));
    watch.arrived("candidate", shown("too soon"));
    expect(valueOf(watch.gauges(), "sombra_egress_same_token")).toBe(0);
    for (let i = 0; i < 16; i += 1) {
      pass(500);
      watch.arrived("legacy", shown(`token ${i}`));
    }
    watch.arrived("candidate", shown("first"));
    expect(valueOf(watch.gauges(), "sombra_egress_same_token")).toBe(0);
  });

  test("that are the same are warned of, on the page as well", () => {
    const { watch } = watching();
    watch.arrived("legacy", shown("real"));
    watch.arrived("candidate", shown("real"));
    const series = seriesOf(watch, 1);
    expect(egressChecks(series, route)).toMatchObject([
      { name: "default: egress", status: "ok" },
      { name: "default: token", status: "warn", text: expect.stringMatching(/^both sides show the same token/) },
    ]);
    expect(egressNotices(series, [route])).toMatchObject([
      { text: expect.stringMatching(/^Both sides show the same token/) },
    ]);
  });
});

describe("compared items", () => {
  const legacy = [effect("legacy", "a")];
  const doubled = [effect("legacy", "a"), effect("legacy", "a"), effect("legacy", "", { operation: "mark-read" })];
  const ofCandidate = [effect("candidate", "a")];
  const seen = (...items: readonly [readonly Effect[], readonly Effect[]][]): EgressWatch => {
    const { watch } = watching();
    for (const [ofLegacy, candidate] of items) watch.compared(route, { legacy: ofLegacy, candidate, twin: [] });
    return watch;
  };
  const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

  test.each<readonly [string, [readonly Effect[], readonly Effect[]][], number, string, RegExp, number]>([
    ["none, and no call", [], 0, "warn", /no call of the candidate was seen/, 0],
    ["none yet", [], 1, "ok", /the candidate calls it/, 0],
    ["of which legacy sent nothing", times(5, [[], []]), 1, "ok", /no item in which legacy sent/, 0],
    ["in which both call", times(4, [legacy, ofCandidate]), 4, "ok", /called in all of the last 4/, 0],
    [
      "of which one is silent",
      [...times(4, [legacy, ofCandidate] as [readonly Effect[], readonly Effect[]]), [legacy, []]],
      4,
      "warn",
      /^in 1 of the last 5 .* no call at all/,
      0,
    ],
    ["that are silent, but few", times(2, [legacy, []]), 0, "warn", /^in 2 of the last 2/, 0],
    ["that are all silent", times(3, [legacy, []]), 0, "fail", /^in each of the last 3 .* REACHES CUSTOMERS/, 1],
    [
      "in which it only declares",
      times(3, [legacy, [effect("candidate", "", { operation: "event" })]]),
      0,
      "fail",
      /no call at all/,
      1,
    ],
    ["that its calls are not tied to", times(3, [legacy, []]), 7, "warn", /passes traceparent/, 0],
    ["that are all doubled", times(3, [doubled, []]), 0, "fail", /came twice by \/legacy/, 1],
    [
      "of which some are doubled",
      [...times(2, [doubled, []] as [readonly Effect[], readonly Effect[]]), [legacy, []]],
      0,
      "fail",
      /no call at all/,
      1,
    ],
  ])("%s", (_, items, calls, status, text, notices) => {
    const series = seriesOf(seen(...items), calls);
    expect(egressChecks(series, route)).toMatchObject([
      { name: "default: egress", status, text: expect.stringMatching(text) },
    ]);
    expect(egressNotices(series, [route])).toHaveLength(notices);
  });

  test("that are silent are told once where an alarm tells of them", () => {
    const { counters, gauges } = seriesOf(seen(...times(3, [legacy, []] as [readonly Effect[], readonly Effect[]])));
    const alarmed = { name: "sombra_candidate_silent", labels: { route }, value: 1 };
    expect(egressNotices({ counters, gauges: [...gauges, alarmed] }, [route])).toEqual([]);
    expect(egressNotices({ counters, gauges: [...gauges, { ...alarmed, value: 0 }] }, [route])).toHaveLength(1);
  });

  test("of long ago do not count", () => {
    const watch = seen(...times(20, [legacy, []] as [readonly Effect[], readonly Effect[]]));
    for (let i = 0; i < 20; i += 1) watch.compared(route, { legacy, candidate: ofCandidate, twin: [] });
    expect(egressChecks(seriesOf(watch), route)).toMatchObject([{ status: "ok" }]);
  });
});

describe("legacy's calls", () => {
  const tied = (by: string, value: number) => ({ name: "sombra_legacy_effects_tied_total", labels: { by }, value });

  test.each([
    [[tied("trace", 5), tied("recipient", 2), tied("message", 1)], /^6 of 8 .*, 2 by nothing but their recipient/],
    [[tied("exchange", 3)], /^3 of 3 .* or message$/],
  ])("are told by what ties them: %j", (counters, text) => {
    expect(tieChecks({ counters })).toMatchObject([
      { name: "legacy's calls", status: "ok", text: expect.stringMatching(text) },
    ]);
  });

  test("are not told of where they are few", () => {
    expect(tieChecks({ counters: [tied("trace", 2)] })).toEqual([]);
  });
});

test("upstreams to which legacy writes what nothing ties are named", () => {
  const wrote = (upstream: string, tied: string, value: number) => ({
    name: "sombra_legacy_writes_total" as const,
    labels: { upstream, tied },
    value,
  });
  const counters = [
    wrote("crm", "false", 3),
    wrote("crm", "true", 4),
    wrote("graph", "true", 9),
    wrote("erp", "false", 2),
  ];
  expect(writeChecks({ counters })).toMatchObject([
    { name: "legacy's calls to crm", status: "warn", text: expect.stringContaining("to crm are not tied: 3 of 7") },
  ]);
});
