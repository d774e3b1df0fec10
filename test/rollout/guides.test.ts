import { describe, expect, test } from "vitest";
import { healthy, type Behaviour } from "../../src/simulate/behaviour.ts";
import { begin, DAY, guide, HOUR, MINUTE, orderIn, phaseIn, worldOf, type Wanted } from "./sample.ts";
import { inPhase, lastOf, modeOf, reasonOf, suffers, walk } from "./walk.ts";

const events = guide("whatsapp-canonical-events");
const matching = guide("passenger-favorites-matching");

describe("canonical events", { timeout: 60_000 }, () => {
  test("run to their end while all is well, each phase as long as the guide says, and stay with a way back", async () => {
    const world = worldOf(events, { tickMs: 5 * MINUTE, seed: 2 });
    await begin(world, events);
    expect(phaseIn(world, events)).toBe("canary");
    // From there on a fifth of the traffic is enough.
    const entered = (phase: string): void => {
      if (phase === "shadow-25") world.knobs.itemsPerHour = 600;
    };
    expect(await walk(world, events, { forMs: 20 * DAY, entered })).toEqual([
      "canary 26 h",
      "shadow-5 24 h",
      "shadow-10 24 h",
      "shadow-25 48 h",
      "shadow-50 48 h",
      "shadow-100 169 h",
      "cutover 24 h",
    ]);
    expect(modeOf(world, events, "anybody")).toBe("cutover");
    const complete: Wanted = { action: "complete", lessons: "Measure first.", breakGlass: null };
    expect(await orderIn(world, events, complete)).toMatch(/^done: completed, flags are kept until 2026-03/);
    expect(world.served.bad).toBeGreaterThan(0);

    await world.run(2 * HOUR);
    expect((await lastOf(world, events))?.why).toContain("the way back to shadow is open");
    // Back for one, by share, and for all: each is one write.
    const key = events.flag;
    world.registry.edit(
      [{ kind: "members", key, list: "denylist", add: ["one"], remove: [] }],
      "command:oscar",
      "one is odd",
    );
    expect([modeOf(world, events, "one"), modeOf(world, events, "two")]).toEqual(["legacy", "cutover"]);
    world.registry.edit([{ kind: "patch", key, fields: { percent: 50 } }], "command:oscar", "half");
    const half = Array.from({ length: 1_000 }, (_, index) => modeOf(world, events, `s${index}`));
    expect(half.filter((mode) => mode === "cutover").length).toBeGreaterThan(400);
    expect(half.filter((mode) => mode === "legacy").length).toBeGreaterThan(400);
    expect(await orderIn(world, events, { action: "rollback", to: null, reason: "drivers complain" })).toMatch(
      /^done: rollback from cutover to shadow/,
    );
    expect(["two", "three", "s7"].map((shopper) => modeOf(world, events, shopper))).not.toContain("cutover");
    expect(reasonOf(world)).toContain("WHATSAPP_DUAL_RUN percent 0 -> 100");
  });

  test.each<[string, string, Partial<Behaviour>, RegExp]>([
    ["an error rate over 0.1 %", "shadow-100", { candidateFails: 0.008 }, /errorRate: .+with a failure.+ln E/],
    ["an added p95 over 100 ms", "shadow-25", { addedMs: 150 }, /addedLatency: .+K=\d+, N=\d+/],
    ["a critical divergence", "shadow-25", { critical: 0.001 }, /divergenceCount-critical: .+value=\d+/],
    [
      "a candidate that fails everybody",
      "shadow-25",
      { candidateFails: 0.3 },
      /fast lane: .+K=\d+, N=\d+, budget=0.01, lnE=/,
    ],
    ["server errors over 0.1 % after the cutover", "cutover", { bothFail: 0.004 }, /serverErrors: .+inARow=2/],
    ["a candidate that fails after the cutover", "cutover", { candidateFails: 0.3 }, /fast lane: .+on route/],
  ])("go back to shadow on %s, in %s, with the figures in the audit", async (_, phase, fault, evidence) => {
    const world = await inPhase(events, phase);
    await world.run(2 * HOUR + 2 * MINUTE);
    expect(phaseIn(world, events)).toBe(phase);
    expect(await suffers(world, events, fault, 4 * HOUR)).toBe(true);
    expect(world.rollout(events.name).status).toMatchObject({ name: "rolled-back", to: "shadow", by: "rollout" });
    expect(reasonOf(world)).toMatch(evidence);
    expect(world.events.filter(({ event }) => event === "rollback")).toHaveLength(1);
    expect(modeOf(world, events, "anybody")).not.toBe("cutover");

    // It never goes on by itself, however well things go.
    const written = world.registry.audit.length;
    world.knobs.behaviour = healthy;
    await world.run((2 * DAY) / 48);
    expect([phaseIn(world, events), world.registry.audit.length]).toEqual(["rolled-back", written]);
  });

  test("say `unchanged` of flags that a rollback finds as it wants them", async () => {
    const world = await inPhase(events, "shadow-25");
    await orderIn(world, events, { action: "rollback", to: "shadow", reason: "doubt" });
    expect(reasonOf(world)).toBe(
      "rollback from shadow-25 to shadow: doubt; WHATSAPP_CANONICAL_SHADOW_MODE unchanged; WHATSAPP_DUAL_RUN unchanged",
    );
    expect(world.registry.audit.at(-1)?.flags).toEqual([]);
  });

  test("go back on latency in the canary too, where three shoppers prove no rate of failures", async () => {
    const world = await inPhase(events, "canary");
    expect(await suffers(world, events, { addedMs: 200 }, 26 * HOUR)).toBe(true);
    expect(reasonOf(world)).toMatch(/addedLatency/);
  });

  test("pass over phases of other places", async () => {
    const staging = worldOf(events, { environment: "staging", tickMs: 5 * MINUTE });
    await begin(staging, events);
    expect(phaseIn(staging, events)).toBe("staging");
    expect(["test-shopper-of-staging", "anybody"].map((shopper) => modeOf(staging, events, shopper))).toEqual([
      "dual-run",
      "legacy",
    ]);
  });
});

