import { describe, expect, test } from "vitest";
import { markSet, type Population } from "../../src/account/index.ts";
import type { Checkpoint } from "../../src/rollout/checkpoint.ts";
import type { Gate } from "../../src/rollout/gate.ts";
import type { Plan } from "../../src/rollout/plan.ts";
import type { RolloutPorts } from "../../src/rollout/ports.ts";
import { createEvidence } from "../../src/simulate/evidence.ts";
import { HOUR, MINUTE, orderIn, phaseIn, routeOf, worldOf } from "./sample.ts";
import { healthy } from "../../src/simulate/behaviour.ts";
import type { World } from "../../src/simulate/world.ts";
import { createController, type Controller } from "../../src/rollout/controller/controller.ts";
import { phase, plan as sample } from "../../src/rollout/controller/sample.ts";

const plan: Plan = sample({
  phases: [phase("shadow"), phase("ten", { serve: 10 }), phase("all", { serve: 100, compare: 0 })],
  gates: [{ type: "errorRate", name: "errors", onFail: "rollback", minEffect: 0.01, budget: 0.05 }],
  fastLane: { falseAlarmEvery: 1e6, budget: 0.05 },
  prechecks: { automatic: [], manual: [] },
});

interface Running {
  readonly world: World;
  /** By its ports with some changed. */
  readonly controller: Controller;
  /** Time passes, and the leader looks. */
  readonly look: (times?: number, token?: number) => Promise<void>;
}

async function running(
  changed: (world: World) => Partial<RolloutPorts> = () => ({}),
  of: Plan = plan,
): Promise<Running> {
  const world = worldOf(of);
  const ports = { ...world.ports, ...changed(world) };
  const controller = createController(ports, {
    routes: [routeOf(of.flag)],
    environment: "production",
    intervalMs: MINUTE,
    patienceMs: 1,
  });
  const { token } = (await world.journal.lease("one", 1_000 * HOUR)) ?? { token: 0 };
  await orderIn(world, of, { action: "create", plan: of });
  await orderIn(world, of, { action: "start", breakGlass: "go" });
  const look = async (times = 1, by = token): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      world.pass();
      await controller.tick(by);
    }
  };
  return { world, controller, look };
}

const checkpoints = (world: World): Promise<readonly Checkpoint[]> => world.journal.checkpoints(plan.name, 100);
const bad = { ...healthy, candidateFails: 0.5 };

describe("a leader that is gone", () => {
  test("is followed by one that goes on where it was, and not before its time", async () => {
    const { world, look } = await running();
    await look(90);
    const other = createController(world.ports, {
      routes: [routeOf(plan.flag)],
      environment: "production",
      intervalMs: MINUTE,
    });
    await world.journal.release("one");
    const lease = await world.journal.lease("two", HOUR);
    for (let minute = 0; minute < 32; minute += 1) {
      expect(phaseIn(world, plan)).toBe("shadow");
      world.pass();
      await other.tick(lease?.token ?? 0);
    }
    expect(phaseIn(world, plan)).toBe("ten");
    // Overtaken, it writes nothing, whatever it sees.
    world.knobs.behaviour = bad;
    const written = world.registry.audit.length;
    await look(5);
    expect(world.registry.audit.length).toBe(written);
    await expect(running().then(({ controller }) => controller.checkpoint(plan.name))).rejects.toThrow(
      "another instance leads",
    );
  });

  test("for hours is caught up by one checkpoint, and its time is nobody's", async () => {
    const { world, look } = await running();
    await look(30);
    for (let minute = 0; minute < 300; minute += 1) world.pass();
    await look(2);
    expect(await checkpoints(world)).toHaveLength(1);
    expect((await checkpoints(world))[0]?.why).toContain("1 h 29 min more");
  });
});

test("a wall clock that jumps moves nothing on", async () => {
  const [steady, jumping] = [await running(), await running()];
  for (let minute = 0; minute < 130; minute += 1) {
    if (minute % 10 === 5) jumping.world.jump(minute % 20 === 5 ? 90 * 24 * HOUR : -90 * 24 * HOUR);
    await steady.look();
    await jumping.look();
    expect(phaseIn(jumping.world, plan)).toBe(phaseIn(steady.world, plan));
  }
  expect(phaseIn(steady.world, plan)).toBe("ten");
});

