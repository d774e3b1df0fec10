import { expect, test } from "vitest";
import type { GateResult } from "../gate.ts";
import { judge } from "../judge.ts";
import type { Surroundings } from "../ports.ts";
import { sampleEvidence, sampleGates, sampleJudged } from "./sample.ts";

const HOUR = 3_600_000;
const nowMs = Date.parse("2026-01-02T12:05:00.000Z");
type Events = Surroundings["events"];

const of = (n: number, changes: { side?: string; type?: string; sinceMs?: number } = {}): Events => {
  const { side = "candidate", type = "order.made", sinceMs = nowMs - 2 * HOUR } = changes;
  return { counts: [{ side, type, n }], sinceMs };
};

interface Changes {
  readonly events: Events;
  readonly gate?: object;
  readonly served?: number;
  readonly runningMs?: number;
}

function said({ events, gate = {}, served = 40, runningMs = 5 * HOUR }: Changes): GateResult | undefined {
  const evidence = served === 0 ? [] : [sampleEvidence({ population: "served-candidate" }, { item: served })];
  const gates = [{ ...sampleGates.events, ...gate }];
  return judge(sampleJudged(gates, { nowMs, runningMs, evidence, surroundings: { events } })).gates[0];
}

const bounds = { min: 10, max: 100 };

test.each<[string, Changes, string]>([
  ["one, where one is wanted", { events: of(1) }, "PASS"],
  ["none, while the candidate answers", { events: of(0) }, "FAIL"],
  ["legacy's alone", { events: of(9, { side: "legacy" }) }, "FAIL"],
  ["another's alone", { events: of(9), gate: { event: "order.paid" } }, "FAIL"],
  ["those of the type", { events: of(9, { type: "order.paid" }), gate: { event: "order.paid" } }, "PASS"],
  ["none, where the candidate was asked nothing", { events: of(0), served: 0 }, "INCONCLUSIVE"],
  ["none, counted for less than an hour", { events: of(0, { sinceMs: nowMs - HOUR / 2 }) }, "INCONCLUSIVE"],
  ["none, in the first hour of a phase", { events: of(0), runningMs: HOUR / 2 }, "INCONCLUSIVE"],
  ["some, counted for less than an hour", { events: of(1, { sinceMs: nowMs }) }, "PASS"],
  ["what nobody counts", { events: null }, "INCONCLUSIVE"],
  ["too few", { events: of(9), gate: bounds }, "FAIL"],
  ["enough", { events: of(100), gate: bounds }, "PASS"],
  ["too many, however soon", { events: of(101, { sinceMs: nowMs }), gate: bounds, runningMs: 1 }, "FAIL"],
  ["too few, once", { events: of(9), gate: { ...bounds, consecutive: 2 } }, "WARN"],
])("of events, %s", (_, changes, verdict) => {
  expect(said(changes)?.verdict).toBe(verdict);
});

test("events are told with their figures", () => {
  expect(said({ events: of(9), gate: { ...bounds, event: "order.made" } })).toMatchObject({
    text: "9 events order.made of the candidate in the last hour, at least 10 and at most 100",
    figures: { value: 9, min: 10, max: 100, N: 40, inARow: 1 },
  });
});
