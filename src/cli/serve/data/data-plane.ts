import { createTally, type Tally } from "../../../account/index.ts";
import { createTwinNoise, type TwinNoise } from "../../../compare/index.ts";
import { createRules, type Egress, type EgressDeps } from "../../../effects/index.ts";
import { decideMode, type FlagCell } from "../../../flags/index.ts";
import { createBudget, type Budget } from "../../../http/index.ts";
import { monotonic } from "../../../lib/clock.ts";
import { createDrift, createMirror, type Drift, type Mirror } from "../../../mirror/index.ts";
import type { Rule } from "../../../model/index.ts";
import { fieldsFor, listenProxy, type Lane, type Proxy, type ProxyMeters, type Sampler } from "../../../proxy/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import type { Config } from "../../config/index.ts";
import { createAccounts } from "../verdicts/accounts.ts";
import { createCallFacts, loneCallOf } from "./call-facts.ts";
import { createComparing, type Comparing } from "../verdicts/comparing.ts";
import { createConcluding } from "../verdicts/concluding.ts";
import { createDeciding, type Deciding } from "./deciding.ts";
import { createEffects, type Effects, type EffectsOptions } from "../effects/effects.ts";
import { createEgressWatch, type EgressWatch } from "../effects/egress-watch.ts";
import { startEgress } from "../effects/egress.ts";
import { forgetAll, theirs } from "./forgetting.ts";
import { createLiveKeys, type HashKeys, type LiveKeys } from "../registry/hash-keys.ts";
import { closeLanes } from "./lanes.ts";
import type { LegacyTies } from "../effects/legacy-ties.ts";
import type { NotesLink } from "../registry/notes-link.ts";
import { createProbe, type Probe } from "../effects/probe.ts";
import type { SelfTest } from "../verdicts/self-test.ts";
import { StartError } from "../start-error.ts";

export interface DataPlaneOptions {
  readonly config: Config;
  /** At the start. */
  readonly hashKeys: HashKeys;
  readonly flags: FlagCell;
  readonly sampler: Sampler;
  /** Whether spans are made. */
  readonly traced: boolean;
  /** The candidate was seen to send through the egress, in this process or before. */
  readonly egressSeen: { get(): boolean; set(): void };
  /** How legacy's sends are tied, in this process or before. */
  readonly ties: LegacyTies;
  /** What all instances may look up. */
  readonly notes: NotesLink;
  /** Signatures that are marked as expected. */
  readonly expected: Pick<ReadonlySet<string>, "has">;
  /** Milliseconds since a process ran on this data directory; null: none did. */
  readonly lastRunMs: number | null;
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
  /** That are known of, this one first. */
  readonly instances: Effects["instances"];
  readonly watch: EgressWatch;
  /** Forgets whom these hashes are of: a little at a time, so that no answer waits. */
  readonly forget: (hashes: readonly string[]) => void;
  readonly selfTest: Pick<SelfTest, "gauges" | "report" | "full">;
  /** Takes what a side says it did. */
  readonly declared: EgressDeps["declared"];
  /** Looks what the candidates do outside. */
  readonly probe: Probe;
  /** Takes the place of all rules of the API; those of the file stay. */
  readonly setRules: (rules: readonly Rule[]) => void;
  /** What is hashed and sealed from now on is so by these. */
  readonly setHashKeys: (keys: HashKeys) => void;
  /** Takes over what other instances, and processes before this one, have seen of legacy's own noise (`Batch.twin`). */
  /** What the twin showed goes to the archive, and comes back of all instances. */
  readonly twinNoise: Pick<TwinNoise, "gave" | "learn">;
  /** Answers what is in flight, gives pending comparisons their time, and closes; how many requests were cut. */
  close(): Promise<number>;
}

/** Items that may wait for an outcome at a time: some 2 KiB each beside their bodies, which have a budget of their own. */
const maxPending = 20_000;

/** A handler that answers at all answers sooner; what waits behind one that does not goes on, and is marked. */
const laneTimeoutMs = 15_000;

/** The provider's customer service window is what makes messages one conversation. */
const conversations = { pauseMs: 24 * 60 * 60 * 1_000, max: 200_000 };

/** For the sends of deliveries that are answered. */
const egressStopMs = 2_000;

