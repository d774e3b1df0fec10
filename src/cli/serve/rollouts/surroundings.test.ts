import { expect, test } from "vitest";
import type { FlagsInForce } from "../../../admin/index.ts";
import { createSnapshot, emptyFlagState } from "../../../flags/index.ts";
import { createCoverage } from "./coverage.ts";
import type { Sign } from "./signs.ts";
import { alike, surroundingsOf } from "./surroundings.ts";

const sign = (changes: Partial<Sign>): Sign => ({
  instance: "one",
  beat: 1,
  version: 7,
  decided: { FLAG: "a" },
  leads: false,
  alarms: [],
  sensitivity: {},
  events: null,
  ...changes,
});

const known: FlagsInForce = {
  entries: [],
  state: emptyFlagState,
  snapshot: createSnapshot({ version: 7, killed: true, source: "sqlite", forceOff: [], flags: [], routes: [] }),
  store: { kind: "sqlite", up: true, confirmedAt: null, writable: true, problem: null, unreadable: [], unkept: null },
};

test("a ledger that cannot be read is a coverage that nobody knows, and takes nothing else away", async () => {
  const surroundings = await surroundingsOf("FLAG", {
    known: () => known,
    account: { ledger: () => Promise.reject(new Error("no answer")) },
    routesOf: () => ["one"],
    coverage: () => createCoverage(() => 0),
    signs: () => [sign({})],
    signsProblem: () => null,
    telemetry: () => null,
  });
  expect(surroundings).toMatchObject({ coverage: null, killed: true, decidedAlike: true, store: { up: true } });
});

test("coverage and sensitivity are of the routes of the flag alone", async () => {
  const ledgers = new Map([
    ["one", { compared: 90, missed: 10 }],
    ["two", { compared: 60, missed: 40 }],
    ["other", { compared: 0, missed: 999 }],
  ]);
  const coverage = createCoverage(() => 0);
  const deps = {
    known: () => known,
    routesOf: () => ["one", "two"],
    account: {
      async ledger(route = "") {
        const { compared = 0, missed = 0 } = ledgers.get(route) ?? {};
        const counted = { compared: { total: compared }, skipped: { "queue-full": missed }, failed: { total: 0 } };
        return { ...counted, received: 0, pending: 0, source: "memory", cells: null } as const;
      },
    },
    coverage: () => coverage,
    signs: () => [sign({ sensitivity: { one: 1, other: 0 } }), sign({ instance: "two", sensitivity: { two: 0.5 } })],
    signsProblem: () => null,
    telemetry: () => null,
  };
  expect(await surroundingsOf("FLAG", deps)).toMatchObject({ coverage: 0.75, sensitivity: 0.5 });
  expect(await surroundingsOf("FLAG", { ...deps, routesOf: () => ["none"] })).toMatchObject({ sensitivity: null });
});

test("instances decide alike or not once all have said how they decide by the same version", () => {
  expect(alike([sign({}), sign({ instance: "two" })])).toBe(true);
  expect(alike([sign({}), sign({ instance: "two", decided: { FLAG: "b" } })])).toBe(false);
  expect(alike([sign({}), sign({ instance: "two", version: 8, decided: { FLAG: "b" } })])).toBeNull();
  expect(alike([sign({}), sign({ instance: "two", decided: {} })])).toBeNull();
});
