import type { Edit } from "../../src/flags/index.ts";
import type { RouteFlags } from "../../src/model/index.ts";
import { createController, type Controller } from "../../src/rollout/controller/controller.ts";
import { isUnstarted } from "../../src/rollout/controller/statuses.ts";
import type { Measured, RolloutEvent, RolloutJournal, RolloutPorts, Surroundings } from "../../src/rollout/ports.ts";
import type { AutomaticPrecheck } from "../../src/rollout/plan.ts";
import type { Rollout } from "../../src/rollout/state.ts";
import { createEvidence } from "./evidence.ts";
import { createSimulatedJournal } from "./journal.ts";
import { createRandom } from "./random.ts";
import { createSimulatedRegistry, type SimulatedRegistry } from "./registry.ts";
import { createTraffic, healthy, type Behaviour, type Traffic, type TrafficOptions } from "./traffic.ts";

export interface WorldOptions {
  readonly routes: readonly RouteFlags[];
  readonly environment: string;
  readonly traffic: TrafficOptions & { readonly itemsPerHour: number };
  readonly seed: number;
  /** ISO 8601. */
  readonly startAt: string;
  /** How long a tick is: of everything that happens within it one look is made. */
  readonly tickMs: number;
  /** Flags as they are before anything begins. */
  readonly flags?: readonly Edit[];
}

/** What can be changed while time passes. */
export interface Knobs {
  itemsPerHour: number;
  behaviour: Behaviour;
  surroundings: Partial<Omit<Surroundings, "flags">>;
  measured: Measured;
  /** Red ones. */
  red: ReadonlySet<AutomaticPrecheck["name"]>;
}

/** A small world in which a rollout runs on simulated time, through the same controller as everywhere. */
export interface World {
  readonly controller: Controller;
  readonly registry: SimulatedRegistry;
  readonly journal: RolloutJournal;
  readonly ports: RolloutPorts;
  readonly knobs: Knobs;
  readonly served: Traffic["served"];
  readonly events: readonly RolloutEvent[];
  nowMs(): number;
  rollout(id: string): Rollout;
  /** One tick's time passes, with what comes in it, and nobody looks. */
  pass(): void;
  /** The wall clock alone. */
  jump(ms: number): void;
  /** Time passes in ticks, until `until` says so, but no longer than that; whether it did. */
  run(forMs: number, until?: () => boolean): Promise<boolean>;
}

export function createWorld(options: WorldOptions): World {
  const { routes, environment, tickMs } = options;
  const clock = { wallMs: Date.parse(options.startAt), monotonicMs: 0 };
  const now = (): number => clock.wallMs;
  const registry = createSimulatedRegistry(routes, {
    now,
    ...(options.flags === undefined ? {} : { flags: options.flags }),
  });
  const journal = createSimulatedJournal(now);
  const evidence = createEvidence();
  const events: RolloutEvent[] = [];
  const knobs: Knobs = {
    itemsPerHour: options.traffic.itemsPerHour,
    behaviour: healthy,
    surroundings: {},
    measured: { kind: "none", why: "nothing is measured" },
    red: new Set(),
  };
  const traffic = createTraffic(options.traffic, {
    random: createRandom(options.seed),
    evidence,
    now: () => knobs,
  });
  const ports: RolloutPorts = {
    now: () => ({ ...clock }),
    rollouts: () => registry.rollouts(),
    write: async (write) => registry.write(write),
    evidence: async (scope) => evidence.of(scope),
    measure: async () => knobs.measured,
    surroundings: async () => ({ ...calm, ...knobs.surroundings, flags: registry.state() }),
    precheck: async (_, { name }) => ({
      green: !knobs.red.has(name),
      text: knobs.red.has(name) ? "it is not so" : "it is so",
    }),
    journal,
    told: (event) => events.push(event),
  };
  const controller = createController(ports, { routes, environment, intervalMs: tickMs });

  const rollout = (id: string): Rollout => {
    const found = registry.rollouts().find((one) => one.rollout.id === id);
    if (found === undefined) throw new Error(`Simulated world: there is no rollout "${id}"`);
    return found.rollout;
  };

  const pass = (): void => {
    const fromMs = clock.wallMs;
    clock.wallMs += tickMs;
    clock.monotonicMs += tickMs;
    const snapshot = registry.snapshot();
    for (const { rollout: one } of registry.rollouts()) {
      if (isUnstarted(one.status) || one.status.name === "aborted") continue;
      for (const route of routes.filter(({ enabled }) => enabled === one.plan.flag)) {
        const scope = `${one.id}.${one.visit}`;
        traffic.pass({ fromMs, toMs: clock.wallMs }, snapshot, {
          route,
          name: route.enabled,
          scope,
          ...one.limits,
        });
      }
    }
  };

  return {
    controller,
    registry,
    journal,
    ports,
    knobs,
    served: traffic.served,
    events,
    nowMs: now,
    rollout,
    pass,
    jump: (ms) => {
      clock.wallMs += ms;
    },
    async run(forMs, until = () => false) {
      const endMs = clock.wallMs + forMs;
      while (clock.wallMs < endMs) {
        if (until()) return true;
        pass();
        const lease = await journal.lease("simulated", 3 * tickMs);
        if (lease !== null) await controller.tick(lease.token);
      }
      return until();
    },
  };
}

/** Nothing is wrong anywhere. */
const calm: Omit<Surroundings, "flags"> = {
  sensitivity: 1,
  coverage: 1,
  store: { up: true, problem: null },
  telemetry: { delivered: true },
  instances: 2,
  decidedAlike: true,
  alarms: [],
  incidents: [],
  killed: false,
};
