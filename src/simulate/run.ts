import type { RouteFlags } from "../model/index.ts";
import { isJudged, type Checkpoint, type Plan, type Progress } from "../rollout/index.ts";
import { createCrowd, type Crowd } from "./crowd.ts";
import { createPerson } from "./person.ts";
import { behaviourUnder, createFigures, declaredEvents, shapeOf, type Fault, type Scenario } from "./scenario.ts";
import { createWorld, type World } from "./world.ts";

/** One run of a plan, from its start to where it ended. Times are milliseconds since the first phase began. */
export interface Run {
  readonly end: "completed" | "rolled-back" | "held";
  /** Where it ended, into the plan's. */
  readonly phase: number;
  readonly endMs: number;
  /** What brought it back, or held it in the end: gates by their names, `fast lane`. */
  readonly by: readonly string[];
  /** null: the candidate was never worse. */
  readonly onsetMs: number | null;
  /** First failed gate or rollback since; null: none. */
  readonly notice: { readonly atMs: number; readonly by: readonly string[] } | null;
  /** Something failed before the candidate was worse. */
  readonly falseAlarm: boolean;
  /** Items at which the candidate was worse since: those that it answered, and those that were compared. */
  readonly badServed: number;
  readonly badSeen: number;
  /** One after the other. */
  readonly stays: readonly Stay[];
}

export interface Stay {
  readonly phase: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What runs of one scenario share. */
export interface Shared {
  readonly scenario: Scenario;
  readonly crowd: Crowd;
  readonly named: readonly string[];
  readonly figures: ReturnType<typeof createFigures>;
}

export function sharedBy(scenario: Scenario): Shared {
  const { plan, traffic } = scenario;
  const named = [...new Set(plan.phases.flatMap(({ allowlist, forceOn }) => [...(allowlist ?? []), ...forceOn]))];
  const share = Math.min(0.5, (named.length * traffic.named) / traffic.itemsPerHour);
  const crowd = createCrowd({ shoppers: traffic.shoppers, named: { shoppers: named, share } });
  return { scenario, crowd, named, figures: createFigures(plan) };
}

/** Looks come no nearer to each other than the controller's in production. */
const SECOND = 1_000;
const BLIND_MS = 600_000;

/** The same for the same seed. */
export async function simulate(shared: Shared, seed: number): Promise<Run> {
  return new Running(shared, seed).run();
}

class Running {
  readonly #shared: Shared;
  readonly #world: World;
  readonly #person: ReturnType<typeof createPerson>;
  readonly #startMs: number;
  #active: readonly Fault[] = [];
  #onsetMs: number | null = null;
  #before = { served: 0, seen: 0 };
  #notice: Run["notice"] = null;
  #falseAlarm = false;
  #last: Checkpoint | null = null;
  #told = 0;
  /** Somebody has just done something: what follows from it is to be seen. */
  #isAsked = false;
  readonly #stays: { phase: number; fromMs: number; toMs: number }[] = [];

