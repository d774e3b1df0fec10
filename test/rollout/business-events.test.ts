import { describe, expect, test } from "vitest";
import type { Surroundings } from "../../src/rollout/ports.ts";
import { healthy as usual, type Behaviour } from "../../src/simulate/behaviour.ts";
import { sharedBy, simulate } from "../../src/simulate/run.ts";
import type { World, WorldOptions } from "../../src/simulate/world.ts";
import { begin, DAY, guide, HOUR, MINUTE, orderIn, phaseIn, worldOf } from "./sample.ts";
import { figures, inPhase, lastOf, modeOf, reasonOf, suffers, walk } from "./walk.ts";

const plan = guide("business-events-canary");
const healthy: Behaviour = { ...usual, bothFail: 0, legacyMs: 200, addedMs: 0.1 };
const small: Partial<WorldOptions> = {
  tickMs: 10 * MINUTE,
  traffic: { itemsPerHour: 1_500, shoppers: 5_000, named: { shoppers: ["tester-01"], share: 0.005 } },
};
const alert = "a test alert seen to arrive";

/** So many of the candidate's in the last hour, by an instance that counts since the world began. */
function declared(n: number): Partial<Surroundings> {
  const counts = n === 0 ? [] : [{ side: "candidate", type: "business.message", n }];
  return { events: { counts: [...counts, { side: "legacy", type: "business.message", n: 9_000_000 }], sinceMs: 0 } };
}

function atEase(world: World): World {
  world.knobs.behaviour = healthy;
  world.knobs.measured = figures({ "/response_rate": 31 });
  world.knobs.surroundings = declared(2_000);
  return world;
}

