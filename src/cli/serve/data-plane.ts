import { createTally, type Tally } from "../../account/index.ts";
import { comparesInPlace, createCompare, createKeyedHash } from "../../compare/index.ts";
import type { Egress, EgressDeps } from "../../effects/index.ts";
import { decideMode, type FlagCell } from "../../flags/index.ts";
import { createBudget, type Budget } from "../../http/index.ts";
import { monotonic } from "../../lib/clock.ts";
import { createMirror, type Mirror } from "../../mirror/index.ts";
import { listenProxy, shadowFields, type Lane, type Proxy, type Sampler } from "../../proxy/index.ts";
import type { SombraEvent } from "../../telemetry/index.ts";
import type { Config } from "../config/index.ts";
import { createAccounts } from "./accounts.ts";
import { createDeciding } from "./deciding.ts";
import { createEffects, type EffectsOptions } from "./effects.ts";
import { createEgressWatch, type EgressWatch } from "./egress-watch.ts";
import { startEgress } from "./egress.ts";
import { closeLanes } from "./lanes.ts";
import type { NotesLink } from "./notes-link.ts";
import { createOffload } from "./offload.ts";
import { StartError } from "./start-error.ts";

export interface DataPlaneOptions {
  readonly config: Config;
  readonly hashKey: string;
  readonly flags: FlagCell;
  readonly sampler: Sampler;
  /** Whether spans are made. */
  readonly traced: boolean;
  /** The candidate was seen to send through the egress, in this process or before. */
  readonly egressSeen: { get(): boolean; set(): void };
  /** What all instances may look up. */
  readonly notes: NotesLink;
  readonly fault: (operation: string, error: unknown) => void;
  readonly log: (events: readonly SombraEvent[]) => void;
}

/** Everything that carries traffic: the proxy, the shadow side and the egress, on the thread that calls this. */
export interface DataPlane {
  readonly tally: Tally;
  readonly mirror: Mirror;
  readonly lanes: readonly Lane[];
  readonly proxy: Proxy;
  readonly egress: Egress;
  readonly budget: Budget;
  /** Whether a route's candidate does nothing where legacy sends. */
  readonly isSilent: (route: string) => boolean;
  readonly watch: EgressWatch;
  /** Takes what a side says it did. */
  readonly declared: EgressDeps["declared"];
  /** Answers what is in flight, gives pending comparisons their time, and closes; how many requests were cut. */
  close(): Promise<number>;
}

/** Items that may wait for an outcome at a time: some 2 KiB each beside their bodies, which have a budget of their own. */
const maxPending = 20_000;

/** A 3 MB pair takes some 100 ms; what takes a hundred times that does not end. */
const compareTimeoutMs = 10_000;

/** A handler that answers at all answers sooner; what waits behind one that does not goes on, and is marked. */
const laneTimeoutMs = 15_000;

/** For the sends of deliveries that are answered. */
const egressStopMs = 2_000;

const unhashed = (): string => "";

export async function startDataPlane(options: DataPlaneOptions): Promise<DataPlane> {
  const { config, flags, egressSeen } = options;
  const tally = createTally(monotonic);
  const fault = (operation: string, error: unknown): void => {
    tally.counter("sombra_faults_total", { operation }).add();
    options.fault(operation, error);
  };
  const budget = createBudget(config.bodyBytes);
  const hash = createKeyedHash(options.hashKey);
  const compare = createCompare();
  const work = { routes: config.routes, appSecrets: config.appSecrets, hashKey: options.hashKey };
  const comparing = createOffload(work, compareTimeoutMs);
  const deciding = createDeciding({ config, notes: options.notes, hash, tally, work });
  const { lanes, learned, sent } = deciding;
  const watch = createEgressWatch(hash, monotonic);
  const plainShoppers = config.log.shopper === "plain";
  const effects = createEffects({
    routes: lanes.map(({ route }) => route),
    tally,
    hash,
    hashKey: options.hashKey,
    notes: options.notes,
    learned,
    sent,
    ...alarmsBy(tally, options.log),
    clock: monotonic,
    egressSeen,
    watch,
    rulesRelease: config.egress.rules.some(({ release }) => release),
    cutoverPossible: () => lanes.some((lane) => lane.cutsOver(flags.current())),
    isCutOver: (route, shopper) => decideMode(flags.current(), route.flags, shopper).mode === "cutover",
    fault,
  });
  const mirror = createMirror({
    lanes,
    effects: effects.mirror,
    judge: deciding.judge,
    compare(pair, sampled) {
      if (!comparesInPlace(pair)) return comparing.compare(pair);
      // Hashes stand in for values in records only: where none can be kept they are not worth their time.
      return compare(pair, {
        hash: tally.hasRoom(options.traced && sampled ? "sampled" : "notable") ? hash : unhashed,
      });
    },
    ...createAccounts({ tally, hash, plainShoppers, traced: options.traced, clock: monotonic }),
    fieldsFor: shadowFields,
    budget,
    clock: monotonic,
    fault,
    maxPending,
    laneTimeoutMs,
  });
  const egress = await startEgress({ config, tally, budget, effects: effects.egress, fault });
  const proxy = await listenProxy(
    {
      lanes,
      flags,
      offer: mirror.offer,
      ...deciding.answering,
      sampler: options.sampler,
      budget,
      clock: monotonic,
      fault,
      meters: {
        refused: (reason) => tally.counter("sombra_refused_total", { reason }).add(),
        upgraded: (route) => tally.counter("sombra_upgrades_total", { route }).add(),
      },
    },
    config.data,
  ).catch(async (error: unknown) => {
    await egress.close(0);
    throw StartError.ofPort("SOMBRA_PORT", config.data, error);
  });
  return {
    tally,
    mirror,
    lanes,
    proxy,
    egress,
    budget,
    isSilent: effects.isSilent,
    watch,
    declared: effects.egress.declared,
    async close() {
      const until = monotonic() + config.graceMs;
      const cut = await answerInFlight({ proxy, mirror }, config.graceMs);
      await mirror.drain(Math.max(0, Math.min(config.drainMs, until - monotonic())));
      await egress.close(egressStopMs);
      await effects.close();
      await deciding.close();
      await closeLanes(lanes);
      await comparing.close();
      if (cut > 0) tally.counter("sombra_alarms_total", { alarm: "requests-cut" }).add();
      return cut;
    },
  };
}

function alarmsBy(tally: Tally, log: DataPlaneOptions["log"]): Pick<EffectsOptions, "alarm" | "alarmOver"> {
  return {
    alarm(alarm, message) {
      tally.counter("sombra_alarms_total", { alarm }).add();
      log([{ event: "alarm", alarm, message }]);
    },
    alarmOver: (alarm, message) => log([{ event: "alarm_over", alarm, message }]),
  };
}

/** Lets go of the requests that are not answered in time; how many. */
async function answerInFlight({ proxy, mirror }: Pick<DataPlane, "proxy" | "mirror">, maxMs: number): Promise<number> {
  const late = Promise.withResolvers<"late">();
  const limit = setTimeout(() => late.resolve("late"), maxMs);
  const answered = proxy.close();
  const ended = await Promise.race([answered, late.promise]);
  clearTimeout(limit);
  if (ended !== "late") return 0;
  // Before their connections break, so that the ledger does not say their clients went.
  await mirror.drain(0);
  const cut = proxy.cut();
  await answered;
  return cut;
}
