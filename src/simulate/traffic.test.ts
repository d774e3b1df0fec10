import { describe, expect, test } from "vitest";
import { marks, slotMs, type Mark, type Population } from "../account/index.ts";
import type { RouteFlags } from "../model/index.ts";
import { healthy, type Behaviour } from "./behaviour.ts";
import { createCrowd } from "./crowd.ts";
import { createEvidence } from "./evidence.ts";
import { createRandom } from "./random.ts";
import { createSimulatedRegistry } from "./registry.ts";
import { createTraffic, type TrafficScope } from "./traffic.ts";

const route: RouteFlags = { enabled: "E", shadow: "S", dualRun: "D", reverseShadow: "R" };
const scope: TrafficScope = { route, name: "E", scope: "x.1", slowMs: 91, lateMs: 20, overMs: null, shed: false };
const HOUR = 3_600_000;
const itemsPerHour = 2_000;

interface Sent {
  readonly behaviour?: Partial<Behaviour>;
  /** Percent of shoppers that are compared. */
  readonly compare?: number;
  readonly shoppers?: number;
  readonly hours?: number;
  /** Cut at so many milliseconds, or at every alarm. */
  readonly cut?: number | "alarms";
}

function sent({ behaviour = {}, compare = 100, shoppers = 1_000, hours = 200, cut = slotMs }: Sent = {}) {
  const registry = createSimulatedRegistry([route], {
    now: () => 0,
    flags: [
      { kind: "put", key: "E", fields: { enabled: true, percent: compare } },
      { kind: "put", key: "S", fields: { enabled: true, percent: 100 } },
      { kind: "put", key: "D", fields: { enabled: true, percent: 100 } },
    ],
  });
  const evidence = createEvidence();
  const now = { itemsPerHour, behaviour: { ...healthy, ...behaviour } };
  const traffic = createTraffic(createCrowd({ shoppers, named: { shoppers: [], share: 0 } }), {
    random: createRandom(5),
    evidence,
    now: () => now,
  });
  const flags = { snapshot: registry.snapshot(), state: registry.state() };
  const toMs = hours * HOUR;
  let alarms = 0;
  for (let fromMs = 0; fromMs < toMs;) {
    if (cut !== "alarms") {
      const end = Math.min(toMs, fromMs + cut);
      traffic.pass({ fromMs, toMs: end }, flags, scope);
      fromMs = end;
      continue;
    }
    const alarm = traffic.passToAlarm({ fromMs, toMs }, flags, scope);
    alarm?.happen();
    if (alarm !== null) alarms += 1;
    fromMs = alarm?.toMs ?? toMs;
  }
  const streams = new Map(evidence.of("x.1").map((one) => [one.stream.population, one]));
  const sum = (kind: "raw" | "cells") => (population: Population, mark: Mark) =>
    (streams.get(population)?.slots ?? []).reduce((all, slot) => all + (slot[kind][marks.indexOf(mark)] ?? 0), 0);
  return { raw: sum("raw"), cells: sum("cells"), streams, served: traffic.served, alarms, hours, shoppers };
}

/** Within four standard deviations of what comes at random. */
function expectAbout(count: number, mean: number): void {
  expect(Math.abs(count - mean)).toBeLessThan(4 * Math.sqrt(mean) + 1);
}

