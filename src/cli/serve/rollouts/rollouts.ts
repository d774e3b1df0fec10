import type { Batch, GaugeValue } from "../../../account/index.ts";
import type { RolloutsDeps } from "../../../admin/index.ts";
import { monotonic } from "../../../lib/clock.ts";
import {
  createController,
  groupsOf,
  isJudged,
  phasesIn,
  type Rollout,
  type RolloutEvent,
  type RolloutPorts,
} from "../../../rollout/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import type { Config } from "../../config/index.ts";
import type { ArchiveLine } from "../archive-line.ts";
import type { KnownFlags } from "../known-flags.ts";
import type { RegistryLine } from "../registry-line.ts";
import { createAlarmsOn } from "./alarms-on.ts";
import { createAsking } from "./asking.ts";
import { createCoverage } from "./coverage.ts";
import { decidedDigest } from "./decided.ts";
import { drill } from "./drill.ts";
import { createKnownRollouts } from "./known-rollouts.ts";
import { startLeading, type Leading } from "./leading.ts";
import { createMeasure } from "./measure.ts";
import { createOwnLanes } from "./own-lanes.ts";
import { timeNow, writeRollout } from "./ports.ts";
import { precheckOf } from "./prechecks.ts";
import { callProcedures } from "./procedures.ts";
import { createSigns, type Sign } from "./signs.ts";
import { surroundingsOf } from "./surroundings.ts";
import { gaugeOf, lineOf } from "./telling.ts";
import type { LocalTrip } from "./trip.ts";
import { createTrips } from "./trips.ts";

export interface RolloutsOptions {
  readonly config: Config;
  readonly instance: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly known: KnownFlags;
  readonly registry: Pick<RegistryLine, "deps" | "notes">;
  readonly archive: Pick<ArchiveLine, "reads" | "evidence" | "journal">;
  /** Of the flags that the data plane decides by. */
  readonly dataVersion: () => number;
  /** The least share of planted differences that was found on a route; null: nothing was planted. */
  readonly sensitivity: () => number | null;
  /** Whether telemetry gets there; null: nobody knows yet. */
  readonly telemetry: () => boolean | null;
  /** What this process held off before, and what it is to hold off: data plane and disk. */
  readonly tripped: readonly LocalTrip[];
  readonly hold: (trips: readonly LocalTrip[], version: number) => void;
  readonly event: (event: SombraEvent) => void;
  readonly count: (event: "checkpoint" | "rollback", verdict: string) => void;
  readonly fault: (operation: string, error: unknown) => void;
}

/** Rollouts on the control thread: whoever leads moves them, everybody watches, and anybody may be asked. */
export interface Rollouts {
  readonly deps: RolloutsDeps;
  /** What the data plane counted since. */
  saw(batch: Pick<Batch, "evidence">): void;
  sawEvent(event: SombraEvent): void;
  /** What the data plane decides by has changed. */
  switched(): void;
  gauges(): readonly GaugeValue[];
  stop(): Promise<void>;
}

const turnMs = 1_000;

