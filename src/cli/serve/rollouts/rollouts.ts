import { monotonic } from "../../../lib/clock.ts";
import { createController, isJudged, servesStill, type Rollout, type RolloutPorts } from "../../../rollout/index.ts";
import type { KnownFlags } from "../control/known-flags.ts";
import { startNotifying } from "../notify/notifying.ts";
import { remembered } from "../../../lib/remembered.ts";
import { createAlarmsOn } from "./alarms-on.ts";
import { createAsking } from "./asking.ts";
import { createAwaited } from "./awaited.ts";
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
import type { LocalTrip } from "./trip.ts";
import { createTrips } from "./trips.ts";

const turnMs = 1_000;

export function startRollouts(options: RolloutsOptions): Rollouts {
  const { instance, known, registry, archive, fault } = options;
  const rollouts = createKnownRollouts(() => known.now().state.documents);
  const all = (): readonly Rollout[] => rollouts().known.map(({ rollout }) => rollout);
  const isBusy = (): boolean => all().some(isAlive);
  const alarms = createAlarmsOn(monotonic);
  let leading: Leading | null = null;
  const token = (): number | null => leading?.token() ?? null;
  const leads = (): boolean => token() !== null;
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
      sensitivity: Object.fromEntries(options.sensitivity()),
      events: options.declared(),
    }),
  });
  const signing = createSigning(signs);
  const around = aroundOf(options, { signs: () => signs.all(), signsProblem: signing.problem });
  const surroundings = (flag: string) => surroundingsOf(flag, around);
  const notifying = startNotifying({ ...options, rollouts: all, token });
  const counted = countingTold(createPorts({ ...options, rollouts, surroundings, notifying }));
  const { environment } = options.config;
  const controller = createController(counted.ports, { routes, environment, intervalMs: turnMs });
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
    // What was not sent yet is whoever leads to send, whatever has become of the rollout.
    wanted: () => notifying.wanted || isBusy(),
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
    isOver: (trip) => isOver(trip, rollouts(), known),
    version: () => known.now().snapshot.version,
    act: (order) => controller.act(order),
    hold: options.hold,
    told(trip, over) {
      options.event(tripEvent(trip, over));
      if (!over) notifying.tripped(trip);
    },
    now: Date.now,
    fault,
  });
  const lanes = createOwnLanes({
    rollouts: all,
    instances: () => signs.all().length,
    tripped: (rollout, reason) => trips.trip(rollout, reason),
  });
  const awaited = createAwaited({ rollouts: all, journal: archive.journal, now: Date.now });
  const timer = setInterval(() => {
    if (isBusy()) signing.turn();
    void trips.turn();
  }, turnMs).unref();

  return {
    deps: createDesk({ ...options, rollouts, surroundings, controller, asking, signs, told: counted.told }),
    channels: notifying,
    saw: ({ evidence }) => lanes.saw(evidence),
    sawEvent: (event) => alarms.saw(event),
    switched() {
      if (isBusy()) signing.turn();
    },
    gauges: () => [...all().flatMap(gaugeOf), ...awaited.gauges()],
    async stop() {
      clearInterval(timer);
      awaited.stop();
      await Promise.all([notifying.stop(), leader.stop()]);
    },
  };
}

/** The same ports, and how many events went by them. */
function countingTold(ports: RolloutPorts): { readonly ports: RolloutPorts; readonly told: () => number } {
  let told = 0;
  const counted: RolloutPorts = {
    ...ports,
    told(event) {
      told += 1;
      ports.told(event);
    },
  };
  return { ports: counted, told: () => told };
}

/** Whether it has gone back from where it tripped, as far as the store has said anything. */
function isOver({ rollout: id, to }: LocalTrip, { known: readable, unreadable }: KnownRollouts, known: KnownFlags) {
  if (known.now().snapshot.version === 0 || unreadable.includes(id)) return false;
  const rollout = readable.find((one) => one.rollout.id === id)?.rollout;
  return rollout === undefined || !(isJudged(rollout.status) || (to !== null && servesStill(rollout)));
}

/** Something may still become of it. */
function isAlive(rollout: Rollout): boolean {
  const { name } = rollout.status;
  return name !== "aborted" && (name !== "rolled-back" || servesStill(rollout));
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

function aroundOf(
  { known, config, archive, telemetry }: RolloutsOptions,
  signs: Pick<SurroundingsDeps, "signs" | "signsProblem">,
): SurroundingsDeps {
  return {
    ...signs,
    known: known.now,
    routesOf: (flag) => config.routes.flatMap(({ name, flags }) => (flags.enabled === flag ? [name] : [])),
    account: archive.reads,
    coverage: remembered(() => createCoverage(monotonic)),
    telemetry,
  };
}
