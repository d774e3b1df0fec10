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
  sensitivity: null,
  ...changes,
});

const known: FlagsInForce = {
  entries: [],
  state: emptyFlagState,
  snapshot: createSnapshot({ version: 7, killed: true, source: "sqlite", forceOff: [], flags: [], routes: [] }),
  store: { kind: "sqlite", up: true, confirmedAt: null, writable: true, problem: null, unreadable: [], unkept: null },
};

test("a ledger that cannot be read is a coverage that nobody knows, and takes nothing else away", async () => {
  const surroundings = await surroundingsOf({
    known: () => known,
    account: { ledger: () => Promise.reject(new Error("no answer")) },
    coverage: createCoverage(() => 0),
    signs: () => [sign({})],
    signsProblem: () => null,
    telemetry: () => null,
  });
  expect(surroundings).toMatchObject({ coverage: null, killed: true, decidedAlike: true, store: { up: true } });
});

test("instances decide alike or not once all have said how they decide by the same version", () => {
  expect(alike([sign({}), sign({ instance: "two" })])).toBe(true);
  expect(alike([sign({}), sign({ instance: "two", decided: { FLAG: "b" } })])).toBe(false);
  expect(alike([sign({}), sign({ instance: "two", version: 8, decided: { FLAG: "b" } })])).toBeNull();
  expect(alike([sign({}), sign({ instance: "two", decided: {} })])).toBeNull();
});