describe("traffic", () => {
  test("counts items and cells as shoppers who come at random would", () => {
    const { raw, cells, streams, hours, shoppers } = sent({ hours: 50 });
    expectAbout(raw("pairs", "item"), itemsPerHour * hours);
    const mean = itemsPerHour / 6 / shoppers;
    expectAbout(cells("pairs", "item"), hours * 6 * shoppers * -Math.expm1(-mean));
    expect(raw("served-legacy", "item")).toBe(raw("pairs", "item"));
    expect(raw("pairs", "timed")).toBe(raw("pairs", "item"));
    expect(streams.get("pairs")?.slots).toHaveLength(hours * 6);
    expect(streams.get("pairs")?.shoppers).toEqual({ count: shoppers, atLeast: false });
  });

  test("marks items and cells each by its chance, and a cell once", () => {
    const behaviour = { candidateFails: 0.01, legacyFails: 0.004, bothFail: 0.002, minor: 0.02, critical: 0.005 };
    const { raw, cells, hours, shoppers } = sent({ behaviour });
    const items = itemsPerHour * hours;
    const alone = (chance: number, other: number): number => (1 - 0.002) * chance * (1 - other);
    const candidate = alone(0.01, 0.004);
    const legacy = alone(0.004, 0.01);
    const well = (1 - 0.002) * 0.99 * 0.996;
    expectAbout(raw("pairs", "candidate-failed"), items * candidate);
    expectAbout(raw("pairs", "legacy-failed"), items * legacy);
    expectAbout(raw("pairs", "critical"), items * (candidate + legacy + well * 0.005));
    expectAbout(raw("pairs", "minor"), items * (candidate + legacy + well * (0.005 + 0.995 * 0.02)));
    expectAbout(raw("served-legacy", "failed"), items * (legacy + 0.002 + 0.998 * 0.01 * 0.004));
    const mean = itemsPerHour / 6 / shoppers;
    const cellsOf = (chance: number): number => hours * 6 * shoppers * -Math.expm1(-mean * chance);
    expectAbout(cells("pairs", "candidate-failed"), cellsOf(candidate));
    expectAbout(cells("pairs", "item"), cellsOf(1));
  });

  test("is late and slow as often as times of that kind are", () => {
    const { raw, streams, hours } = sent();
    const items = itemsPerHour * hours;
    // Of drawn times, which the marks are not drawn from.
    const random = createRandom(6);
    const drawn = Array.from({ length: 200_000 }, () => ({
      legacy: random.time(40, 0.5),
      added: random.time(10, 0.5),
    }));
    const share = (is: (one: { readonly legacy: number; readonly added: number }) => boolean): number =>
      drawn.filter(is).length / drawn.length;
    const near = (mark: Mark, expected: number): void =>
      expect(raw("pairs", mark) / items / expected).toBeCloseTo(1, 1);
    near(
      "late",
      share(({ added }) => added > 20),
    );
    near(
      "candidate-slow",
      share(({ legacy, added }) => legacy <= 91 && legacy + added > 91),
    );
    near(
      "slow",
      share(({ legacy }) => legacy > 91),
    );
    expect(raw("pairs", "legacy-slow")).toBe(0);
    const timed = (streams.get("pairs")?.sketches.legacy ?? []).reduce((sum, [, count]) => sum + count, 0);
    expect(timed).toBe(raw("pairs", "item"));
  });

  test("is the same wherever time is cut, at alarms too", () => {
    const how = { behaviour: { candidateFails: 0.01 }, hours: 100, compare: 30 } as const;
    const whole = sent(how);
    for (const cut of ["alarms", 7_000_000, 60_000] as const) {
      const { raw, cells, alarms } = sent({ ...how, cut });
      for (const mark of ["item", "candidate-failed", "late"] as const) {
        for (const [one, other] of [
          [raw("pairs", mark), whole.raw("pairs", mark)],
          [cells("pairs", mark), whole.cells("pairs", mark)],
        ] as const) {
          expect(Math.abs(one - other)).toBeLessThan(4 * Math.sqrt(one + other));
        }
      }
      if (cut === "alarms") expectAbout(alarms, raw("pairs", "candidate-failed"));
      expect(raw("held-out", "item")).toBeGreaterThan(raw("pairs", "item"));
      expect(raw("held-out", "item") + raw("pairs", "item")).toBe(raw("served-legacy", "item"));
    }
  });

  test("brings one shopper's burst as one cell", () => {
    const { raw, cells, hours } = sent({ shoppers: 1, behaviour: { candidateFails: 0.5 }, hours: 10 });
    expect(raw("pairs", "item")).toBeGreaterThan(10_000);
    expect([cells("pairs", "item"), cells("pairs", "candidate-failed")]).toEqual([hours * 6, hours * 6]);
  });
});
