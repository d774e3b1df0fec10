import { monotonic } from "../../../lib/clock.ts";
import { createController, isJudged, servesStill, type Rollout } from "../../../rollout/index.ts";
import type { KnownFlags } from "../known-flags.ts";
import { createAlarmsOn } from "./alarms-on.ts";
import { createAsking } from "./asking.ts";
import { createCoverage } from "./coverage.ts";
import { decidedDigest } from "./decided.ts";
import { createDesk } from "./desk.ts";
import { createKnownRollouts, type KnownRollouts } from "./known-rollouts.ts";
import { startLeading, type Leading } from "./leading.ts";
import type { Rollouts, RolloutsOptions } from "./options.ts";
import { createOwnLanes } from "./own-lanes.ts";
import { createPorts } from "./running-ports.ts";
import { createSigning, createSigns } from "./signs.ts";
import { surroundingsOf, type SurroundingsDeps } from "./surroundings.ts";
import { gaugeOf, tripEvent } from "./telling.ts";
import { createTrips } from "./trips.ts";

const turnMs = 1_000;

export function startRollouts(options: RolloutsOptions): Rollouts {
  const { instance, known, registry, archive, fault } = options;
  const rollouts = createKnownRollouts(() => known.now().state.documents);
  const all = (): readonly Rollout[] => rollouts().known.map(({ rollout }) => rollout);
  const isBusy = (): boolean => all().some(isAlive);
  const alarms = createAlarmsOn(monotonic);
  let leading: Leading | null = null;
  const leads = (): boolean => leading !== null && leading.token() !== null;
  const routes = options.config.routes.map(({ flags }) => flags);
  const signs = createSigns({
    notes: registry.notes,
    instance,
    clock: monotonic,
    now: Date.now,
    sign: () => ({
      version: options.dataVersion(),
      // What both planes have: else it would be of another version than the one it says.
      decided: options.dataVersion() === known.now().snapshot.version ? decidedBy(known, all(), routes) : {},
      leads: leads(),
      alarms: alarms.names(),
      sensitivity: options.sensitivity(),
    }),
  });
  const signing = createSigning(signs);
  const around: SurroundingsDeps = {
    known: known.now,
    account: archive.reads,
    coverage: createCoverage(monotonic),
    signs: () => signs.all(),
    signsProblem: signing.problem,
    telemetry: options.telemetry,
  };
  const surroundings = () => surroundingsOf(around);
  const ports = createPorts({ ...options, rollouts, surroundings });
  const { environment } = options.config;
  const controller = createController(ports, { routes, environment, intervalMs: turnMs });
  const asking = createAsking({
    notes: registry.notes,
    journal: archive.journal,
    instance,
    now: Date.now,
    leads,
    rollouts: () => all().map(({ id }) => id),
    checkpoint: (id, name) => controller.checkpoint(id, name),
    fault: (error) => fault("checkpoint", error),
  });
  const leader = startLeading({
    journal: archive.journal,
    instance,
    clock: monotonic,
    wanted: isBusy,
    async tick(token) {
      await controller.tick(token);
      await asking.turn();
    },
    led: (is) => options.event({ event: "rollout_leader", leads: is, instance }),
    fault,
  });
  leading = leader;
  const trips = createTrips({
    known: options.tripped,
    instance,
    isOver: (id) => isOver(id, rollouts(), known),
    version: () => known.now().snapshot.version,
    act: (order) => controller.act(order),
    hold: options.hold,
    told: (trip, over) => options.event(tripEvent(trip, over)),
    now: Date.now,
    fault,
  });
  const lanes = createOwnLanes({
    rollouts: all,
    instances: () => signs.all().length,
    tripped: (rollout, reason) => trips.trip(rollout, reason),
  });
  const timer = setInterval(() => {
    if (isBusy()) signing.turn();
    void trips.turn();
  }, turnMs).unref();

  return {
    deps: createDesk({ ...options, rollouts, surroundings, controller, asking, signs }),
    saw: ({ evidence }) => lanes.saw(evidence),
    sawEvent: (event) => alarms.saw(event),
    switched() {
      if (isBusy()) signing.turn();
    },
    gauges: () => all().flatMap(gaugeOf),
    async stop() {
      clearInterval(timer);
      await leader.stop();
    },
  };
}

/** Whether nobody is led by it any more, as far as the store has said anything. */
function isOver(id: string, { known: readable, unreadable }: KnownRollouts, known: KnownFlags): boolean {
  if (known.now().snapshot.version === 0 || unreadable.includes(id)) return false;
  const found = readable.find(({ rollout }) => rollout.id === id);
  return found === undefined || !isJudged(found.rollout.status);
}

/** Something may still become of it. */
function isAlive({ status }: Rollout): boolean {
  return status.name !== "aborted" && (status.name !== "rolled-back" || servesStill(status));
}

/** By flag; only of those that rollouts lead. */
function decidedBy(
  known: KnownFlags,
  rollouts: readonly Rollout[],
  routes: Parameters<typeof decidedDigest>[1],
): Readonly<Record<string, string>> {
  const { snapshot } = known.now();
  const flags = new Set(rollouts.filter(isAlive).map(({ plan }) => plan.flag));
  return Object.fromEntries(
    [...flags].map((flag) => [
      flag,
      decidedDigest(
        snapshot,
        routes.filter(({ enabled }) => enabled === flag),
      ),
    ]),
  );
}