describe("a write", () => {
  test("that somebody was faster than is decided anew on what there is now", async () => {
    let times = 0;
    const { world, look } = await running(({ ports }) => ({
      write: async (write) => (times++ === 1 ? { kind: "moved" } : ports.write(write)),
    }));
    await look(122);
    expect(phaseIn(world, plan)).toBe("ten");
  });

  test("that is refused holds, says so, and is tried again", async () => {
    let broken = true;
    const { world, look } = await running(({ ports }) => ({
      write: async (write) =>
        broken && write.flags.length > 0 ? { kind: "failed", why: "no space" } : ports.write(write),
    }));
    await look(122);
    expect(phaseIn(world, plan)).toBe("shadow");
    expect((await checkpoints(world))[0]).toMatchObject({
      conclusion: "hold",
      why: expect.stringContaining("could not be written: no space"),
    });
    broken = false;
    await look(61);
    expect(phaseIn(world, plan)).toBe("ten");
  });

  test("of a rollback is owed until it is made, whatever comes in the meantime", async () => {
    let broken = false;
    const { world, look } = await running(({ ports }) => ({
      write: async (write) => (broken ? { kind: "failed", why: "no space" } : ports.write(write)),
    }));
    await look(10);
    [broken, world.knobs.behaviour] = [true, bad];
    await look(5);
    world.knobs.behaviour = healthy;
    await look(5);
    broken = false;
    await look(1);
    expect(phaseIn(world, plan)).toBe("rolled-back");
    expect(world.registry.audit.at(-1)?.reason).toMatch(/fast lane: .+K=\d+/);
    expect(world.events.filter(({ event }) => event === "rollback")).toHaveLength(1);
  });
});

describe("a store that is lost", () => {
  test.each<[keyof RolloutPorts, number]>([
    // None of that time counts where nobody saw what happened.
    ["evidence", 90],
    ["surroundings", 90],
    ["journal", 90],
    ["write", 1],
  ])("with its %s moves nothing on, and goes on by itself", async (port, minutes) => {
    let lost = false;
    const lose = <A extends readonly unknown[], T>(work: (...given: A) => Promise<T>) => {
      return (...given: A): Promise<T> => (lost ? Promise.reject(new Error("connection refused")) : work(...given));
    };
    const { world, look } = await running(({ ports }) => ({
      ...(port === "evidence" ? { evidence: lose(ports.evidence) } : {}),
      ...(port === "surroundings" ? { surroundings: lose(ports.surroundings) } : {}),
      ...(port === "write" ? { write: lose(ports.write) } : {}),
      ...(port === "journal"
        ? {
            journal: {
              ...ports.journal,
              progress: lose((id: string) => ports.journal.progress(id)),
              keep: lose((...kept: Parameters<typeof ports.journal.keep>) => ports.journal.keep(...kept)),
              add: lose((...added: Parameters<typeof ports.journal.add>) => ports.journal.add(...added)),
            },
          }
        : {}),
    }));
    await look(30);
    lost = true;
    for (let minute = 0; minute < 150; minute += 1)
      await look().catch((error: unknown) => expect(String(error)).toContain("refused"));
    expect(phaseIn(world, plan)).toBe("shadow");
    lost = false;
    await look(minutes - 1);
    expect(phaseIn(world, plan)).toBe("shadow");
    await look(3);
    expect(phaseIn(world, plan)).toBe("ten");
  });

  test("and evidence that four checkpoints in a row cannot read stops it until somebody resumes", async () => {
    const { world, look } = await running(() => ({ evidence: () => Promise.reject(new Error("no such table")) }));
    await look(3 * 60 + 30);
    expect(phaseIn(world, plan)).toBe("shadow");
    await look(60);
    expect(world.rollout(plan.name).status).toMatchObject({
      name: "error-paused",
      reason: expect.stringContaining("evidence could not be read: no such table"),
    });
    expect(await orderIn(world, plan, { action: "resume" })).toBe("done: resumed in shadow");
  });
});

const speed: Gate = {
  type: "metric",
  name: "speed",
  onFail: "rollback",
  consecutive: 2,
  source: { kind: "json", url: "http://127.0.0.1/", pointer: "/speed", headers: {} },
  min: 1,
  max: null,
};
const measuring = { ...plan, gates: [...plan.gates, speed] };