describe("favourite drivers", { timeout: 60_000 }, () => {
  test("run to their end while all is well, with a checkpoint an hour", async () => {
    const world = worldOf(matching);
    await begin(world, matching);
    await world.run(65 * MINUTE);
    expect(await lastOf(world, matching)).toMatchObject({
      phase: "testers",
      config: { enabled: true, rollout: 0, allowlist_count: 12 },
    });
    expect(await walk(world, matching, { forMs: 2 * DAY })).toEqual(["testers 2 h", "one 2 h", "five 4 h", "ten 5 h"]);
    const every = await world.journal.checkpoints(matching.name, 100);
    expect(every.length).toBeGreaterThanOrEqual(12);
    expect(new Set(every.map(({ name }) => name)).size).toBe(every.length);
    const share = world.served.candidate / world.served.items;
    expect(share).toBeGreaterThan(0.01);
    expect(await orderIn(world, matching, { action: "complete", lessons: "Ask drivers.", breakGlass: null })).toMatch(
      /^done/,
    );
  });

  test("warn of a share that is not the phase's, and hold until somebody expects it", async () => {
    const world = await inPhase(matching, "testers");
    world.registry.edit([{ kind: "patch", key: matching.flag, fields: { percent: 1 } }], "command:oscar", "early look");
    await world.run(3 * HOUR);
    expect(await lastOf(world, matching)).toMatchObject({
      status: "WARN",
      conclusion: "hold",
      alerts: [
        {
          type: "CONFIG_DRIFT",
          severity: "WARN",
          message: expect.stringContaining("rollout=1%, expected=0%"),
          expected: false,
        },
      ],
    });
    const until = new Date(world.nowMs() + DAY).toISOString();
    await orderIn(world, matching, { action: "acknowledge", gate: "configDrift", why: "early look", until });
    await world.run(HOUR);
    expect(await lastOf(world, matching)).toMatchObject({
      status: "WARN",
      conclusion: "ask-approval",
      alerts: [{ type: "CONFIG_DRIFT", expected: true }],
    });
  });

  test("go back on server errors over 1 % in two checkpoints in a row, and not on one", async () => {
    const world = await inPhase(matching, "five", { seed: 2 });
    await world.run(2 * MINUTE);
    expect(await suffers(world, matching, { bothFail: 0.03 }, HOUR)).toBe(false);
    expect(await lastOf(world, matching)).toMatchObject({ conclusion: "hold", status: "WARN" });
    world.knobs.behaviour = healthy;
    await world.run(2 * HOUR);
    expect(phaseIn(world, matching)).toBe("five");
    expect(await lastOf(world, matching)).toMatchObject({ status: "PASS" });
    expect(await suffers(world, matching, { bothFail: 0.03 }, 3 * HOUR)).toBe(true);
    expect(reasonOf(world)).toMatch(/serverErrors: .+2 of 2 in a row.+inARow=2/);
    expect(world.rollout(matching.name).status).toMatchObject({ to: "off" });
    expect(modeOf(world, matching, "tester-01")).toBe("legacy");
  });

  test.each<[string, object, RegExp]>([
    ["shoppers decided otherwise on another instance", { decidedAlike: false }, /determinism: /],
    ["a critical alert that nobody expects", { alarms: ["queue-full"] }, /alerts: .*queue-full/],
  ])("go back on %s", async (_, surroundings, evidence) => {
    const world = await inPhase(matching, "one");
    world.knobs.surroundings = surroundings;
    expect(await world.run(HOUR + MINUTE, () => phaseIn(world, matching) === "rolled-back")).toBe(true);
    expect(reasonOf(world)).toMatch(evidence);
    expect(reasonOf(world)).toMatch(/PASSENGER_FAVORITES_MATCHING enabled true -> false/);
  });

  test("go on under an alert that somebody expects", async () => {
    const world = await inPhase(matching, "one");
    const until = new Date(world.nowMs() + DAY).toISOString();
    await orderIn(world, matching, { action: "acknowledge", gate: "queue-full", why: "load test", until });
    world.knobs.surroundings = { alarms: ["queue-full"] };
    await world.run(2 * HOUR + MINUTE);
    expect(phaseIn(world, matching)).toBe("five");
  });

  test("start only once every precheck is green", async () => {
    const world = worldOf(matching);
    world.knobs.red = new Set(["list-size"]);
    await orderIn(world, matching, { action: "create", plan: matching });
    await world.run(MINUTE);
    expect(phaseIn(world, matching)).toBe("pending");
    expect(await orderIn(world, matching, { action: "start", breakGlass: null })).toMatch(
      /^refused: cannot start: list-size: it is not so; on-call told: nobody has ticked it/,
    );
    world.knobs.red = new Set();
    await orderIn(world, matching, { action: "tick", precheck: "on-call told", evidence: "paged" });
    await world.run(HOUR);
    expect(phaseIn(world, matching)).toBe("ready");
    expect(await orderIn(world, matching, { action: "start", breakGlass: null })).toMatch(/^done: start -> testers/);
  });
});

test(
  "a candidate that fails 5 % of 10,000 items an hour fails a median of under 25 before everybody is back",
  { timeout: 60_000 },
  async () => {
    const traffic = { itemsPerHour: 10_000, shoppers: 20_000, named: { shoppers: [], share: 0 } };
    const bad: number[] = [];
    for (let seed = 1; seed <= 21; seed += 1) {
      const world = await inPhase(events, "cutover", { seed, traffic, tickMs: 1_000 });
      expect(await suffers(world, events, { bothFail: 0, candidateFails: 0.05 }, HOUR)).toBe(true);
      bad.push(world.served.bad);
    }
    const median = bad.toSorted((one, two) => one - two)[10] ?? Infinity;
    expect(median).toBeLessThan(25);
    expect(median).toBeGreaterThan(5);
  },
);
