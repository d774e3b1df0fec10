import { readFileSync, statSync } from "node:fs";
import type { Environment } from "../../flags/index.ts";
import { createSampler, exportsTraces, type SombraEvent } from "../../telemetry/index.ts";
import { loadConfig, type Config } from "../config/index.ts";
import { startControl, type ControlLink } from "./control-link.ts";
import { openDataDir } from "./data-dir.ts";
import { startDataPlane, type DataPlane } from "./data-plane.ts";
import { startFeed, type Feed } from "./feed.ts";
import { StartError } from "./start-error.ts";
import { cutLines, drawOff, modeLines, newLines, problemLine, startLines, unkeptLines, type Ports } from "./told.ts";

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
    reconnect: () => control?.reconnect(),
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
  const sampler = createSampler(env);
  if (typeof sampler !== "function") throw new StartError(sampler.problem);
  const { dir, hashKey, fault: dirFault } = openData(config);
  const { tell, log, reconnect, begin } = createSpeaker();
  log(unkeptLines(config, dirFault));
  const fault = (operation: string, error: unknown): void => log([problemLine(operation, error)]);

  const feed = startFeed({ config, dir, hashKey, tell, log, fault, begun: reconnect });
  const { cell, switches } = feed;
  options.onKill?.((name) => void switches.kill({ killed: true, actor: { kind: "signal", name }, reason: null }));
  if (!(await feed.ready(firstFlagsMs))) fault("registry", new Error("No flags in time"));
  let plane: DataPlane;
  try {
    plane = await startDataPlane({
      config,
      hashKey: feed.hashKey(),
      flags: cell,
      sampler,
      traced: exportsTraces(env),
      notes: feed.notes,
      fault,
      log,
      egressSeen: switches.egressSeen,
    });
  } catch (error) {
    await feed.stop(registryStopMs);
    throw error;
  }
  const control = startControl({
    data: () => ({
      config,
      flags: feed.flags(),
      killed: cell.current().killed,
      facts: switches.facts,
      env,
      pretty: process.stdout.isTTY,
      logs: options.logs,
    }),
    registryLine: () => feed.line(),
    drain: () => drawOff(plane, cell, feed.store()),
    kill: (order) => switches.kill(order),
    declared: (effect) => plane.declared(effect),
    fault,
  });
  const stop = async (): Promise<void> => {
    log(cutLines(await plane.close()));
    await feed.stop(registryStopMs);
    await control.stop(controlStopMs);
  };
  try {
    const ports = { data: plane.proxy.port, admin: await control.ready, egress: plane.egress.port };
    begin(control, [...startLines(config, ports, process.pid), ...sayModes(config, feed, { log, tell })]);
    return { ports, stop };
  } catch (error) {
    await stop();
    throw new StartError(error instanceof Error ? error.message : "The control thread did not start");
  }
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
  cell.onChange(({ killed }) => {
    tell({ kind: "switched", killed });
    const before = said;
    said = now();
    log(newLines(before, said));
  }, forEver);
  return said;
}