describe("figures from outside", () => {
  test.each<[string, Awaited<ReturnType<RolloutPorts["measure"]>>, string]>([
    ["within bounds let it pass", { kind: "value", value: 2 }, "ten"],
    ["out of bounds twice roll it back", { kind: "value", value: 0.5 }, "rolled-back"],
    ["that are none hold it", { kind: "none", why: "NaN" }, "shadow"],
    ["that fail hold it", { kind: "error", why: "timeout" }, "shadow"],
  ])("%s", async (_, measured, at) => {
    const { world, look } = await running(() => ({ measure: async () => measured }), measuring);
    await look(3 * 60);
    expect(phaseIn(world, measuring)).toBe(at);
  });

  test("that never come keep nobody from going back, and are an error in the end", async () => {
    const { world, look } = await running(() => ({ measure: () => new Promise(() => undefined) }), measuring);
    await look(62);
    expect((await checkpoints(world))[0]).toMatchObject({ status: "ERROR", conclusion: "hold" });
    world.knobs.behaviour = bad;
    await look(10);
    expect(phaseIn(world, measuring)).toBe("rolled-back");
  });
});

describe("a checkpoint on demand", () => {
  test("is named, kept and followed like any other", async () => {
    const { world, controller, look } = await running();
    await look(5);
    expect(await controller.checkpoint(plan.name, "before lunch")).toMatchObject({
      name: "before lunch",
      conclusion: "hold",
      phase: "shadow",
    });
    expect((await checkpoints(world))[0]?.name).toBe("before lunch");
    world.knobs.surroundings = { alarms: ["disk"] };
    await expect(controller.checkpoint("nothing")).rejects.toThrow('there is no rollout "nothing"');
  });

  test("twice in one window is one failure in a row, and the next window's is the second", async () => {
    const { world, controller, look } = await running(
      () => ({ measure: async () => ({ kind: "value", value: 0.5 }) }),
      measuring,
    );
    await look(5);
    for (const name of ["one", "two", "three"]) {
      await look(9);
      expect(await controller.checkpoint(plan.name, name)).toMatchObject({ status: "WARN", conclusion: "hold" });
    }
    await look(50);
    expect(phaseIn(world, measuring)).toBe("shadow");
    await look(11);
    expect(phaseIn(world, measuring)).toBe("rolled-back");
  });

  test("of a rollout that has not begun shows, and moves nothing", async () => {
    const { world, controller, look } = await running();
    await orderIn(world, { ...plan, name: "later" }, { action: "create", plan: { ...plan, name: "later" } });
    await look(1);
    expect(await controller.checkpoint("later")).toMatchObject({
      conclusion: "hold",
      why: expect.stringContaining("it is "),
    });
  });
});

test("an order that cannot be carried out says why, and changes nothing", async () => {
  const { world, controller } = await running(() => ({ write: async () => ({ kind: "moved" }) }));
  const pause = { action: "pause", rollout: plan.name, by: "anna", reason: "lunch" } as const;
  expect(await controller.act(pause)).toMatchObject({ kind: "failed", why: expect.stringContaining("ask again") });
  expect(await controller.act({ ...pause, rollout: "nothing" })).toMatchObject({ kind: "refused" });
  expect(phaseIn(world, plan)).toBe("shadow");
  const other = { ...plan, description: "another" };
  expect(await controller.act({ action: "create", rollout: plan.name, by: "anna", plan })).toMatchObject({
    kind: "unchanged",
  });
  expect(await controller.act({ action: "create", rollout: plan.name, by: "anna", plan: other })).toMatchObject({
    kind: "refused",
  });
});

test("who only observes says what would be done, and nothing is written after the start", async () => {
  const observing: Plan = { ...plan, mode: "observe" };
  const { world, look } = await running(() => ({}), observing);
  const written = world.registry.audit.length;
  world.registry.edit(
    [{ kind: "patch", key: plan.flag, fields: { enabled: true, percent: 100 } }],
    "command:oscar",
    "by hand",
  );
  await look(130);
  expect((await checkpoints(world))[0]).toMatchObject({
    conclusion: "advance",
    why: expect.stringContaining("it only observes"),
  });
  world.knobs.behaviour = bad;
  await look(10);
  expect(world.events.filter(({ event }) => event === "rollout_due")).toHaveLength(1);
  expect([phaseIn(world, observing), world.registry.audit.length]).toEqual(["shadow", written + 1]);
});