export async function startDataPlane(options: DataPlaneOptions): Promise<DataPlane> {
  const { config, flags, egressSeen, ties, notes, traced } = options;
  const tally = createTally(monotonic);
  const fault = (operation: string, error: unknown): void => {
    tally.counter("sombra_faults_total", { operation }).add();
    options.fault(operation, error);
  };
  const budget = createBudget(config.bodyBytes);
  const keys = createLiveKeys(options.hashKeys);
  const { hash } = keys;
  const work = { routes: config.routes, appSecrets: config.appSecrets, hashKey: options.hashKeys.current };
  const deciding = createDeciding({ config, notes, keys, tally, work });
  const { lanes, learned, askNames, sent } = deciding;
  const watch = createEgressWatch(hash, monotonic);
  const plainShoppers = config.log.shopper === "plain";
  const alarms = alarmsBy(tally, options.log);
  const twinNoise = createTwinNoise(tally.twinned);
  const routes = lanes.map(({ route }) => route);
  const comparing = createComparing({ work, rules: config.rules, routes, tally, hash, traced, alarms, fault });
  const drift = createDrift(conversations, monotonic);
  const { rulesHash } = comparing;
  const accounts = createAccounts({ tally, hash, plainShoppers, traced, clock: monotonic, rulesHash });
  const effects = createEffects({
    routes,
    tally,
    hash,
    hashKeys: keys.all,
    hashes: keys.hashes,
    notes,
    lastRunMs: options.lastRunMs,
    learned,
    askNames,
    sent,
    ...alarms,
    comparing,
    conclude: createConcluding({ tally, drift, twinNoise, expected: options.expected }),
    matched: comparing.selfTest.effectsMatched,
    clock: monotonic,
    egressSeen,
    ties,
    watch,
    ...readingBy(options, tally),
    killed: () => flags.current().killed,
    cutoverPossible: () => lanes.some((lane) => lane.cutsOver(flags.current())),
    isCutOver: (route, shopper) => decideMode(flags.current(), route.flags, shopper).mode === "cutover",
    fault,
  });
  const mirror = createMirror({
    lanes,
    effects: effects.mirror,
    judge: deciding.judge,
    compare: comparing.compare,
    ...accounts.mirror,
    fieldsFor,
    budget,
    clock: monotonic,
    fault,
    maxPending,
    laneTimeoutMs,
  });
  const on: OpenedOn = { tally, budget, effects: effects.egress, deciding, offer: mirror.offer, fault };
  const { egress, proxy } = await openPorts(options, on);
  return {
    tally,
    mirror,
    lanes,
    proxy,
    egress,
    budget,
    isSilent: effects.isSilent,
    instances: effects.instances,
    watch,
    forget(erased) {
      tally.forget(erased);
      forgetIn({ whole: [accounts, comparing, effects], deciding, drift, fault }, theirs(erased, keys.hashes()));
    },
    selfTest: comparing.selfTest,
    declared: effects.egress.declared,
    probe: probeBy(options, { lanes, budget, probing: effects.probing }),
    setRules: comparing.setRules,
    setHashKeys: (next) => hashAnew(next, { keys, comparing, deciding, accounts }),
    twinNoise,
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

interface Hashing {
  readonly keys: LiveKeys;
  readonly comparing: Pick<Comparing, "setHashKey">;
  readonly deciding: Pick<Deciding, "setHashKey">;
  readonly accounts: { readonly forget: () => void };
}

function hashAnew(next: HashKeys, { keys, comparing, deciding, accounts }: Hashing): void {
  keys.set(next);
  comparing.setHashKey(next.current);
  deciding.setHashKey(next.current);
  accounts.forget();
}

interface Memories {
  /** Whose what is in them is is not looked for: they are emptied. */
  readonly whole: readonly { readonly forget: () => void }[];
  readonly deciding: Deciding;
  readonly drift: Drift;
  readonly fault: DataPlaneOptions["fault"];
}

function forgetIn({ whole, deciding, drift, fault }: Memories, isTheirs: (id: string) => boolean): void {
  for (const memory of whole) memory.forget();
  const forgotten = deciding.forget(isTheirs).then(() => forgetAll(drift.known(), isTheirs));
  void forgotten.catch((error: unknown) => fault("forget", error));
}

interface OpenedOn {
  readonly tally: Tally;
  readonly budget: Budget;
  readonly effects: Effects["egress"];
  readonly deciding: Deciding;
  readonly offer: Mirror["offer"];
  readonly fault: DataPlaneOptions["fault"];
}

async function openPorts({ config, flags, sampler }: DataPlaneOptions, on: OpenedOn) {
  const { tally, budget, deciding, offer, fault } = on;
  const egress = await startEgress({ config, tally, budget, effects: on.effects, fault });
  const { lanes, answering } = deciding;
  const meters = metersBy(tally);
  const proxy = await listenProxy(
    { lanes, flags, offer, ...answering, sampler, budget, clock: monotonic, fault, meters },
    config.data,
  ).catch(async (error: unknown) => {
    await egress.close(0);
    throw StartError.ofPort("SOMBRA_PORT", config.data, error);
  });
  return { egress, proxy };
}

function metersBy(tally: Tally): ProxyMeters {
  return {
    refused: (reason) => tally.counter("sombra_refused_total", { reason }).add(),
    upgraded: (route) => tally.counter("sombra_upgrades_total", { route }).add(),
  };
}

/** What rules and traces make of calls. */
function readingBy(
  { config: { egress }, traced }: DataPlaneOptions,
  tally: Tally,
): Pick<EffectsOptions, "rules" | "rulesRelease" | "factsOf" | "apart"> {
  const rules = createRules(egress.rules);
  return {
    rules,
    rulesRelease: egress.rules.some(({ release }) => release),
    factsOf: traced ? createCallFacts({ upstreams: egress.upstreams, rules }) : null,
    apart(effect) {
      const call = loneCallOf(effect);
      if (call !== null) tally.keepCall(call);
    },
  };
}

function probeBy(
  { config, flags }: DataPlaneOptions,
  on: Pick<Parameters<typeof createProbe>[0], "lanes" | "budget" | "probing">,
): Probe {
  return createProbe({ ...on, flags, secrets: config.appSecrets.candidate, clock: monotonic });
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
