import { readFileSync } from "node:fs";
import { createFlagCell, type Environment } from "../../flags/index.ts";
import { createSampler, exportsTraces, type SombraEvent } from "../../telemetry/index.ts";
import { loadConfig, type Config } from "../config/index.ts";
import { startControl, type ControlLink } from "./control-link.ts";
import { hashKeyOf, openDataDir, type DataDir } from "./data-dir.ts";
import { startDataPlane } from "./data-plane.ts";
import { flagsInForce, snapshotOf } from "./flags.ts";
import { StartError } from "./start-error.ts";
import { createSwitches } from "./switches.ts";
import { cutLines, drawOff, modeLines, problemLine, startLines, type Ports } from "./told.ts";

export interface Serving {
  readonly ports: Ports;
  /** The kill switch, from a signal. */
  kill(actor: string): void;
  /** Answers what is in flight, as long as it may, and ends. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** Whether log lines go to stdout. */
  readonly logs: boolean;
  /** Told how to throw the kill switch, before any port listens. */
  readonly onKill?: (handler: (actor: string) => void) => void;
}

/** Longest that the control thread may take for its last batch, its logs and its exporters. */
const controlStopMs = 5_000;

function openData({ dataDir, hashKey }: Config): { readonly dir: DataDir; readonly hashKey: string } {
  try {
    const dir = openDataDir(dataDir);
    return { dir, hashKey: hashKeyOf(dir, hashKey) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new StartError(`SOMBRA_DATA_DIR: cannot keep anything in ${dataDir}: ${code}`, { cause: error });
  }
}

/** Starts all planes: data plane and egress on this thread, the admin port on a thread of its own. */
export async function serve(env: Environment, options: ServeOptions = { logs: true }): Promise<Serving> {
  const config = loadConfig({ env, readFile: (path) => readFileSync(path), cwd: process.cwd() });
  const sampler = createSampler(env);
  if (typeof sampler !== "function") throw new StartError(sampler.problem);
  const { dir, hashKey } = openData(config);
  const flags = flagsInForce(config);

  let control: ControlLink | null = null;
  const tell: ControlLink["tell"] = (message) => control?.tell(message);
  const log = (events: readonly SombraEvent[]): void => {
    for (const event of events) tell({ kind: "event", event });
  };
  const fault = (operation: string, error: unknown): void => log([problemLine(operation, error)]);
  const cell = createFlagCell(snapshotOf(config, flags), { onError: (error) => fault("flags", error) });
  const switches = createSwitches(dir, cell, tell);
  const kill = (killed: boolean, actor: string): void => {
    if (switches.kill(killed, actor)) log(modeLines(config, cell, switches.egressSeen.get()));
  };
  options.onKill?.((actor) => kill(true, actor));
  const plane = await startDataPlane({
    config,
    hashKey,
    flags: cell,
    sampler,
    traced: exportsTraces(env),
    fault,
    egressSeen: switches.egressSeen,
  });
  const { pid } = process;
  const link = startControl({
    data: () => ({
      config,
      hashKey,
      flags,
      killed: switches.facts.killed !== null || config.forceLegacy,
      facts: switches.facts,
      pid,
      env,
      pretty: process.stdout.isTTY,
      logs: options.logs,
    }),
    drain: () => drawOff(plane, cell),
    kill,
    fault,
  });
  control = link;
  const stop = async (): Promise<void> => {
    log(cutLines(await plane.close()));
    await link.stop(controlStopMs);
  };
  try {
    const ports = { data: plane.proxy.port, admin: await link.ready, egress: plane.egress.port };
    log([...startLines(config, ports, pid), ...modeLines(config, cell, switches.egressSeen.get())]);
    return { ports, kill: (actor) => kill(true, actor), stop };
  } catch (error) {
    await stop();
    throw new StartError(error instanceof Error ? error.message : "The control thread did not start");
  }
}