  constructor(shared: Shared, seed: number) {
    const { plan, environment, startAt, traffic, approveAfterMs } = shared.scenario;
    this.#shared = shared;
    this.#world = createWorld({
      routes: [routeOf(plan)],
      environment,
      traffic: { ...traffic, named: { shoppers: shared.named, share: 0 } },
      crowd: shared.crowd,
      seed,
      startAt,
      tickMs: plan.checkpoints.everyMs,
      flags: audiencesOf(shared),
    });
    this.#world.knobs.behaviour = behaviourUnder([]);
    this.#world.knobs.shape = shapeOf(traffic);
    this.#world.knobs.surroundings = { events: declaredEvents(plan) };
    this.#world.knobs.measured = (source) => ({ kind: "value", value: shared.figures(source, this.#active) });
    this.#person = createPerson(this.#world, { plan, environment, afterMs: approveAfterMs });
    this.#startMs = this.#world.nowMs();
  }

  async run(): Promise<Run> {
    await this.#person.start();
    const { limitMs } = this.#shared.scenario;
    await this.#look();
    while (!this.#isOver() && this.#now() < limitMs) {
      await this.#forward(Math.min(await this.#untilNextLook(), limitMs - this.#now()));
    }
    return this.#ended();
  }

  #now(): number {
    return this.#world.nowMs() - this.#startMs;
  }

  #rollout() {
    return this.#world.rollout(this.#shared.scenario.plan.name);
  }

  /** In production the leader looks each second. A look at a second in which nothing came that matters decides nothing: it is left out. */
  async #forward(ms: number): Promise<void> {
    const alarm = this.#shared.scenario.plan.fastLane === null ? null : this.#world.passToAlarm(ms);
    if (this.#shared.scenario.plan.fastLane === null) this.#world.pass(ms);
    await this.#look();
    if (alarm === null || this.#isOver()) return;
    alarm();
    await this.#look();
  }

  async #look(): Promise<void> {
    await this.#world.look();
    this.#see();
    this.#isAsked = await this.#person.act(this.#last);
    if (this.#isAsked) this.#see();
  }

  async #untilNextLook(): Promise<number> {
    if (this.#isAsked) return SECOND;
    const { scenario } = this.#shared;
    const rollout = this.#rollout();
    const phase = "phase" in rollout.status ? scenario.plan.phases[rollout.status.phase] : undefined;
    const progress: Progress | null = await this.#world.journal.progress(rollout.id);
    const waits = [scenario.plan.checkpoints.everyMs - (progress?.sinceCheckpointMs ?? 0), this.#person.untilMs()];
    if (phase !== undefined) waits.push(phase.minMs - (progress?.runningMs ?? 0));
    if (phase?.kind === "serve" && rollout.limits.slowMs === null) waits.push(BLIND_MS);
    for (const { from } of scenario.faults) if (from.kind === "after") waits.push(from.ms - this.#now());
    return Math.max(SECOND, Math.min(...waits.filter((wait) => wait > 0)));
  }

  #isOver(): boolean {
    const { status, shed } = this.#rollout();
    return !isJudged(status) || status.name !== "running" || shed !== null;
  }

  /** What has come of the last look. */
  #see(): void {
    const { status } = this.#rollout();
    const now = this.#now();
    const stay = this.#stays.at(-1);
    if (stay !== undefined) stay.toMs = now;
    const events = this.#world.events.slice(this.#told);
    this.#told += events.length;
    for (const told of events) {
      if (told.event === "checkpoint") this.#last = told.checkpoint;
      const by =
        told.event === "checkpoint"
          ? told.checkpoint.gates.filter(({ verdict }) => verdict === "FAIL").map(({ gate }) => gate)
          : told.event === "rollback" && told.reason.startsWith("fast lane")
            ? ["fast lane"]
            : [];
      if (by.length > 0) this.#notices(by);
    }
    if (status.name === "running" && stay?.phase !== status.phase) {
      this.#stays.push({ phase: status.phase, fromMs: now, toMs: now });
      if (stay !== undefined) this.#last = null;
    }
    this.#worsen();
  }

  #notices(by: readonly string[]): void {
    if (this.#onsetMs === null) this.#falseAlarm = true;
    else this.#notice ??= { atMs: this.#now(), by };
  }

  /** Faults whose time has come. */
  #worsen(): void {
    const phases = new Set(this.#stays.map(({ phase }) => phase));
    const active = this.#shared.scenario.faults.filter(({ from }) =>
      from.kind === "after" ? from.ms <= this.#now() : phases.has(from.phase),
    );
    if (active.length === this.#active.length) return;
    this.#active = active;
    this.#world.knobs.behaviour = behaviourUnder(active);
    if (this.#onsetMs !== null) return;
    this.#onsetMs = this.#now();
    const { worseServed, worseSeen } = this.#world.served;
    this.#before = { served: worseServed, seen: worseSeen };
  }

  #ended(): Run {
    const { status } = this.#rollout();
    const { worseServed, worseSeen } = this.#world.served;
    const isWorse = this.#onsetMs !== null;
    const end = status.name === "completed" || status.name === "rolled-back" ? status.name : "held";
    return {
      end,
      phase: this.#stays.at(-1)?.phase ?? 0,
      endMs: this.#now(),
      by: end === "completed" ? [] : end === "held" ? heldBy(this.#last) : this.#broughtBack(),
      onsetMs: this.#onsetMs,
      notice: this.#notice,
      falseAlarm: this.#falseAlarm,
      badServed: isWorse ? worseServed - this.#before.served : 0,
      badSeen: isWorse ? worseSeen - this.#before.seen : 0,
      stays: this.#stays,
    };
  }

  #broughtBack(): readonly string[] {
    const rollback = this.#world.events.findLast(({ event }) => event === "rollback");
    if (rollback?.event === "rollback" && rollback.reason.startsWith("fast lane")) return ["fast lane"];
    return (this.#last?.gates ?? []).filter(({ verdict }) => verdict === "FAIL").map(({ gate }) => gate);
  }
}

/** Empty: it was the time, or somebody. */
function heldBy(last: Checkpoint | null): readonly string[] {
  return (last?.gates ?? []).filter(({ verdict }) => verdict !== "PASS").map(({ gate }) => gate);
}

function routeOf({ flag }: Plan): RouteFlags {
  return {
    enabled: flag,
    shadow: `${flag}_SHADOW_MODE`,
    dualRun: `${flag}_DUAL_RUN`,
    reverseShadow: `${flag}_REVERSE_SHADOW`,
  };
}

/** Stored lists are there before the start, each of the same part of the shoppers and of whoever the plan names. */
function audiencesOf({ scenario: { plan, traffic }, named }: Shared) {
  const names = [...new Set(plan.phases.flatMap(({ audience }) => (audience === null ? [] : [audience])))];
  const count = Math.max(1, Math.round(traffic.shoppers * traffic.audience));
  const members = [...named, ...Array.from({ length: count }, (_, index) => `shopper-${index}`)];
  return names.map((name) => ({ kind: "audience", name, members }) as const);
}