export function startRollouts(options: RolloutsOptions): Rollouts {
  const { config, instance, known, registry, archive, fault } = options;
  const { journal } = archive;
  const routes = config.routes.map(({ flags }) => flags);
  const rollouts = createKnownRollouts(() => known.now().state.documents);
  const all = (): readonly Rollout[] => rollouts().known.map(({ rollout }) => rollout);
  const alarms = createAlarmsOn(monotonic);
  const coverage = createCoverage(monotonic);
  let leading: Leading | null = null;
  let signsProblem: string | null = null;
  const leads = (): boolean => leading !== null && leading.token() !== null;

  const signs = createSigns({
    notes: registry.notes,
    instance,
    clock: monotonic,
    now: Date.now,
    sign: () => ({
      version: options.dataVersion(),
      decided: decidedBy(known, all(), routes),
      leads: leads(),
      alarms: alarms.names(),
      sensitivity: options.sensitivity(),
    }),
  });
  const surroundings = () =>
    surroundingsOf({
      known: known.now,
      account: archive.reads,
      coverage,
      signs: signs.all,
      signsProblem: () => signsProblem,
      telemetry: options.telemetry,
    });
  const written = { write: registry.deps.write, known: known.now, rollouts };
  const told = (event: RolloutEvent): void => {
    options.event(lineOf(event));
    if (event.event === "checkpoint") options.count("checkpoint", event.checkpoint.status);
    if (event.event !== "rollback") return;
    options.count("rollback", "");
    const plan = all().find(({ id }) => id === event.rollout)?.plan;
    const { rollout, flag, phase, to, reason } = event;
    const failed = (component: string, why: string): void =>
      fault(`procedure of ${component}`, new Error(`its webhook was not called: ${why}`));
    if (plan !== undefined) callProcedures(plan, { rollout, flag, phase, to, reason }, failed);
  };
  const ports: RolloutPorts = {
    now: timeNow,
    rollouts: () => rollouts().known,
    write: (write) => writeRollout(write, written),
    evidence: archive.evidence,
    measure: createMeasure({ env: options.env }),
    surroundings,
    precheck: (rollout, precheck) =>
      precheckOf(rollout, precheck, {
        routes,
        firstPhase: ({ plan }) => phasesIn(plan, config.environment)[0] ?? null,
        surroundings,
        lastCheckpoint: async (id) => (await journal.checkpoints(id, 1))[0] ?? null,
      }),
    journal,
    told,
  };
  const controller = createController(ports, { routes, environment: config.environment, intervalMs: turnMs });
  const asking = createAsking({
    notes: registry.notes,
    journal,
    instance,
    now: Date.now,
    leads,
    rollouts: () => all().map(({ id }) => id),
    checkpoint: controller.checkpoint,
  });
  leading = startLeading({
    journal,
    instance,
    clock: monotonic,
    wanted: () => all().some(isAlive),
    async tick(token) {
      await controller.tick(token);
      await asking.turn();
    },
    led: (is) => options.event({ event: "rollout_leader", leads: is, instance }),
    fault,
  });
  const trips = createTrips({
    known: options.tripped,
    instance,
    isOver: (id) => {
      const { known: readable, unreadable } = rollouts();
      if (known.now().snapshot.version === 0 || unreadable.includes(id)) return false;
      const found = readable.find(({ rollout }) => rollout.id === id);
      return found === undefined || !isJudged(found.rollout.status);
    },
    version: () => known.now().snapshot.version,
    act: controller.act,
    hold: options.hold,
    told: ({ rollout, flag, reason }, isOver) =>
      options.event(
        isOver
          ? {
              event: "alarm_over",
              alarm: "local-trip",
              message: `Rollout ${rollout}: \`${flag}\` is as all instances have it`,
            }
          : {
              event: "alarm",
              alarm: "local-trip",
              message: `Rollout ${rollout}: \`${flag}\` is off on this instance: ${reason}`,
            },
      ),
    now: Date.now,
    fault,
  });
  const lanes = createOwnLanes({ rollouts: all, instances: () => signs.all().length, tripped: trips.trip });
  let signing: Promise<void> | null = null;
  const sign = (): void => {
    signing ??= signs
      .turn()
      .then(
        () => (signsProblem = null),
        (error: unknown) => (signsProblem = error instanceof Error ? error.message : "no answer"),
      )
      .then(() => {
        signing = null;
      });
  };
  const timer = setInterval(() => {
    if (all().some(isAlive)) sign();
    void trips.turn();
  }, turnMs).unref();

  return {
    deps: {
      parse: planOf,
      known: () => rollouts().known,
      unreadable: () => rollouts().unreadable,
      act: controller.act,
      checkpoint: asking.checkpoint,
      progress: (id) => journal.progress(id),
      checkpoints: (id, limit) => journal.checkpoints(id, limit),
      async groups(rollout) {
        const { id, visit, status } = rollout;
        const [evidence, [last], around] = await Promise.all([
          archive.evidence(`${id}.${visit}`),
          journal.checkpoints(id, 1),
          surroundings(),
        ]);
        const phaseIndex = "phase" in status ? status.phase : (phasesIn(rollout.plan, config.environment)[0] ?? 0);
        const results = last?.gates ?? [];
        return groupsOf({ rollout, phaseIndex, evidence, surroundings: around, results, nowMs: Date.now() });
      },
      async drill(id, by) {
        const rollout = all().find((one) => one.id === id);
        if (rollout === undefined) return { kind: "refused", why: `there is no rollout "${id}"` };
        const { write } = registry.deps;
        return drill(rollout, by, { write, known: known.now, routes, signs, act: controller.act, clock: monotonic });
      },
      leader: () => signs.all().find((one: Sign) => one.leads)?.instance ?? null,
      recall: async (key) => (await registry.notes.get("order", [key])).get(key) ?? null,
      remember: (key, value) =>
        registry.notes.put([{ space: "order", key, value, untilMs: Date.now() + rememberedMs }]),
    },
    saw: ({ evidence }) => lanes.saw(evidence),
    sawEvent: (event) => alarms.saw(event),
    switched() {
      if (all().some(isAlive)) sign();
    },
    gauges: () => all().flatMap(gaugeOf),
    async stop() {
      clearInterval(timer);
      await leading?.stop();
    },
  };
}

/** So long an order is not carried out twice under one key. */
const rememberedMs = 86_400_000;

/** Something may still become of it. */
function isAlive({ status }: Rollout): boolean {
  return status.name !== "aborted" && status.name !== "rolled-back";
}

/** What parses YAML takes 100 ms of CPU to load: plans are sent seldom. */
const planOf: RolloutsDeps["parse"] = async (text) => {
  const { sentPlanText } = await import("../../config/plans.ts");
  const sent = sentPlanText(text);
  return sent.ok ? { ok: true, plan: sent.plan } : sent;
};

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
