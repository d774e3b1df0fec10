import { describe, expect, test } from "vitest";
import { HOUR, phase, plan as sample } from "../rollout/controller/sample.ts";
import type { Gate, Plan } from "../rollout/index.ts";
import { healthy } from "./behaviour.ts";
import { PlanRefused, simulateMany } from "./index.ts";
import { sharedBy, simulate, type Run } from "./run.ts";
import type { Fault, FaultKind, Onset, Scenario } from "./scenario.ts";
import { summaryOf } from "./summary.ts";
import { createWorld } from "./world.ts";

const gates: readonly Gate[] = [
  { type: "errorRate", name: "errors", onFail: "rollback", minEffect: 0.002, budget: 0.01 },
  { type: "divergence", name: "differs", onFail: "rollback", severity: "major", minEffect: 0.002, budget: 0.01 },
  { type: "addedLatency", name: "later", onFail: "rollback", minEffect: 0.01, maxMs: 100 },
  { type: "candidateLatency", name: "slower", onFail: "rollback", minEffect: 0.01 },
];

const approval = { count: 2, names: [], notAuthor: true };
const plan: Plan = sample({
  phases: [
    phase("shadow", { minMs: 12 * HOUR, approval }),
    phase("half", { serve: 50, minMs: 6 * HOUR }),
    phase("all", { serve: 100, compare: 20, minMs: 6 * HOUR }),
  ],
  gates,
  fastLane: { falseAlarmEvery: 1e6, budget: 0.01 },
});

const scenario = (changes: Partial<Scenario> = {}): Scenario => ({
  plan,
  environment: "production",
  startAt: "2026-01-05T09:00:00.000Z",
  traffic: { itemsPerHour: 2_000, shoppers: 5_000, shape: "flat", named: 10, audience: 0.1 },
  faults: [],
  approveAfterMs: HOUR,
  limitMs: 60 * HOUR,
  ...changes,
});

const after = (ms: number): Onset => ({ kind: "after", ms });
const fault = (what: FaultKind, amount: number, from: Onset = after(3 * HOUR), metric = ""): Fault => ({
  what,
  amount,
  metric,
  from,
});

async function runs(of: Scenario, count: number, seed = 1): Promise<readonly Run[]> {
  const shared = sharedBy(of);
  const found: Run[] = [];
  for (let run = 0; run < count; run += 1) found.push(await simulate(shared, seed + run));
  return found;
}

describe("a healthy candidate", { timeout: 60_000 }, () => {
  test("comes to the end of the plan, and people approve and complete after their time", async () => {
    for (const run of await runs(scenario(), 3)) {
      expect(run).toMatchObject({ end: "completed", phase: 2, onsetMs: null, notice: null, falseAlarm: false });
      expect(run.stays.map(({ phase: index, fromMs, toMs }) => [index, (toMs - fromMs) / HOUR])).toEqual([
        // Of the approvals, the second look follows a second later.
        [0, expect.closeTo(13, 2)],
        [1, expect.closeTo(6, 2)],
        [2, expect.closeTo(7, 2)],
      ]);
    }
    const patient = await runs(scenario({ approveAfterMs: 5 * HOUR }), 1);
    expect(patient[0]?.stays[0]?.toMs).toBe(17 * HOUR + 1_000);
  });

  test("is held by what traffic is too thin for, and told what it waits for", async () => {
    const thin = scenario({ traffic: { ...scenario().traffic, itemsPerHour: 5 }, limitMs: 30 * HOUR });
    const [run] = await runs(thin, 1);
    expect(run).toMatchObject({ end: "held", phase: 0, by: expect.arrayContaining(["errors"]), endMs: 30 * HOUR });
  });

  // Of forty none: with 95 % at most 8.8 % of runs do (Wilson). The thousand are the command's: docs/rollouts.md.
  test("that fails as often as legacy does is never taken for worse, at any look", async () => {
    const both = [fault("errors", 0.003, after(0)), fault("legacy-errors", 0.003, after(0))];
    const one = sample({ ...plan, phases: [phase("shadow", { minMs: 12 * HOUR })] });
    const found = await runs(scenario({ plan: one, faults: both, limitMs: 12 * HOUR }), 40);
    expect(found.filter(({ notice, end }) => notice !== null || end === "rolled-back")).toEqual([]);
  });
});

