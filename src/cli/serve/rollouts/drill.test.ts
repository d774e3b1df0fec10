import { describe, expect, test } from "vitest";
import { sampleRoute } from "../../../../test/support/admin-flags.ts";
import { rollout } from "../../../admin/calls/sample.ts";
import type { AdminWrite, AdminWriteAnswer, FlagsInForce } from "../../../admin/index.ts";
import { createSnapshot, emptyFlagState, planWrite, type Edit, type FlagState } from "../../../flags/index.ts";
import type { Order } from "../../../rollout/index.ts";
import { drill } from "./drill.ts";
import type { Sign } from "./signs.ts";

const one = rollout();
const { flag } = one.plan;
const routes = [sampleRoute.flags];

/** A store that plans writes as the real one does, and an instance that goes by each at once. `meanwhile`: once the flag is off. */
function world(meanwhile: (write: (edits: readonly Edit[], by: string) => void) => void = () => undefined) {
  let version = 0;
  let state: FlagState = emptyFlagState;
  const orders: Order[] = [];
  const told: string[] = [];
  const commit = (
    edits: readonly Edit[],
    by: string,
    own: Pick<AdminWrite, "rollout" | "expect">,
  ): AdminWriteAnswer => {
    const expected = Object.entries(own.expect.flags ?? {});
    if (expected.some(([key, wanted]) => state.flags.get(key)?.version !== wanted))
      return { kind: "conflict", subject: null, expected: 0, actual: version };
    const context = {
      definitions: [],
      routes,
      mayReverse: () => false,
      environment: [],
      at: "2026-01-02T03:04:05.000Z",
      by,
    };
    const plan = planWrite(state, edits, { ...context, version: version + 1, rollout: own.rollout });
    if (plan.kind === "unchanged") return { kind: "unchanged", version };
    if (plan.kind !== "change") return plan;
    version += 1;
    state = plan.next;
    return { kind: "written", version, edited: [] };
  };
  const byHand = (edits: readonly Edit[], by: string): void => {
    expect(commit(edits, by, { expect: {} }).kind).toBe("written");
  };
  const value: Record<string, never> = JSON.parse(JSON.stringify(one));
  commit(
    [
      { kind: "document", collection: "rollout", id: one.id, value },
      { kind: "put", key: flag, fields: { enabled: true, percent: 20 } },
    ],
    "token:anna",
    { expect: {}, rollout: one.id },
  );
  let up = true;
  const known = (): FlagsInForce => ({
    entries: [],
    state,
    snapshot: createSnapshot({ version, killed: false, source: "sqlite", forceOff: [], flags: [], routes }),
    store: { kind: "sqlite", up, confirmedAt: null, writable: true, problem: null, unreadable: [], unkept: null },
  });
  const sign = (): Sign => ({
    instance: "one",
    beat: 1,
    version,
    decided: {},
    leads: true,
    alarms: [],
    sensitivity: {},
    events: null,
  });
  const run = () =>
    drill(one, "command:anna", {
      async write({ edits, actor, rollout: own, expect: wanted, reason }) {
        if (edits instanceof Uint8Array) throw new TypeError("Edits");
        told.push(`${actor.kind}:${actor.name}: ${reason}`);
        return commit(edits, `${actor.kind}:${actor.name}`, { rollout: own, expect: wanted });
      },
      known,
      routes,
      signs: { all: () => [sign()], turn: async () => meanwhile(byHand) },
      async act(order) {
        orders.push(order);
        return { kind: "done", what: "" };
      },
      clock: () => 0,
    });
  return { run, byHand, orders, told, flag: () => state.flags.get(flag), known, lose: () => (up = false) };
}

test("everybody goes to legacy and back, by a machine that says whose drill it is", async () => {
  const { run, orders, told, flag: now } = world();
  expect(await run()).toEqual({ kind: "done", seconds: 0, instances: 1 });
  expect(now()).toMatchObject({ enabled: true, percent: 20 });
  expect(told).toEqual([
    "automatic:drill of command:anna: drill: everybody to legacy",
    "automatic:drill of command:anna: drill: as it was",
  ]);
  expect(orders).toMatchObject([{ action: "drilled", by: "command:anna", seconds: 0 }]);
});

describe("what somebody does meanwhile stays", () => {
  const enabled = { kind: "patch", key: flag, fields: { enabled: false } } as const;
  test.each<[string, Edit]>([
    ["a kill of the flag", { kind: "kill", key: flag }],
    ["the flag switched off", enabled],
  ])("%s", async (_, edit) => {
    const { run, orders, flag: now } = world((write) => write([edit], "command:oscar"));
    expect(await run()).toMatchObject({ kind: "failed", why: expect.stringMatching(/stays off: somebody killed it/) });
    expect(now()).toMatchObject({ enabled: false, updatedBy: "command:oscar" });
    expect(orders).toEqual([]);
  });
});

test("nobody is drilled whose flag is off already, and nothing is written without a store", async () => {
  const off = world();
  off.byHand([{ kind: "kill", key: flag }], "command:oscar");
  expect(await off.run()).toMatchObject({ kind: "refused", why: expect.stringContaining("switched off already") });
  const lost = world();
  lost.lose();
  expect(await lost.run()).toMatchObject({ kind: "failed", why: expect.stringContaining("the store is not up") });
  expect([...off.told, ...lost.told]).toHaveLength(1);
});
