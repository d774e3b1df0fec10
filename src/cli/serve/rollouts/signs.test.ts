import { expect, it } from "vitest";
import { createAlarmsOn } from "./alarms-on.ts";
import { createCoverage } from "./coverage.ts";
import { createDelivered } from "./delivered.ts";
import { createSigning, createSigns, type Signs } from "./signs.ts";

function world() {
  const values = new Map<string, string>();
  let nowMs = 0;
  const notes = {
    put: async (all: readonly { readonly key: string; readonly value: string }[]) => {
      for (const { key, value } of all) values.set(key, value);
    },
    get: async (_: string, keys: readonly string[]) =>
      new Map(keys.flatMap((key) => (values.has(key) ? [[key, values.get(key) ?? ""] as const] : []))),
  };
  const instance = (name: string, version = 1): Signs =>
    createSigns({
      notes,
      instance: name,
      clock: () => nowMs,
      now: () => nowMs,
      sign: () => ({ version, decided: {}, leads: false, alarms: [], sensitivity: {}, events: null }),
    });
  return { values, instance, pass: (ms: number) => (nowMs += ms) };
}

const names = (signs: Signs): readonly string[] => signs.all().map(({ instance }) => instance);

it("instances hear each other, even where they begin in the same slot, and forget who fell silent", async () => {
  const { values, instance, pass } = world();
  const [one, two] = [instance("00000000aa"), instance("00000000bb")];
  await Promise.all([one.turn(), two.turn()]);
  for (let turns = 0; turns < 3; turns += 1) {
    await one.turn();
    await two.turn();
  }
  expect([names(one), names(two)]).toEqual([
    ["00000000aa", "00000000bb"],
    ["00000000bb", "00000000aa"],
  ]);
  expect(values.size).toBe(2);
  values.set("sign:9", "{");
  await one.turn();
  pass(6_000);
  await one.turn();
  expect(names(one)).toEqual(["00000000aa"]);
});

it("why nobody can be heard is known, until somebody can", async () => {
  const turns = [Promise.reject(new Error("away")), Promise.resolve()];
  const signing = createSigning({ turn: () => turns.shift() ?? Promise.resolve() });
  signing.turn();
  await expect.poll(() => signing.problem()).toBe("away");
  await expect
    .poll(() => {
      signing.turn();
      return signing.problem();
    })
    .toBeNull();
});

it("alarms are on until they are over, or for an hour where nobody says that", () => {
  let nowMs = 0;
  const alarms = createAlarmsOn(() => nowMs);
  for (const alarm of ["comparison-blind", "batches-missing"]) alarms.saw({ event: "alarm", alarm, message: "" });
  expect(alarms.names()).toEqual(["batches-missing", "comparison-blind"]);
  nowMs = 3_600_000;
  expect(alarms.names()).toEqual(["comparison-blind"]);
  alarms.saw({ event: "alarm_over", alarm: "comparison-blind", message: "" });
  expect(alarms.names()).toEqual([]);
});

it("coverage is of the last hour, and of items that were to be compared", () => {
  let nowMs = 0;
  const coverage = createCoverage(() => nowMs);
  const ledger = (compared: number, skipped: Readonly<Record<string, number>>) =>
    coverage.of([{ compared: { total: compared }, failed: { total: 0 }, skipped }]);
  expect(ledger(0, { "not-enabled": 50 })).toBeNull();
  expect(ledger(50, { "queue-full": 50, "not-enabled": 9 })).toBe(0.5);
  nowMs = 120_000;
  expect(ledger(149, { "queue-full": 51 })).toBeCloseTo(0.745);
  nowMs = 3_700_000;
  expect(ledger(249, { "queue-full": 51 })).toBe(1);
});

it("telemetry is delivered where a collector takes it or somebody fetches it", () => {
  let nowMs = 0;
  const delivered = createDelivered(() => nowMs);
  expect(delivered.now()).toBeNull();
  delivered.fetched();
  expect(delivered.now()).toBe(true);
  delivered.exported(false);
  expect(delivered.now()).toBe(false);
  delivered.exported(true);
  nowMs = 400_000;
  expect(delivered.now()).toBe(true);
});
