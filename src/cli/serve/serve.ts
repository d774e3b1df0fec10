import { readFileSync, statSync } from "node:fs";
import type { Environment, FlagCell } from "../../flags/index.ts";
import { createSampler, exportsTraces, type SombraEvent } from "../../telemetry/index.ts";
import { ConfigError, loadConfig, type Config } from "../config/index.ts";
import { startArchive } from "./archive/archive-link.ts";
import { startControl, type ControlLink } from "./control/control-link.ts";
import { openDataDir, type DataDir } from "./data-dir.ts";
import { startDataPlane, type DataPlane } from "./data/data-plane.ts";
import { startFeed, type Feed } from "./registry/feed.ts";
import { pageKeys } from "./registry/hash-keys.ts";
import { startLastRun } from "./last-run.ts";
import { tiesIn } from "./effects/legacy-ties.ts";
import { withoutPretenuringUntil } from "./pretenuring.ts";
import { problemLine } from "./problem-line.ts";
import { tripsIn, tripsText } from "./rollouts/trip.ts";
import { StartError } from "./start-error.ts";
import { randomHex } from "../../model/index.ts";
import {
  cutLines,
  drawOff,
  lateLines,
  modeLines,
  newLines,
  startLines,
  unarchivedLines,
  unkeptLines,
  type Ports,
} from "./told.ts";

export interface Serving {
  readonly ports: Ports;
  /** Answers what is in flight, as long as it may, and ends. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** Whether log lines go to stdout. */
  readonly logs: boolean;
  /** Told how to throw the kill switch, before any port listens. */
  readonly onKill?: (handler: (signal: string) => void) => void;
}

/** Longest that the control thread may take for its last batch, its logs and its exporters. */
const controlStopMs = 5_000;
/** For the registry's last write, and what it knows to disk. */
const registryStopMs = 2_000;
/** For the last batches. */
const archiveStopMs = 2_000;
/** The registry waits 1.5 s for a store, then goes by the last known snapshot. What takes longer is swapped in. */
const firstFlagsMs = 4_000;

function openData({ dataDir, hashKey }: Config): ReturnType<typeof openDataDir> {
  try {
    return openDataDir(dataDir, hashKey);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new StartError(`SOMBRA_DATA_DIR: cannot keep anything in ${dataDir}: ${code}`, { cause: error });
  }
}

/** null: nothing is kept, or it cannot be read. */
function readKept(
  dir: DataDir,
  fact: "legacy-ties" | "local-trips",
  fault: (operation: string, error: unknown) => void,
): string | null {
  try {
    return dir.read(fact);
  } catch (error) {
    fault(`read ${fact}`, error);
    return null;
  }
}

