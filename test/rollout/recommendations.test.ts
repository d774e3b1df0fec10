import { describe, expect, test } from "vitest";
import { healthy as usual, type Behaviour } from "../../src/simulate/behaviour.ts";
import type { World, WorldOptions } from "../../src/simulate/world.ts";
import { begin, DAY, guide, HOUR, MINUTE, orderIn, phaseIn, worldOf } from "./sample.ts";
import { figures, inPhase, lastOf, modeOf, reasonOf, suffers, walk } from "./walk.ts";

const plan = guide("recommendations");
const healthy: Behaviour = { ...usual, bothFail: 0, legacyMs: 100, addedMs: 5 };
/** By so much more a tenth, a quarter, almost all take longer than 500 ms. */
const slowBy = { light: 190, moderate: 280, severe: 900 } as const;
const outside = {
  "/acceptance": 0.4,
  "/conversion": 0.03,
  "/nps": 45,
  "/requests_per_second": 30,
  "/cpu": 0.4,
  "/memory": 0.5,
  "/database_ms": 12,
};
const first = Array.from({ length: 50 }, (_, index) => `first-${index}`);
const small: Partial<WorldOptions> = {
  tickMs: 10 * MINUTE,
  traffic: { itemsPerHour: 600, shoppers: 1_000, named: { shoppers: first, share: 0.2 } },
  flags: [{ kind: "audience", name: "recommendations-first", members: first }],
};
/** For days, not for faults. */
const quiet: Partial<WorldOptions> = {
  ...small,
  tickMs: 30 * MINUTE,
  traffic: { itemsPerHour: 150, shoppers: 1_000, named: { shoppers: first, share: 0.2 } },
};
const committee = ["token:product-lead", "token:engineering-lead"];

function atEase(world: World): World {
  world.knobs.behaviour = healthy;
  world.knobs.measured = figures(outside);
  return world;
}

const settingsOf = (world: World): unknown => world.registry.state().flags.get(plan.flag)?.settings;

const gateOf = async (world: World, name: string): Promise<string> =>
  (await lastOf(world, plan))?.gates.find(({ gate }) => gate === name)?.text ?? "";

