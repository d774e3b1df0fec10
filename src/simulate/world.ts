import type { Edit } from "../flags/index.ts";
import type { RouteFlags } from "../model/index.ts";
import {
  createController,
  isUnstarted,
  type AutomaticPrecheck,
  type Controller,
  type Measured,
  type MetricSource,
  type Rollout,
  type RolloutEvent,
  type RolloutJournal,
  type RolloutPorts,
  type Surroundings,
} from "../rollout/index.ts";
import { healthy, type Behaviour } from "./behaviour.ts";
import { createCrowd, type Crowd, type CrowdOptions } from "./crowd.ts";
import { createEvidence } from "./evidence.ts";
import { createSimulatedJournal } from "./journal.ts";
import { createRandom } from "./random.ts";
import { createSimulatedRegistry, type SimulatedRegistry } from "./registry.ts";
import { createTraffic, type Traffic, type TrafficScope } from "./traffic.ts";

export interface WorldOptions {
  readonly routes: readonly RouteFlags[];
  readonly environment: string;
  readonly traffic: CrowdOptions & { readonly itemsPerHour: number };
  /** Of the same shoppers, where many worlds have them. */
  readonly crowd?: Crowd;
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
  /** How much of that it is at a time of day. */
  shape: (atMs: number) => number;
  behaviour: Behaviour;
  surroundings: Partial<Omit<Surroundings, "flags">>;
  measured: Measured | ((source: MetricSource) => Measured);
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
  readonly nowMs: () => number;
  rollout(id: string): Rollout;
  /** Time passes, a tick where nothing is said, with what comes in it, and nobody looks. */
  pass(ms?: number): void;
  /** The same, but no further than to the first second with something in it that the fast lane looks for; null: there was none. */
  passToAlarm(ms: number): (() => void) | null;
  /** The leader looks. */
  look(): Promise<void>;
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
    shape: () => 1,
    behaviour: healthy,
    surroundings: {},
    measured: { kind: "none", why: "nothing is measured" },
    red: new Set(),
  };
  const traffic = createTraffic(options.crowd ?? createCrowd(options.traffic), {
    random: createRandom(options.seed),
    evidence,
    now: (atMs) => ({ behaviour: knobs.behaviour, itemsPerHour: knobs.itemsPerHour * knobs.shape(atMs) }),
  });
  const ports: RolloutPorts = {
    now: () => ({ ...clock }),
    rollouts: () => registry.rollouts(),
    write: async (write) => registry.write(write),
    evidence: async (scope) => evidence.of(scope),
    measure: async (source) => (typeof knobs.measured === "function" ? knobs.measured(source) : knobs.measured),
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

  const forward = (ms: number): void => {
    clock.wallMs += ms;
    clock.monotonicMs += ms;
  };

  const scopes = (): readonly TrafficScope[] => scopesOf(registry.rollouts(), routes);

  const flags = () => ({ snapshot: registry.snapshot(), state: registry.state() });

  const pass = (ms = tickMs): void => {
    const time = { fromMs: clock.wallMs, toMs: clock.wallMs + ms };
    forward(ms);
    for (const scope of scopes()) traffic.pass(time, flags(), scope);
  };

  const look = async (): Promise<void> => {
    const lease = await journal.lease("simulated", 3 * tickMs);
    if (lease !== null) await controller.tick(lease.token);
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
    passToAlarm(ms) {
      const time = { fromMs: clock.wallMs, toMs: clock.wallMs + ms };
      const [scope] = scopes();
      const alarm = scope === undefined ? null : traffic.passToAlarm(time, flags(), scope);
      forward((alarm?.fromMs ?? time.toMs) - time.fromMs);
      if (alarm === null) return null;
      return () => {
        forward(alarm.toMs - alarm.fromMs);
        alarm.happen();
      };
    },
    look,
    jump: (ms) => {
      clock.wallMs += ms;
    },
    async run(forMs, until = () => false) {
      const endMs = clock.wallMs + forMs;
      while (clock.wallMs < endMs) {
        if (until()) return true;
        pass();
        await look();
      }
      return until();
    },
  };
}

/** Of all that have begun. */
function scopesOf(
  known: ReturnType<SimulatedRegistry["rollouts"]>,
  routes: readonly RouteFlags[],
): readonly TrafficScope[] {
  return known.flatMap(({ rollout: { id, visit, status, plan, limits, shed } }) =>
    isUnstarted(status) || status.name === "aborted"
      ? []
      : routes
          .filter(({ enabled }) => enabled === plan.flag)
          .map((route) => ({
            route,
            name: route.enabled,
            scope: `${id}.${visit}`,
            ...limits,
            shed: shed !== null,
          })),
  );
}

/** Nothing is wrong anywhere. */
const calm: Omit<Surroundings, "flags"> = {
  sensitivity: 1,
  coverage: 1,
  store: { up: true, problem: null },
  telemetry: { delivered: true },
  instances: 2,
  decidedAlike: true,
  events: null,
  alarms: [],
  incidents: [],
  killed: false,
};