/** What the configuration switches on and nothing so far has shown to be safe. */
function refuseUntied({ reverseShadow, routes }: Config, legacyTies: string | null): void {
  const seen = tiesIn(legacyTies);
  const unsafe = new Set(
    routes.filter(({ name, twin }) => twin === null && !seen.has(name)).map(({ flags }) => flags.reverseShadow),
  );
  const problems = reverseShadow.filter(({ key }) => unsafe.has(key)).map(({ problem }) => problem);
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Keeps what there is to say until somebody takes it down. */
function createSpeaker() {
  const early: Parameters<ControlLink["tell"]>[0][] = [];
  let control: ControlLink | null = null;
  const tell: ControlLink["tell"] = (message) => {
    if (control === null) early.push(message);
    else control.tell(message);
  };
  const log = (events: readonly SombraEvent[]): void => {
    for (const event of events) tell({ kind: "event", event });
  };
  return {
    tell,
    log,
    reconnect: (to: Parameters<ControlLink["reconnect"]>[0]) => control?.reconnect(to),
    /** `opening`: said before everything else. */
    begin: (to: ControlLink, opening: readonly SombraEvent[]): void => {
      control = to;
      log(opening);
      for (const message of early) tell(message);
    },
  };
}

/** Starts all planes: data plane and egress on this thread, the admin port and the registry on threads of their own. */
export async function serve(env: Environment, options: ServeOptions = { logs: true }): Promise<Serving> {
  const config = loadConfig({
    env,
    readFile: (path) => readFileSync(path),
    modeOf: (path) => statSync(path).mode,
    cwd: process.cwd(),
  });
  const sampler = createSampler(env, config.sampleCompared);
  if (typeof sampler !== "function") throw new StartError(sampler.problem);
  const { dir, hashKey, fault: dirFault } = openData(config);
  const { tell, log, reconnect, begin } = createSpeaker();
  log(unkeptLines(config, dirFault));
  const fault = (operation: string, error: unknown): void => log([problemLine(operation, error)]);

  const legacyTies = readKept(dir, "legacy-ties", fault);
  refuseUntied(config, legacyTies);
  const localTrips = tripsIn(readKept(dir, "local-trips", fault));
  const begun = (): void => reconnect("registry");
  const feed = startFeed({ config, dir, hashKey, legacyTies, localTrips, tell, log, fault, begun });
  const { cell, switches } = feed;
  options.onKill?.((name) => void switches.kill({ killed: true, actor: { kind: "signal", name }, reason: null }));
  if (!(await feed.ready(firstFlagsMs))) log(lateLines(firstFlagsMs));
  const lastRun = startLastRun(config.dataDir);
  let plane: DataPlane;
  try {
    plane = await startDataPlane({
      config,
      hashKeys: feed.hashKeys(),
      flags: cell,
      sampler,
      traced: exportsTraces(env),
      notes: feed.notes,
      lastRunMs: lastRun.agoMs,
      fault,
      log,
      egressSeen: switches.egressSeen,
      ties: feed.ties,
      expected: feed.expected,
    });
  } catch (error) {
    lastRun.stop();
    await feed.stop(registryStopMs);
    throw error;
  }
  feed.onForget((hashes) => plane.forget(hashes));
  shareKeys(feed, plane, tell);
  feed.onRules((rules) => plane.setRules(rules));
  const instance = randomHex(8);
  const archive = startArchive({
    data: { config, instance },
    drain() {
      const batch = plane.tally.drainArchive(Date.now(), plane.mirror.pending());
      plane.twinNoise.gave(batch.seq, batch.twin);
      return batch;
    },
    twin: plane.twinNoise.learn,
    event: (event) => log([event]),
    fault,
    begun: () => reconnect("archive"),
  });
  const control = startControl({
    data: () => ({
      config,
      instance,
      flags: feed.flags(),
      killed: cell.current().killed,
      pageKeys: pageKeys(feed.hashKeys()),
      instances: plane.instances(),
      facts: { ...switches.facts, "legacy-ties": feed.ties.text, "local-trips": tripsText(feed.holding.trips()) },
      env,
      pretty: process.stdout.isTTY,
      logs: options.logs,
    }),
    registryLine: () => feed.line(),
    archiveLine: () => archive.line(),
    archived: () => archive.flush(),
    instances: () => plane.instances(),
    drain: () => drawOff(plane, cell, feed.store()),
    kill: (order) => switches.kill(order),
    declared: (effect) => plane.declared(effect),
    probe: (order) => plane.probe(order),
    hold: (trips, at) => feed.holding.hold(trips, at),
    selfTest: async (full) => (full ? plane.selfTest.full() : plane.selfTest.report()),
    fault,
  });
  const stop = async (): Promise<void> => {
    log(cutLines(await plane.close()));
    const [kept] = await Promise.all([archive.stop(archiveStopMs), feed.stop(registryStopMs)]);
    log(unarchivedLines(kept));
    await control.stop(controlStopMs);
    lastRun.stop();
  };
  try {
    const ports = { data: plane.proxy.port, admin: await control.ready, egress: plane.egress.port };
    begin(control, [...startLines(config, ports, feed.flags().entries), ...sayModes(config, feed, { log, tell })]);
    return { ports, stop: withoutPretenuringUntil(stop) };
  } catch (error) {
    await stop();
    throw new StartError(error instanceof Error ? error.message : "The control thread did not start");
  }
}

function shareKeys(feed: Feed, plane: DataPlane, tell: ControlLink["tell"]): void {
  feed.onHashKeys((keys) => {
    plane.setHashKeys(keys);
    tell({ kind: "page-keys", keys: pageKeys(keys) });
  });
}

/** The lines of all routes as they are now. What changes from here on is logged, and told to the admin port. */
function sayModes(
  config: Config,
  { cell }: Feed,
  { log, tell }: Pick<ReturnType<typeof createSpeaker>, "log" | "tell">,
): readonly SombraEvent[] {
  const now = (): readonly SombraEvent[] => modeLines(config, cell);
  let said = now();
  const forEver = new AbortController().signal;
  const tellSwitch = ({ killed, version }: ReturnType<FlagCell["current"]>): void =>
    tell({ kind: "switched", killed, version });
  // Flags may have come since the control thread was told how it starts.
  tellSwitch(cell.current());
  cell.onChange((snapshot) => {
    tellSwitch(snapshot);
    const before = said;
    said = now();
    log(newLines(before, said));
  }, forEver);
  return said;
}