describe("a candidate that gets worse", { timeout: 60_000 }, () => {
  test.each<[string, readonly Fault[], readonly string[]]>([
    ["fails 20 %", [fault("errors", 0.2)], ["fast lane"]],
    ["differs gravely", [fault("critical", 0.3)], ["fast lane"]],
    ["differs in major ways", [fault("major", 0.05)], ["differs"]],
    ["takes longer", [fault("latency", 400)], ["later", "slower"]],
    ["fails a little more than it may", [fault("errors", 0.03)], ["errors", "fast lane"]],
  ])("and %s is rolled back, with how long that took and how many were bad", async (_, faults, by) => {
    for (const run of await runs(scenario({ faults }), 3)) {
      expect(run).toMatchObject({ end: "rolled-back", phase: 0, onsetMs: 3 * HOUR, falseAlarm: false, badServed: 0 });
      expect(run.by.every((name) => by.includes(name))).toBe(true);
      expect(run.notice?.by).toEqual(run.by);
      expect(run.notice?.atMs).toBe(run.endMs);
      expect(run.endMs - 3 * HOUR).toBeLessThan(3 * HOUR);
      expect(run.badSeen).toBeGreaterThan(5);
    }
  });

  test("from a phase on does so as it is entered, and shoppers get what the candidate answers by then", async () => {
    const faults = [fault("errors", 0.1, { kind: "phase", phase: 1 })];
    const [run] = await runs(scenario({ faults }), 1);
    expect(run).toMatchObject({ end: "rolled-back", phase: 1, by: ["fast lane"], onsetMs: 13 * HOUR + 1_000 });
    expect(run?.badServed).toBeGreaterThan(2);
    expect(run?.badServed).toBeLessThan(run?.badSeen ?? 0);
  });

  test("in a figure from outside is rolled back by its gate, and else the figure is within its bounds", async () => {
    const source = { kind: "json", url: "http://127.0.0.1/", pointer: "/x", headers: {} } as const;
    const bounds = { source, consecutive: 2, onFail: "rollback", min: 0.2, max: 0.4 } as const;
    const metric: Gate = { type: "metric", name: "answers", ...bounds };
    const figures = sample({ ...plan, gates: [metric] });
    expect((await runs(scenario({ plan: figures }), 1))[0]?.end).toBe("completed");
    const low = fault("metric", 0.1, after(3 * HOUR), "answers");
    const [run] = await runs(scenario({ plan: figures, faults: [low] }), 1);
    expect(run).toMatchObject({ end: "rolled-back", by: ["answers"] });
    // At two checkpoints in a row: that of the third hour was before.
    expect((run?.endMs ?? 0) - 3 * HOUR).toBe(2 * HOUR);
  });

  test("is found as it is by a leader who looks each second", async () => {
    const faults = [fault("errors", 0.05, after(0))];
    const busy = { ...scenario().traffic, itemsPerHour: 10_000 };
    const found = await runs(scenario({ faults, traffic: busy }), 40);
    const bySecond: number[] = [];
    for (let seed = 101; seed <= 124; seed += 1) {
      const world = createWorld({
        routes: [{ enabled: plan.flag, shadow: "S", dualRun: "D", reverseShadow: "R" }],
        environment: "production",
        traffic: { itemsPerHour: 10_000, shoppers: 5_000, named: { shoppers: [], share: 0 } },
        seed,
        startAt: "2026-01-05T09:00:00.000Z",
        tickMs: 1_000,
      });
      world.knobs.behaviour = { ...healthy, candidateFails: 0.05 };
      const by = { rollout: plan.name, by: "command:anna" };
      await world.controller.act({ action: "create", plan, ...by });
      await world.controller.act({ action: "start", breakGlass: "go", ...by });
      const startMs = world.nowMs();
      await world.run(HOUR, () => world.rollout(plan.name).status.name === "rolled-back");
      bySecond.push(world.nowMs() - startMs);
    }
    const median = (values: readonly number[]): number =>
      values.toSorted((one, two) => one - two)[Math.floor(values.length / 2)] ?? 0;
    expect(found.every(({ end, by }) => end === "rolled-back" && by[0] === "fast lane")).toBe(true);
    // Half a minute's spread each: three standard errors of both medians.
    expect(Math.abs(median(found.map(({ endMs }) => endMs)) - median(bySecond))).toBeLessThan(30_000);
  });
});

describe("many runs", { timeout: 60_000 }, () => {
  test("come out the same for the same seed, on however many threads, and are summed up", async () => {
    const of = scenario({ faults: [fault("errors", 0.02)] });
    const options = { runs: 4, seed: 3, maxMs: Infinity };
    const told: number[] = [];
    const one = await simulateMany(of, { ...options, threads: 1 });
    const two = await simulateMany(of, { ...options, threads: 2, progress: (done) => told.push(done) });
    expect(two).toEqual(one);
    expect(told.at(-1)).toBe(4);
    expect(one).toEqual(summaryOf(of, await runs(of, 4, 3), { seed: 3, asked: 4 }));
    expect(one).toMatchObject({
      plan: "checkout",
      runs: 4,
      complete: true,
      ends: { completed: 0, rolled_back: 4, held: 0 },
      false_alarms: { runs: 0, share: 0 },
      fault: { runs: 4, noticed: 4, onset_ms: { median: 3 * HOUR } },
      phases: [{ name: "shadow", entered: 4, rolled_back: 4 }, { name: "half", entered: 0, stayed_ms: null }, {}],
    });
    expect(one.false_alarms.share_to).toBeCloseTo(0.49, 1);
  });

  test("that there is no time for are left, and what cannot begin is refused", async () => {
    const cut = await simulateMany(scenario(), { runs: 500, seed: 1, threads: 1, maxMs: 1_000 });
    expect(cut.complete).toBe(false);
    expect(cut.runs).toBeLessThan(500);
    const elsewhere = sample({ ...plan, phases: plan.phases.map((one) => ({ ...one, environment: "staging" })) });
    const options = { runs: 1, seed: 1, threads: 1, maxMs: Infinity };
    await expect(simulateMany(scenario({ plan: elsewhere }), options)).rejects.toThrow(PlanRefused);
    const over = AbortSignal.abort(new Error("enough"));
    await expect(simulateMany(scenario(), { ...options, signal: over })).rejects.toThrow("enough");
  });
});
