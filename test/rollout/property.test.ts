import fc from "fast-check";
import { expect, test } from "vitest";
import { decideMode } from "../../src/flags/index.ts";
import { createController, type Controller } from "../../src/rollout/controller/controller.ts";
import { phase, plan as sample } from "../../src/rollout/controller/sample.ts";
import { successors } from "../../src/rollout/controller/statuses.ts";
import { holding } from "../../src/rollout/judge.ts";
import type { Plan, RollbackTarget } from "../../src/rollout/plan.ts";
import type { RolloutPorts, RolloutWrite, RolloutWritten } from "../../src/rollout/ports.ts";
import type { Rollout } from "../../src/rollout/state.ts";
import { HOUR, MINUTE, routeOf, worldOf, type Wanted } from "./sample.ts";
import { healthy } from "../../src/simulate/behaviour.ts";
import type { World } from "../../src/simulate/world.ts";

const plan: Plan = sample({
  name: "checkout",
  phases: [
    phase("shadow", { minMs: 2 * HOUR, maxMs: 6 * HOUR }),
    phase("ten", { serve: 10, minMs: 2 * HOUR, approval: { count: 1, names: [], notAuthor: true } }),
    phase("half", { serve: 50, minMs: 2 * HOUR, rollbackTo: { phase: "ten" }, manual: ["seen"] }),
    phase("all", { serve: 100, compare: 0, minMs: 2 * HOUR }),
  ],
  gates: [
    { type: "errorRate", name: "errors", onFail: "rollback", minEffect: 0.01, budget: 0.05 },
    { type: "serverErrors", name: "server", onFail: "rollback", consecutive: 2, max: 0.1 },
    { type: "alerts", name: "alerts", onFail: "hold", withinMs: HOUR },
    { type: "serverErrors", name: "moderate", onFail: "lower", consecutive: 1, max: 0.2 },
    { type: "alerts", name: "light", onFail: "adjust", settings: { model: "small" } },
    { type: "configDrift", name: "drift", onFail: "warn" },
  ],
  fastLane: { falseAlarmEvery: 1e6, budget: 0.05 },
  checkpoints: { everyMs: HOUR, windowMs: HOUR },
  prechecks: { automatic: [{ name: "store" }], manual: ["backup"] },
});
const route = routeOf(plan.flag);
const shoppers = Array.from({ length: 200 }, (_, index) => `shopper-${index}`);

type Deed =
  | { readonly kind: "time"; readonly ticks: number }
  | { readonly kind: "jump"; readonly ms: number }
  | { readonly kind: "order"; readonly order: Wanted; readonly by: string }
  | { readonly kind: "checkpoint" }
  | { readonly kind: "behave"; readonly candidateFails: number; readonly bothFail: number }
  | {
      readonly kind: "around";
      readonly incidents: readonly string[];
      readonly alarms: readonly string[];
      readonly up: boolean;
    }
  | { readonly kind: "kill-switch"; readonly killed: boolean }
  | {
      readonly kind: "fault";
      readonly of: "write" | "evidence" | "journal" | "surroundings";
      readonly times: number;
      readonly how: "moved" | "failed" | "rejected";
    }
  | { readonly kind: "leader"; readonly instance: 0 | 1 }
  | { readonly kind: "restart"; readonly instance: 0 | 1 }
  | { readonly kind: "by-hand"; readonly percent: number };

