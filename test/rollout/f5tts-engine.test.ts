import { describe, expect, test } from "vitest";
import { groupsOf } from "../../src/rollout/groups.ts";
import { healthy as usual, type Behaviour } from "../../src/simulate/behaviour.ts";
import type { World, WorldOptions } from "../../src/simulate/world.ts";
import { begin, DAY, guide, HOUR, MINUTE, orderIn, phaseIn, worldOf } from "./sample.ts";
import { figures, inPhase, lastOf, modeOf, reasonOf, suffers, walk } from "./walk.ts";

const plan = guide("f5tts-engine");
const factor = "sum(rate(tts_compute_seconds[1h])) / sum(rate(tts_speech_seconds[1h]))";
/** Speech takes its time, on both sides. */
const healthy: Behaviour = { ...usual, bothFail: 0, legacyMs: 2_000, addedMs: 5, spread: 0.3 };
const outside = { [factor]: 0.12, "/satisfaction": 94 };
const traffic = { itemsPerHour: 900, shoppers: 5_000, named: { shoppers: ["tester-01"], share: 0.02 } };
const small: Partial<WorldOptions> = { tickMs: 10 * MINUTE, traffic };

function atEase(world: World): World {
  world.knobs.behaviour = healthy;
  world.knobs.measured = figures(outside);
  return world;
}

const percentOf = (world: World): number | null | undefined => world.registry.state().flags.get(plan.flag)?.percent;