describe("business events", { timeout: 120_000 }, () => {
  test("go to their end while all is well, once an alert was seen to arrive, and keep their flags for 14 days", async () => {
    const world = atEase(worldOf(plan, { ...small, tickMs: 30 * MINUTE }));
    world.knobs.itemsPerHour = 3_000;
    await begin(world, plan);
    expect(["tester-01", "anybody"].map((shopper) => modeOf(world, plan, shopper))).toEqual(["cutover", "legacy"]);
    const entered = (): void => {
      world.knobs.itemsPerHour = 300;
    };
    expect(await walk(world, plan, { forMs: 8 * DAY, entered })).toEqual([
      "canary-2 49 h",
      "canary-10 72 h",
      "canary-50 71 h",
    ]);
    expect((await lastOf(world, plan))?.why).toBe(`not ticked yet: ${alert}`);
    expect(await orderIn(world, plan, { action: "advance", to: null, breakGlass: null })).toContain(alert);
    const evidence = "pager of 14:02";
    expect(await orderIn(world, plan, { action: "tick", precheck: "backup", evidence })).toContain(
      `it has \`${alert}\``,
    );
    expect(await orderIn(world, plan, { action: "tick", precheck: alert, evidence })).toBe(
      `done: \`${alert}\` is ticked`,
    );
    await world.run(HOUR);
    expect(phaseIn(world, plan)).toBe("full");
    expect(await walk(world, plan, { forMs: 2 * DAY })).toEqual(["full 24 h"]);
    const said = await orderIn(world, plan, { action: "complete", lessons: "Alert early.", breakGlass: null });
    expect(said).toMatch(/^done: completed, flags are kept until /);
    const { status, enteredAt } = world.rollout(plan.name);
    const kept = status.name === "completed" ? Date.parse(status.keepUntil) - Date.parse(enteredAt ?? "") : 0;
    expect(kept).toBe(14 * DAY);
  });

  test.each<[string, string, (world: World) => void, RegExp]>([
    [
      "errors at 2 % that legacy does not have",
      "canary-2",
      (world) => {
        world.knobs.behaviour = { ...healthy, candidateFails: 0.03 };
      },
      /canary-2 to off: no-errors: \d+ of \d+ \(.+?\) cells that the candidate answered were failing, 0 of [\d,]+ \(0 %\) that legacy/,
    ],
    [
      "no events while items are served",
      "canary-2",
      (world) => {
        world.knobs.surroundings = declared(0);
      },
      /canary-2 to off: arriving: 0 events of the candidate in the last hour, at least 1 \[value=0, min=1, N=\d+/,
    ],
    [
      "too few that respond at 10 %",
      "canary-10",
      (world) => {
        world.knobs.measured = figures({ "/response_rate": 18 });
      },
      /canary-10 to off: response-rate: 18, at least 20 and at most 40, 2 of 2 in a row/,
    ],
    [
      "too many that respond at 10 %",
      "canary-10",
      (world) => {
        world.knobs.measured = figures({ "/response_rate": 44 });
      },
      /response-rate: 44, at least 20 and at most 40/,
    ],
    [
      "a latency that changed at 10 %",
      "canary-10",
      (world) => {
        world.knobs.behaviour = { ...healthy, addedMs: 150 };
      },
      /canary-10 to off: message-latency: .+that the candidate answered were slow/,
    ],
    [
      "too few events at 50 %",
      "canary-50",
      (world) => {
        world.knobs.surroundings = declared(40);
      },
      /canary-50 to off: volume: 40 events of the candidate in the last hour, at least 500/,
    ],
    [
      "too many events at 50 %",
      "canary-50",
      (world) => {
        world.knobs.surroundings = declared(90_000);
      },
      /canary-50 to off: volume: 90,000 events of the candidate in the last hour.+2 of 2 in a row/,
    ],
  ])("%s is off for everybody, with the figures in the audit", async (_, phase, fault, evidence) => {
    const world = atEase(await inPhase(plan, phase, small));
    await world.run(2 * HOUR);
    expect(phaseIn(world, plan)).toBe(phase);
    fault(world);
    expect(await world.run(5 * HOUR, () => phaseIn(world, plan) === "rolled-back")).toBe(true);
    expect(reasonOf(world)).toMatch(evidence);
    expect(reasonOf(world)).toContain("BUSINESS_EVENTS_ENABLED enabled true -> false");
    expect(["tester-01", "anybody"].map((shopper) => modeOf(world, plan, shopper))).toEqual(["legacy", "legacy"]);
  });

  test("a candidate that fails where legacy does as well comes to the end", async () => {
    const traffic = { itemsPerHour: 3_000, shoppers: 5_000, shape: "flat", named: 10, audience: 0.1 } as const;
    const times = { startAt: "2026-01-05T09:00:00.000Z", approveAfterMs: HOUR, limitMs: 17 * DAY };
    const shared = sharedBy({ plan, environment: "production", traffic, faults: [], ...times });
    for (let seed = 1; seed <= 6; seed += 1) {
      expect(await simulate(shared, seed)).toMatchObject({ end: "completed", falseAlarm: false });
    }
  });

  test("a candidate that is asked nothing is held, and not blamed for events that do not come", async () => {
    const world = atEase(await inPhase(plan, "canary-2", small));
    world.knobs.itemsPerHour = 0;
    world.knobs.surroundings = declared(0);
    await world.run(4 * HOUR);
    expect(phaseIn(world, plan)).toBe("canary-2");
    expect((await lastOf(world, plan))?.gates.find(({ gate }) => gate === "arriving")).toMatchObject({
      verdict: "INCONCLUSIVE",
      text: expect.stringContaining("the candidate was asked nothing"),
    });
  });

  test("a candidate that fails is back in seconds, and the master switch needs no plan", async () => {
    const world = atEase(await inPhase(plan, "canary-50", { ...small, tickMs: 1_000 }));
    await world.run(2 * MINUTE);
    const before = world.nowMs();
    expect(await suffers(world, plan, { ...healthy, candidateFails: 1 }, HOUR)).toBe(true);
    // Some twenty bad answers, of 750 an hour.
    expect(world.nowMs() - before).toBeLessThan(5 * MINUTE);
    expect(world.served.bad).toBeLessThan(40);

    const other = atEase(await inPhase(plan, "canary-50", { ...small, tickMs: 30 * MINUTE }));
    await other.run(HOUR);
    other.registry.edit([{ kind: "kill", key: plan.flag }], "command:oscar", "doubt");
    expect(modeOf(other, plan, "anybody")).toBe("legacy");
    other.knobs.itemsPerHour = 100;
    await other.run(3 * DAY);
    expect(modeOf(other, plan, "anybody")).toBe("legacy");
    expect(phaseIn(other, plan)).toBe("canary-50");
  });
});