const glass = fc.constantFrom(null, "we must");
const order: fc.Arbitrary<Wanted> = fc.oneof(
  fc.record({ action: fc.constant("start" as const), breakGlass: glass }),
  fc.record({ action: fc.constantFrom("pause", "reject", "abort"), reason: fc.constantFrom("", "doubt") }),
  fc.record({ action: fc.constantFrom("resume", "approve", "check") }),
  fc.record({
    action: fc.constant("advance" as const),
    to: fc.constantFrom(null, "ten", "half", "all", "nowhere"),
    breakGlass: glass,
  }),
  fc.record({
    action: fc.constant("rollback" as const),
    to: fc.constantFrom<RollbackTarget | null>(null, "shadow", "previous", "off", { phase: "ten" }),
    reason: fc.constant("doubt"),
  }),
  fc.record({ action: fc.constant("complete" as const), lessons: fc.constantFrom("", "Measure."), breakGlass: glass }),
  fc.record({
    action: fc.constant("tick" as const),
    precheck: fc.constantFrom("backup", "seen"),
    evidence: fc.constant("log"),
  }),
  fc.constant({ action: "note" as const, text: "hm" }),
);

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("time" as const), ticks: fc.integer({ min: 1, max: 30 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("jump" as const),
      ms: fc.constantFrom(-400 * HOUR, -HOUR, HOUR, 400 * HOUR),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("order" as const),
      order,
      by: fc.constantFrom("command:anna", "token:carl"),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "checkpoint" as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("behave" as const),
      candidateFails: fc.constantFrom(0, 0, 0, 0.03, 0.5),
      bothFail: fc.constantFrom(0, 0, 0.3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("around" as const),
      incidents: fc.constantFrom([], ["7"]),
      alarms: fc.constantFrom([], [], ["disk"]),
      up: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("kill-switch" as const), killed: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fault" as const),
      of: fc.constantFrom("write", "evidence", "journal", "surroundings"),
      times: fc.integer({ min: 1, max: 4 }),
      how: fc.constantFrom("moved", "failed", "rejected"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("leader", "restart"), instance: fc.constantFrom(0, 1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("by-hand" as const), percent: fc.constantFrom(0, 5, 100) }) },
);

/** Two instances on one world, whose ports fail as they are told, and a witness of every write. */
class Story {
  readonly world: World;
  readonly #ports: RolloutPorts;
  readonly #faults: { of: string; times: number; how: string }[] = [];
  readonly wrong: string[] = [];
  /** How often more were served by itself. */
  grown = 0;
  #controllers: Controller[];
  #leader = 0;
  /** The order that is carried out, if it is one. */
  #order: Wanted["action"] | null = null;
  /** Ran in the present stay, at most, by the monotonic clock. */
  #ranMs = 0;
  #entered: string | null = null;

  constructor() {
    this.world = worldOf(plan, {
      tickMs: 10 * MINUTE,
      traffic: { itemsPerHour: 600, shoppers: 5_000, named: { shoppers: [], share: 0 } },
    });
    const { ports } = this.world;
    this.#ports = {
      ...ports,
      write: (write) => this.#write(write),
      evidence: (scope) => this.#failing("evidence", () => ports.evidence(scope)),
      surroundings: (flag) => this.#failing("surroundings", () => ports.surroundings(flag)),
      journal: {
        ...ports.journal,
        progress: (id) => this.#failing("journal", () => ports.journal.progress(id)),
        keep: (id, progress, token) => this.#failing("journal", () => ports.journal.keep(id, progress, token)),
        add: (checkpoint, token) => this.#failing("journal", () => ports.journal.add(checkpoint, token)),
      },
    };
    this.#controllers = [this.#controller(), this.#controller()];
  }

  #controller(): Controller {
    return createController(this.#ports, { routes: [route], environment: "production", intervalMs: 10 * MINUTE });
  }

  #fault(of: string): string | null {
    const fault = this.#faults.find((one) => one.of === of && one.times > 0);
    if (fault === undefined) return null;
    fault.times -= 1;
    return fault.how;
  }

  async #failing<T>(of: string, work: () => Promise<T>): Promise<T> {
    if (this.#fault(of) !== null) throw new Error(`${of} is lost`);
    return work();
  }

  #served(): ReadonlySet<string> {
    const snapshot = this.world.registry.snapshot();
    return new Set(shoppers.filter((shopper) => decideMode(snapshot, route, shopper).mode === "cutover"));
  }

  async #write(write: RolloutWrite): Promise<RolloutWritten> {
    const fault = this.#fault("write");
    if (fault === "moved") return { kind: "moved" };
    if (fault === "failed") return { kind: "failed", why: "the disk is full" };
    if (fault === "rejected") throw new Error("the write is lost");
    const before = this.#served();
    const seen = this.world.registry.rollouts().find(({ rollout }) => rollout.id === write.rollout.id)?.rollout;
    const written = await this.world.ports.write(write);
    if (written.kind !== "written") return written;
    const grown = [...this.#served()].filter((shopper) => !before.has(shopper));
    if (grown.length > 0) await this.#witness(write, seen);
    return written;
  }

  /** More are served: whether they may be. What is found is said in the end, as whatever a port throws is only a fault to a controller. */
  async #witness({ rollout, actor, reason }: RolloutWrite, seen: Rollout | undefined): Promise<void> {
    const isForced = this.#order === "start" || this.#order === "advance";
    if (this.#order === null) this.grown += 1;
    const { incidents, killed } = await this.world.ports.surroundings(plan.flag);
    const facts = {
      running: rollout.status.name === "running" && seen !== undefined,
      noIncident: incidents.length === 0,
      notKilled: !killed,
      byItself: isForced || (actor === "rollout" && seen?.status.name === "running"),
      passed: isForced || reason.includes("every gate passes"),
      ranLongEnough: isForced || this.#ranMs >= 2 * HOUR,
    };
    for (const [fact, holds] of Object.entries(facts)) if (!holds) this.wrong.push(`${fact}: ${reason}`);
  }

  async #tick(): Promise<void> {
    const rollout = this.world.registry.rollouts()[0]?.rollout;
    // A stay in a phase may begin anew, by what is slow, without being entered anew.
    if (rollout?.enteredAt !== this.#entered) [this.#entered, this.#ranMs] = [rollout?.enteredAt ?? null, 0];
    const { killed = false } = this.world.knobs.surroundings;
    if (rollout?.status.name === "running" && !killed) this.#ranMs += 10 * MINUTE;
    this.world.pass();
    const lease = await this.world.journal.lease(`instance-${this.#leader}`, 10 * HOUR);
    if (lease === null) return;
    await this.#controllers[this.#leader]?.tick(lease.token).catch(() => undefined);
  }

  async do(deed: Deed): Promise<void> {
    const { knobs, registry, journal } = this.world;
    switch (deed.kind) {
      case "time":
        for (let tick = 0; tick < deed.ticks; tick += 1) await this.#tick();
        return;
      case "jump":
        return this.world.jump(deed.ms);
      case "order": {
        this.#order = deed.order.action;
        const asked = { rollout: "checkout", by: deed.by, ...deed.order };
        const answer = await this.#controllers[1 - this.#leader]?.act(asked);
        this.#order = null;
        expect(["done", "unchanged", "refused", "failed"]).toContain(answer?.kind);
        return;
      }
      case "checkpoint":
        await this.#controllers[this.#leader]?.checkpoint("checkout", "asked").catch(() => undefined);
        return;
      case "behave":
        knobs.behaviour = { ...healthy, candidateFails: deed.candidateFails, bothFail: deed.bothFail };
        return;
      case "around":
        knobs.surroundings = {
          ...knobs.surroundings,
          incidents: deed.incidents,
          alarms: deed.alarms,
          store: { up: deed.up, problem: null },
        };
        return;
      case "kill-switch":
        knobs.surroundings = { ...knobs.surroundings, killed: deed.killed };
        return;
      case "fault":
        this.#faults.push({ ...deed });
        return;
      case "leader":
        await journal.release(`instance-${this.#leader}`);
        this.#leader = deed.instance;
        return;
      case "restart":
        this.#controllers = this.#controllers.map((one, index) => (index === deed.instance ? this.#controller() : one));
        return;
      case "by-hand":
        registry.edit(
          [{ kind: "patch", key: plan.flag, fields: { percent: deed.percent } }],
          "command:oscar",
          "by hand",
        );
        return;
      default:
        return deed satisfies never;
    }
  }

  /** The audit tells everything: each write follows from the one before, and the last is what is. */
  async check(): Promise<void> {
    const { registry, journal } = this.world;
    expect(this.wrong).toEqual([]);
    let before = null;
    for (const { rollout, reason } of registry.audit) {
      if (rollout === null) continue;
      expect(reason).not.toBe("");
      expect(rollout.before).toEqual(before);
      const [from, to] = [rollout.before?.status.name, rollout.after.status.name];
      if (from !== undefined && from !== to) expect(successors[from]).toContain(to);
      if (rollout.before !== null) expect(rollout.after.visit).toBeGreaterThanOrEqual(rollout.before.visit);
      before = rollout.after;
    }
    expect(registry.rollouts()[0]?.rollout).toEqual(before);
    const flags = new Map(
      registry.audit.flatMap((entry) => entry.flags.map((edited) => [edited.subject, edited.after] as const)),
    );
    for (const [key, flag] of registry.state().flags) expect(flags.get(key)).toMatchObject({ version: flag.version });
    for (const { conclusion, gates, status } of await journal.checkpoints("checkout", 1_000)) {
      if (conclusion !== "advance") continue;
      expect([holding(gates), status === "ERROR"]).toEqual([[], false]);
    }
  }
}

test(
  "whatever happens, no more are served than gates or people let through, and the audit tells of every step",
  { timeout: 240_000 },
  async () => {
    const ends = new Set<string>();
    let grown = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 40 }), async (deeds) => {
        const story = new Story();
        const first: readonly Wanted[] = [
          { action: "create", plan },
          { action: "start", breakGlass: "go" },
        ];
        for (const wanted of first) await story.do({ kind: "order", order: wanted, by: "command:anna" });
        for (const one of deeds) await story.do(one);
        await story.check();
        grown += story.grown;
        ends.add(story.world.rollout("checkout").status.name);
      }),
      { numRuns: 100, seed: 8 },
    );
    // The stories are worth telling.
    expect(grown).toBeGreaterThan(10);
    for (const name of ["running", "paused", "rolled-back", "aborted"]) expect([...ends]).toContain(name);
  },
);
