/** The control thread: the admin port, the book, logs and exporters. The data plane goes on without it. */
import { parentPort } from "node:worker_threads";
import { createBook } from "../../account/index.ts";
import { createAdmin, listenAdmin, type AdminDeps, type AdminServer } from "../../admin/index.ts";
import {
  compileFlag,
  createSnapshot,
  cutoverPossible,
  decideKey,
  decideMode,
  type Snapshot,
} from "../../flags/index.ts";
import { createLogs, renderPrometheus, startOtlp } from "../../telemetry/index.ts";
import { dataDirAt } from "./data-dir.ts";
import type { ControlData, Facts, ToControl, ToData } from "./messages.ts";
import { modeOf, problemLine } from "./told.ts";
import { version } from "./version.ts";

/** A data plane that is too busy to answer in this time is asked no longer. */
const callTimeoutMs = 1_000;
const otlpStopMs = 3_000;

type Receive = (message: Exclude<ToControl, { kind: "start" }>) => void;

function tell(message: ToData): void {
  parentPort?.postMessage(message);
}

/** Calls to the data plane's thread that wait for its `done`. */
function createCalls() {
  const waiting = new Map<number, () => void>();
  let last = 0;
  return {
    done: (id: number) => waiting.get(id)?.(),
    /** False: no answer in time. */
    call(message: (id: number) => ToData): Promise<boolean> {
      last += 1;
      const id = last;
      return new Promise((resolve) => {
        const end = (answered: boolean): void => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(answered);
        };
        const timer = setTimeout(() => end(false), callTimeoutMs);
        waiting.set(id, () => end(true));
        tell(message(id));
      });
    },
  };
}

function snapshotOf({ config, flags }: ControlData, killed: boolean): Snapshot {
  return createSnapshot({
    version: 0,
    killed,
    source: "env",
    forceOff: config.forceOff,
    flags: flags.map(({ flag, source }) => compileFlag(flag, source)),
    routes: config.routes.map((route) => route.flags),
  });
}

interface Readings {
  readonly killed: () => boolean;
  readonly egressSeen: () => boolean;
}

/** What the admin port says of flags and routes. */
function readings(
  data: ControlData,
  { killed, egressSeen }: Readings,
): Pick<AdminDeps, "flags" | "decide" | "routes" | "degraded"> {
  const { config, flags } = data;
  return {
    flags: () => flags,
    decide(key, shopper) {
      const named = config.flags.find(({ alias }) => alias === key)?.key ?? key;
      const known = flags.find(({ flag }) => flag.key === named);
      if (known === undefined) return null;
      const { value, reason, bucket } = decideKey(snapshotOf(data, killed()), named, shopper);
      const { flag, source } = known;
      return { enabled: value, reason, bucket, version: flag.version, source, settings: flag.settings };
    },
    routes() {
      const snapshot = snapshotOf(data, killed());
      return config.routes.map((route) => ({
        name: route.name,
        path: route.path,
        profile: route.profile,
        legacy: route.legacy.url,
        candidate: route.candidate?.url ?? null,
        flags: route.flags,
        mode: modeOf(decideMode(snapshot, route.flags, null).mode, egressSeen()),
      }));
    },
    degraded() {
      const degraded: string[] = [];
      if (config.forceLegacy) degraded.push("SOMBRA_FORCE_LEGACY keeps everything on legacy");
      const snapshot = snapshotOf(data, killed());
      if (egressSeen() && config.routes.some(({ flags: keys }) => cutoverPossible(snapshot, keys))) {
        degraded.push("The flags would cut shoppers over, which is refused: the candidate sends through the egress");
      }
      return degraded;
    },
  };
}

function start(data: ControlData): Receive {
  const { config } = data;
  const book = createBook();
  const logs = data.logs ? createLogs({ level: config.log.level, pretty: data.pretty }) : null;
  const otlp = startOtlp({
    env: { ...data.env, SOMBRA_ENVIRONMENT: config.environment },
    series: () => book.series(),
    serviceVersion: version,
    onProblem: (operation, error) => logs?.event({ event: "problem", operation, error }),
  });
  const dir = dataDirAt(config.dataDir);
  const remember = (fact: keyof Facts, text: string | null): void => {
    try {
      if (text === null) dir.remove(fact);
      else dir.write(fact, text);
    } catch (error) {
      // In force all the same; only a restart would forget it.
      logs?.event(problemLine(`remember ${fact}`, error));
    }
  };
  // A control thread that is started again may have missed some.
  remember("killed", data.facts.killed);
  remember("candidate-egress", data.facts["candidate-egress"]);
  let egressSeen = data.facts["candidate-egress"] !== null;
  const calls = createCalls();
  let { killed } = data;
  const app = createAdmin({
    ...readings(data, { killed: () => killed, egressSeen: () => egressSeen }),
    book,
    version,
    access: { token: config.admin.token, hosts: [config.admin.host] },
    now: () => Date.now(),
    flush: async () => void (await calls.call((id) => ({ kind: "flush", id }))),
    killed: () => killed,
    kill: async (wanted, actor) => void (await calls.call((id) => ({ kind: "kill", id, killed: wanted, actor }))),
    fault: (error) => logs?.event(problemLine("admin", error)),
    renderMetrics: () => renderPrometheus(book.series()),
  });
  const listening = listen(app, config.admin);
  const stop = async (): Promise<void> => {
    await (await listening)?.close();
    await otlp?.stop(otlpStopMs);
    logs?.event({ event: "stopped" });
    await logs?.flush();
    // Sockets of a collector that hangs would keep the thread.
    process.exit(0);
  };
  return (message) => {
    switch (message.kind) {
      case "batch":
        book.apply(message.batch);
        for (const record of message.batch.records) {
          logs?.exchange(record);
          otlp?.export(record);
        }
        return tell({ kind: "applied", seq: message.batch.seq });
      case "event":
        return logs?.event(message.event);
      case "killed":
        killed = message.killed || config.forceLegacy;
        return undefined;
      case "remember":
        if (message.fact === "candidate-egress") egressSeen = message.text !== null;
        return remember(message.fact, message.text);
      case "done":
        return calls.done(message.id);
      case "stop":
        return void stop();
    }
  };
}

function listen(app: ReturnType<typeof createAdmin>, at: ControlData["config"]["admin"]): Promise<AdminServer | null> {
  return listenAdmin(app, at).then(
    (admin) => {
      tell({ kind: "ready", port: admin.port });
      return admin;
    },
    (error: unknown) => {
      tell({ kind: "refused", why: error instanceof Error ? error.message : "The admin port does not listen" });
      return null;
    },
  );
}

let receive: Receive | null = null;

parentPort?.on("message", (message: ToControl) => {
  if (message.kind === "start") receive = start(message.data);
  else receive?.(message);
});