describe("recommendations", { timeout: 120_000 }, () => {
  test("go to their end while all is well, and nobody who is served falls out", async () => {
    const world = atEase(worldOf(plan, quiet));
    await begin(world, plan);
    const modes = (): readonly string[] => ["first-1", "first-49", "anybody-2"].map((one) => modeOf(world, plan, one));
    expect(modes()).toEqual(["cutover", "cutover", "legacy"]);
    const seen: string[][] = [];
    const entered = (): void => void seen.push([...modes()]);
    expect(await walk(world, plan, { forMs: 12 * DAY, approvers: committee, entered })).toEqual([
      "five 50 h",
      "quarter 73 h",
      "full 72 h",
    ]);
    expect(seen).toEqual([
      ["cutover", "cutover", "legacy"],
      ["cutover", "cutover", "cutover"],
    ]);
  });

  test("a step takes two of the committee, each once", async () => {
    const world = atEase(await inPhase(plan, "five", quiet));
    await world.run(2 * DAY + 2 * HOUR);
    const approve = (by: string): Promise<string> => orderIn(world, plan, { action: "approve" }, by);
    expect(await approve("token:intern")).toContain("it is for product-lead, engineering-lead, data-lead to approve");
    expect(await approve("token:product-lead")).toMatch(/^done: /);
    expect(await approve("command:product-lead")).toMatch(/^unchanged: /);
    await world.run(DAY);
    expect([phaseIn(world, plan), (await lastOf(world, plan))?.conclusion]).toEqual(["five", "ask-approval"]);
    expect((await lastOf(world, plan))?.why).toContain("1 of 2 approvals are missing");
    await approve("token:data-lead");
    await world.run(HOUR);
    expect(phaseIn(world, plan)).toBe("quarter");
  });

  test("a figure out of its bounds begins the 24 hours anew, and one that is not known adds none", async () => {
    const world = atEase(await inPhase(plan, "quarter", quiet));
    await world.run(71 * HOUR);
    world.knobs.measured = figures({ ...outside, "/cpu": 0.9 });
    await world.run(HOUR);
    expect((await lastOf(world, plan))?.gates.find(({ gate }) => gate === "cpu")?.verdict).toBe("WARN");
    world.knobs.measured = figures(outside);
    await world.run(11 * HOUR);
    expect(await gateOf(world, "cpu")).toBe("0.4, at most 0.7: for 10 h of 24 h without a break");
    const { "/cpu": _, ...rest } = outside;
    world.knobs.measured = figures(rest);
    await world.run(6 * HOUR);
    world.knobs.measured = figures(outside);
    await world.run(HOUR);
    expect(await gateOf(world, "cpu")).toBe("0.4, at most 0.7: for 10 h of 24 h without a break");
    expect(await gateOf(world, "memory")).toBe("0.5, at most 0.8");
    await world.run(13 * HOUR);
    expect((await lastOf(world, plan))?.conclusion).toBe("hold");
    await world.run(2 * HOUR);
    expect((await lastOf(world, plan))?.conclusion).toBe("ask-approval");
  });

  test("an open critical incident holds, whatever the committee says", async () => {
    const world = atEase(await inPhase(plan, "five", quiet));
    world.knobs.surroundings = { incidents: ["i-7"] };
    await world.run(3 * DAY);
    expect([phaseIn(world, plan), (await lastOf(world, plan))?.why]).toEqual(["five", "open critical incidents: i-7"]);
    expect(await orderIn(world, plan, { action: "approve" }, "token:product-lead")).toMatch(/^refused: /);
    world.knobs.surroundings = {};
    await world.run(HOUR);
    expect((await lastOf(world, plan))?.conclusion).toBe("ask-approval");
  });

  test("light trouble adjusts settings, once, and holds", async () => {
    const world = atEase(await inPhase(plan, "quarter", small));
    world.knobs.itemsPerHour = 2_000;
    await world.run(2 * HOUR);
    world.knobs.behaviour = { ...healthy, addedMs: slowBy.light };
    expect(await world.run(4 * HOUR, () => JSON.stringify(settingsOf(world)) === '{"model":"small"}')).toBe(true);
    expect(reasonOf(world)).toMatch(/^settings are adjusted: p95: .+K=\d+.+settings.model none -> "small"/);
    expect(await lastOf(world, plan)).toMatchObject({ conclusion: "adjust", status: "FAIL" });
    await world.run(4 * HOUR);
    expect(phaseIn(world, plan)).toBe("quarter");
    const writes = world.registry.audit.filter(({ reason }) => reason.startsWith("settings are adjusted"));
    expect(writes).toHaveLength(1);
    // That was it: evidence began anew, and the time of the phase went on.
    world.knobs.behaviour = healthy;
    await world.run(2 * HOUR);
    world.knobs.measured = figures({ ...outside, "/acceptance": 0.25 });
    await world.run(3 * HOUR);
    expect(settingsOf(world)).toEqual({ model: "small", suggestions: 3 });
    expect((await world.journal.progress(plan.name))?.runningMs).toBeGreaterThan(10 * HOUR);
  });

  test("moderate trouble lowers the share, and it goes on from there once somebody resumes it", async () => {
    const world = atEase(await inPhase(plan, "full", small));
    await world.run(2 * HOUR);
    world.knobs.behaviour = { ...healthy, addedMs: slowBy.moderate };
    expect(await world.run(4 * HOUR, () => phaseIn(world, plan) === "quarter")).toBe(true);
    expect(reasonOf(world)).toMatch(/^lowered from full to quarter: .*p95-moderate: .+percent 100 -> 25/);
    expect(await lastOf(world, plan)).toMatchObject({ conclusion: "lower", phase: "full" });
    expect(world.events.findLast(({ event }) => event === "rollout_phase")).toMatchObject({
      phase: "quarter",
      before: "full",
      reason: expect.stringContaining("lowered: "),
    });
    world.knobs.behaviour = healthy;
    world.knobs.itemsPerHour = 150;
    await world.run(74 * HOUR);
    expect(phaseIn(world, plan)).toBe("quarter");
    expect((await lastOf(world, plan))?.why).toContain("lowered from full until somebody resumes it");
    expect(await orderIn(world, plan, { action: "advance", to: null, breakGlass: null })).toContain("resume it first");
    expect(await orderIn(world, plan, { action: "resume" })).toBe("done: resumed in quarter");
    expect(await walk(world, plan, { forMs: 6 * HOUR, approvers: committee })).toEqual(["quarter 2 h", "full 4 h"]);
  });

  test("moderate trouble where no phase is before rolls back", async () => {
    const world = atEase(await inPhase(plan, "five", small));
    await world.run(2 * HOUR);
    world.knobs.measured = figures({ ...outside, "/conversion": 0.01 });
    expect(await world.run(4 * HOUR, () => phaseIn(world, plan) === "rolled-back")).toBe(true);
    expect(reasonOf(world)).toMatch(/^rollback from five to off: conversion: 0.01, at least 0.02, 2 of 2/);
  });

  test.each<[string, Partial<Behaviour>, object, RegExp]>([
    ["slow for most", { addedMs: slowBy.severe }, {}, /p95-severe: .+in 60|p95-severe: .+K=\d+/],
    ["failing", { candidateFails: 0.3 }, {}, /fast lane: |errors-severe: /],
    ["what nobody accepts", {}, { "/acceptance": 0.05 }, /acceptance-severe: 0.05, at least 0.1/],
  ])("severe trouble rolls back: %s", async (_, fault, values, evidence) => {
    const world = atEase(await inPhase(plan, "full", small));
    await world.run(2 * HOUR);
    world.knobs.measured = figures({ ...outside, ...values });
    expect(await suffers(world, plan, { ...healthy, ...fault }, 4 * HOUR)).toBe(true);
    expect(world.rollout(plan.name).status).toMatchObject({ to: "off", by: "rollout" });
    expect(reasonOf(world)).toMatch(evidence);
    expect(modeOf(world, plan, "first-1")).toBe("legacy");
  });
});
