import { expect, test } from "vitest";
import { phase, plan as sample } from "../rollout/controller/sample.ts";
import { writtenCandidate, writtenTraffic } from "./written.ts";
import { writtenScenario } from "./written-scenario.ts";

const DAY = 86_400_000;
const plan = sample({
  phases: [phase("shadow"), phase("beta", { serve: 10 })],
  gates: [
    {
      type: "metric",
      name: "satisfaction",
      onFail: "rollback",
      consecutive: 2,
      source: { kind: "json", url: "http://127.0.0.1/", pointer: "/x", headers: {} },
      min: 0.9,
      max: null,
    },
  ],
});
// A Monday at nine.
const at = { plan, startAt: "2026-01-05T09:00:00.000Z" };
const usual = { shoppers: 5_000, shape: "flat", named: 10, audience: 0.1 };

test.each([
  ["2000", { ...usual, itemsPerHour: 2_000 }],
  [
    "10000, shoppers=200,shape=day,named=2,audience=25%",
    { itemsPerHour: 10_000, shoppers: 200, shape: "day", named: 2, audience: 0.25 },
  ],
])("traffic %s is understood", (text, value) => {
  expect(writtenTraffic(text)).toEqual({ ok: true, value });
});

test.each([
  ["", /^traffic is "", must be a whole number of items an hour/],
  ["-5", /^traffic is "-5"/],
  ["0", /^traffic is "0"/],
  ["many", /^traffic is "many"/],
  ["2000,day", /^traffic is "day", must be ITEMS_AN_HOUR, then any of shoppers=N/],
  ["2000,shape=round", /^traffic: shape is "round", must be flat or day$/],
  ["2000,shoppers=none", /^traffic: shoppers is "none", must be a whole number from 1 to 1000000$/],
  ["2000,audience=120%", /^traffic: audience is "120%", must be a share/],
])("traffic %j is refused by its part", (text, said) => {
  const read = writtenTraffic(text);
  expect(read.ok ? "" : `${read.where} is ${read.is}, must be ${read.must}`).toMatch(said);
});

test("a candidate is healthy, or worse from when on", () => {
  expect(writtenCandidate("healthy", at)).toEqual({ ok: true, value: [] });
  const text =
    "errors=0.5%@2d,latency=+200ms@tue,divergence=1%@Monday,divergence=critical:0.1%@beta,metric:satisfaction=0.3,shared-errors=2%@90m";
  const after = (ms: number) => ({ kind: "after", ms });
  expect(writtenCandidate(text, at)).toEqual({
    ok: true,
    value: [
      { what: "errors", amount: 0.005, metric: "", from: after(2 * DAY) },
      { what: "latency", amount: 200, metric: "", from: after(0.625 * DAY) },
      // The next one.
      { what: "major", amount: 0.01, metric: "", from: after(6.625 * DAY) },
      { what: "critical", amount: 0.001, metric: "", from: { kind: "phase", phase: 1 } },
      { what: "metric", amount: 0.3, metric: "satisfaction", from: after(0) },
      { what: "shared-errors", amount: 0.02, metric: "", from: after(90 * 60_000) },
    ],
  });
});

test.each([
  ["", /^candidate is "", must be healthy, or WHAT=HOW MUCH@WHEN/],
  ["ill", /^candidate is "ill", must be healthy/],
  ["fever=3%", /^candidate is "fever=3%", must be healthy/],
  ["errors=0.5", /^candidate: errors is "0.5", must be a share such as 0.5%/],
  ["errors=0%", /^candidate: errors is "0%", must be a share/],
  ["errors=101%", /^candidate: errors is "101%"/],
  ["errors=1%@soon", /^candidate: errors is "@soon", must be @ and a time .+ or a phase: shadow, beta$/],
  ["errors=1%@", /^candidate: errors is "@", must be/],
  ["latency=200ms", /^candidate: latency is "200ms", must be \+ and a duration/],
  ["divergence=grave:1%", /^candidate: divergence is "grave:1%", must be a share/],
  ["metric:nps=3", /^candidate: metric is "nps", must be a metric gate of the plan: satisfaction$/],
  ["metric:satisfaction=low", /^candidate: metric:satisfaction is "low", must be a number/],
  ["errors=1%,", /^candidate is "", must be/],
])("a candidate %j is refused by its part", (text, said) => {
  const read = writtenCandidate(text, at);
  expect(read.ok ? "" : `${read.where} is ${read.is}, must be ${read.must}`).toMatch(said);
});

test("a scenario says which part is wrong, and lasts twice as long as the plan at least", () => {
  const text = { traffic: "2000", candidate: "healthy", approveAfter: "30m", environment: "production" };
  const least = plan.phases.reduce((sum, { minMs }) => sum + minMs, 0);
  expect(writtenScenario(plan, text)).toMatchObject({
    ok: true,
    value: { approveAfterMs: 1_800_000, limitMs: 2 * least + DAY },
  });
  for (const [changed, where] of [
    [{ traffic: "x" }, "traffic"],
    [{ candidate: "x" }, "candidate"],
    [{ approveAfter: "never" }, "approve-after"],
    [{ approveAfter: "31d" }, "approve-after"],
  ] as const) {
    expect(writtenScenario(plan, { ...text, ...changed })).toMatchObject({ ok: false, where });
  }
});