describe("the speech engine", { timeout: 120_000 }, () => {
  test("goes to its end while all is well, in days as the guide says, and stays with a way back", async () => {
    const world = atEase(worldOf(plan, { ...small, tickMs: 30 * MINUTE }));
    await begin(world, plan);
    expect([phaseIn(world, plan), modeOf(world, plan, "tester-01")]).toEqual(["disabled", "legacy"]);
    const served: string[] = [];
    const entered = (phase: string): void => {
      served.push(`${phase} ${percentOf(world)} %`);
      world.knobs.itemsPerHour = phase === "alpha" ? 300 : 120;
    };
    expect(await walk(world, plan, { forMs: 20 * DAY, entered })).toEqual([
      "disabled 25 h",
      "alpha 73 h",
      "beta-25 24 h",
      "beta-50 97 h",
      "ga-75 24 h",
      "ga-100 169 h",
    ]);
    expect(served).toEqual(["alpha 10 %", "beta-25 25 %", "beta-50 50 %", "ga-75 75 %", "ga-100 100 %"]);
    const key = plan.flag;
    world.registry.edit([{ kind: "members", key, list: "denylist", add: ["one"], remove: [] }], "command:oscar", "odd");
    expect(["one", "two", "tester-01"].map((shopper) => modeOf(world, plan, shopper))).toEqual([
      "legacy",
      "cutover",
      "cutover",
    ]);
    expect(await orderIn(world, plan, { action: "complete", lessons: "Warm up.", breakGlass: null })).toMatch(/^done/);
    await world.run(2 * HOUR);
    expect((await lastOf(world, plan))?.why).toContain("the way back to beta-50 is open");
  });

  test.each<[string, string, Partial<Behaviour>, { to: string; percent: number | null; evidence: RegExp }]>([
    [
      "15 % errors",
      "alpha",
      { candidateFails: 0.15 },
      { to: "disabled", percent: 10, evidence: /rollback from alpha to disabled: fast lane: .+K=\d+/ },
    ],
    [
      "a p95 of 15 s",
      "beta-25",
      { addedMs: 11_000 },
      { to: "alpha", percent: 10, evidence: /beta-25 to alpha: .*p95: .+after more than 6 s/ },
    ],
    [
      "a p95 of 15 s",
      "beta-50",
      { addedMs: 11_000 },
      { to: "alpha", percent: 10, evidence: /beta-50 to alpha: .*p95: .+K=\d+, N=\d+, b/ },
    ],
    [
      "a p95 of 7 s",
      "ga-75",
      { addedMs: 3_500 },
      { to: "beta-50", percent: 50, evidence: /ga-75 to beta-50: p95: .+after more than 5 s/ },
    ],
  ])("%s in %s go back to where the guide says", async (_, phase, fault, { to, percent, evidence }) => {
    const world = atEase(await inPhase(plan, phase, small));
    await world.run(2 * HOUR);
    expect(phaseIn(world, plan)).toBe(phase);
    expect(await suffers(world, plan, { ...healthy, ...fault }, 6 * HOUR)).toBe(true);
    expect(world.rollout(plan.name).status).toMatchObject({ name: "rolled-back", to: { phase: to }, by: "rollout" });
    expect(reasonOf(world)).toMatch(evidence);
    expect(percentOf(world)).toBe(percent);
    expect(modeOf(world, plan, "tester-01")).toBe(to === "disabled" ? "legacy" : "cutover");
  });

  test("satisfaction that falls after general availability goes back to beta, on the second checkpoint that says so", async () => {
    const world = atEase(await inPhase(plan, "ga-100", small));
    await world.run(2 * HOUR);
    world.knobs.measured = figures({ ...outside, "/satisfaction": 85 });
    await world.run(HOUR);
    expect(await lastOf(world, plan)).toMatchObject({ status: "WARN", conclusion: "hold" });
    expect(await world.run(HOUR, () => phaseIn(world, plan) === "rolled-back")).toBe(true);
    expect(reasonOf(world)).toMatch(
      /ga-100 to beta-50: satisfaction-candidate: 85, at least 90, 2 of 2 in a row.+percent 100 -> 50/,
    );
  });

  test("each phase has its own bounds: what alpha puts up with ends beta", async () => {
    const [alpha, beta] = [await inPhase(plan, "alpha", small), await inPhase(plan, "beta-50", small)];
    for (const world of [alpha, beta]) {
      atEase(world).knobs.measured = figures({ ...outside, [factor]: 0.22 });
      await world.run(4 * HOUR);
    }
    expect([phaseIn(alpha, plan), phaseIn(beta, plan)]).toEqual(["alpha", "rolled-back"]);
    expect(reasonOf(beta)).toMatch(/real-time-factor-candidate: 0.22, at most 0.2/);
  });

  test("a bound that is broken begins the seven stable days anew", async () => {
    const world = atEase(await inPhase(plan, "ga-100", { ...small, tickMs: 30 * MINUTE }));
    world.knobs.itemsPerHour = 100;
    await world.run(3 * DAY);
    world.knobs.measured = figures({ ...outside, "/satisfaction": 89 });
    await world.run(HOUR);
    world.knobs.measured = figures(outside);
    await world.run(4 * DAY + 6 * HOUR);
    expect((await lastOf(world, plan))?.why).toMatch(/satisfaction-candidate: 94, at least 90: for \S+ days of 7 days/);
    expect(await world.run(4 * DAY, () => phaseIn(world, plan) !== "ga-100")).toBe(false);
    expect((await lastOf(world, plan))?.conclusion).toBe("ask-approval");
  });

  test("NO-GO holds in its phase with the reason, and GO takes somebody else than the author", async () => {
    const world = atEase(await inPhase(plan, "alpha", { ...small, tickMs: 30 * MINUTE }));
    world.knobs.itemsPerHour = 200;
    await world.run(3 * DAY + 2 * HOUR);
    expect((await lastOf(world, plan))?.conclusion).toBe("ask-approval");
    expect(await orderIn(world, plan, { action: "approve" }, "token:speech-team")).toMatch(/^refused: /);
    const reason = "the voices are too flat";
    expect(await orderIn(world, plan, { action: "reject", reason })).toBe("done: paused in alpha");
    await world.run(DAY);
    expect([phaseIn(world, plan), percentOf(world)]).toEqual(["paused", 10]);
    expect((await lastOf(world, plan))?.why).toContain(`rejected: ${reason}`);
    await orderIn(world, plan, { action: "resume" });
    await world.run(2 * HOUR);
    await orderIn(world, plan, { action: "approve" });
    await world.run(HOUR);
    expect(phaseIn(world, plan)).toBe("beta-25");
  });

  test("does what the guide's deploy script did: to alpha, to disabled, and on from where it went back to", async () => {
    const world = atEase(worldOf(plan, small));
    await begin(world, plan);
    await world.run(2 * HOUR);
    expect(
      await orderIn(world, plan, { action: "advance", to: "alpha", breakGlass: null, reason: "the fix is out" }),
    ).toContain("22 h 10 min more in disabled");
    const glass = { action: "advance", to: "alpha", breakGlass: "the demo is today" } as const;
    expect(await orderIn(world, plan, glass)).toBe("done: disabled -> alpha");
    expect(await orderIn(world, plan, { action: "rollback", to: { phase: "disabled" }, reason: "noise" })).toBe(
      "done: rollback from alpha to disabled",
    );
    expect(modeOf(world, plan, "tester-01")).toBe("legacy");

    const beta = atEase(await inPhase(plan, "beta-50", small));
    await suffers(beta, plan, { ...healthy, addedMs: 11_000 }, 6 * HOUR);
    beta.knobs.behaviour = healthy;
    expect(
      await orderIn(beta, plan, { action: "advance", to: "beta-25", breakGlass: null, reason: "the fix is out" }),
    ).toContain("name the phase it went back to, `alpha`");
    expect(
      await orderIn(beta, plan, { action: "advance", to: "alpha", breakGlass: null, reason: "the fix is out" }),
    ).toBe("done: beta-50 -> alpha");
    expect([phaseIn(beta, plan), percentOf(beta)]).toEqual(["alpha", 10]);
    await beta.run(2 * HOUR);
    expect((await lastOf(beta, plan))?.why).toContain("more of at least 72 h in this phase");
  });

  test("its groups stand side by side, with what is known from outside", async () => {
    const world = atEase(await inPhase(plan, "beta-50", small));
    await world.run(3 * HOUR);
    const rollout = world.rollout(plan.name);
    const groups = groupsOf({
      rollout,
      phaseIndex: plan.phases.findIndex(({ name }) => name === "beta-50"),
      evidence: await world.ports.evidence(`${rollout.id}.${rollout.visit}`),
      surroundings: await world.ports.surroundings(plan.flag),
      results: (await lastOf(world, plan))?.gates ?? [],
      nowMs: world.nowMs(),
    });
    expect(groups.candidate).toMatchObject({ metrics: { "real-time-factor": 0.12 } });
    expect(groups.candidate.users / groups.legacy.users).toBeCloseTo(1, 0);
    expect(groups.candidate.p95_ms).toBeGreaterThan(3_000);
    expect(groups.legacy.error_rate).toBeLessThan(0.01);
  });
});