test("a baseline is recorded of legacy alone, and legacy that gets worse later sheds the shadow", async () => {
  const legacyNow: Gate = { type: "baseline", name: "legacy", onFail: "shed", minEffect: 0.005 };
  const with24h: Plan = {
    ...plan,
    phases: [phase("before", { kind: "baseline", compare: 0, gates: [] }), ...plan.phases],
    gates: [...plan.gates, legacyNow],
    fastLane: null,
  };
  const { world, look } = await running(() => ({}), with24h);
  await look(121);
  expect(phaseIn(world, with24h)).toBe("shadow");
  const { baseline, limits } = world.rollout(plan.name);
  expect(baseline).toMatchObject({ errorRate: expect.closeTo(0.0005, 3), perSecond: expect.closeTo(3_000 / 3_600, 1) });
  expect(limits.slowMs).toBe(baseline?.p95Ms);
  world.knobs.behaviour = { ...healthy, bothFail: 0.1 };
  await look(121);
  const { shed, status } = world.rollout(plan.name);
  expect([shed?.reason, status.name]).toEqual([expect.stringContaining("legacy: "), "running"]);
  expect(world.registry.audit.at(-1)).toMatchObject({
    reason: expect.stringContaining("nobody is compared"),
    flags: [],
  });
  world.knobs.behaviour = healthy;
  expect(await orderIn(world, with24h, { action: "resume" })).toBe("done: resumed in shadow, comparing again");
  expect(world.rollout(plan.name).shed).toBeNull();
});

describe("where the candidate answers nobody", () => {
  const limits: Plan = {
    ...plan,
    shadow: false,
    phases: [phase("ten", { serve: 10, compare: 0 }), phase("all", { serve: 100, compare: 0 })],
    gates: [
      { type: "serverErrors", name: "errors", onFail: "rollback", max: 0.5, consecutive: 2 },
      { type: "configDrift", name: "drift", onFail: "warn" },
    ],
  };

  test("that legacy answers well moves nobody on, and the kill switch stops the phase's time", async () => {
    const { world, look } = await running(undefined, limits);
    world.knobs.surroundings = { killed: true };
    await look(4 * 60);
    expect(phaseIn(world, limits)).toBe("ten");
    expect((await world.journal.progress(plan.name))?.runningMs).toBe(0);
    world.knobs.surroundings = {};
    await look(60);
    expect(phaseIn(world, limits)).toBe("ten");
    await look(2 * 60);
    expect(phaseIn(world, limits)).toBe("all");
  });

  test("a phase that serves is not left before it has answered something, by evidence or by hand", async () => {
    const own = createEvidence();
    const { world, look } = await running(() => ({ evidence: async (scope) => own.of(scope) }), limits);
    const note = (population: Population): void => {
      const stream = {
        scope: `${limits.name}.1`,
        route: "r",
        population,
        legacyVersion: "",
        candidateVersion: "",
        rules: "",
      };
      const one = { set: markSet("item"), count: 1 };
      own.to(stream).count(world.nowMs(), one, one);
    };
    await look(5 * 60);
    note("served-legacy");
    await look(60);
    expect((await checkpoints(world))[0]).toMatchObject({
      status: "INCONCLUSIVE",
      why: expect.stringContaining("the candidate was asked nothing in this phase yet"),
    });
    expect(await orderIn(world, limits, { action: "advance", to: "all", breakGlass: null })).toContain(
      "the candidate was asked nothing in this phase yet",
    );
    note("served-candidate");
    await look(60);
    expect(phaseIn(world, limits)).toBe("all");
  });
});

test("what fails in the phase that it went back to goes further back, until nobody is served", async () => {
  const further: Plan = {
    ...plan,
    phases: [phase("ten", { serve: 10 }), phase("half", { serve: 50 })],
    rollback: { to: "previous", procedures: [] },
  };
  const { world, look } = await running(undefined, further);
  await orderIn(world, further, { action: "advance", to: "half", breakGlass: "for the test" });
  world.knobs.behaviour = bad;
  await look(60);
  const back = world.events.flatMap((event) => (event.event === "rollback" ? [[event.to, event.reason]] : []));
  expect(back).toEqual([
    ["previous", expect.stringContaining("fast lane")],
    ["shadow", expect.stringContaining("fast lane")],
  ]);
  expect(world.rollout(further.name).status).toMatchObject({ name: "rolled-back", to: "shadow" });
});

test("what a lock forbids is refused, and is no failure of the store", async () => {
  const why = "`CHECKOUT_ENABLED` is under the rollout `other`";
  const { controller } = await running(() => ({ write: async () => ({ kind: "refused", why }) }));
  const answer = await controller.act({
    action: "create",
    rollout: "second",
    by: "carl",
    plan: { ...plan, name: "second" },
  });
  expect(answer).toEqual({ kind: "refused", why });
});
