/** The control thread: the admin port, the book, logs and exporters. The data plane goes on without it. */
import { parentPort } from "node:worker_threads";
import { createBook } from "../../account/index.ts";
import { createAdmin, listenAdmin, type AdminDeps, type AdminServer } from "../../admin/index.ts";
import { cutoverPossible, decideMode } from "../../flags/index.ts";
import type { KillAnswer, StoreView } from "../../registry/index.ts";
import { createLogs, renderPrometheus, startOtlp } from "../../telemetry/index.ts";
import type { Config } from "../config/index.ts";
import { createCalls, within } from "./calls.ts";
import { checksOf } from "./checks.ts";
import { dataDirAt } from "./data-dir.ts";
import { createKnownFlags, type KnownFlags } from "./known-flags.ts";
import type { ControlData, Facts, ToControl, ToData } from "./messages.ts";
import { createRegistryLine } from "./registry-line.ts";
import { ageSeconds, modeOf, problemLine, unreadableText } from "./told.ts";
import { version } from "./version.ts";

/** A data plane that is too busy to answer in this time is asked no longer. */
const flushMs = 1_000;
/** The data plane itself waits 1.5 s for the registry. */
const killMs = 2_500;
const otlpStopMs = 3_000;

type Receive = (message: Exclude<ToControl, { kind: "start" }>) => void;

function tell(message: ToData): void {
  parentPort?.postMessage(message);
}

interface Readings {
  readonly known: KnownFlags;
  readonly egressSeen: () => boolean;
}

/** What the admin port says of routes, and of what is not as it should be. */
function readings(config: Config, { known, egressSeen }: Readings): Pick<AdminDeps, "keyOf" | "routes" | "degraded"> {
  return {
    keyOf: (name) => config.flags.find(({ alias }) => alias === name)?.key ?? name,
    routes() {
      const { snapshot } = known.now();
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
      const { snapshot, store } = known.now();
      const degraded: string[] = [];
      if (config.forceLegacy) degraded.push("SOMBRA_FORCE_LEGACY keeps everything on legacy");
      if (!store.up) degraded.push(staleText(store));
      else if (!store.writable) degraded.push(`The store (${store.kind}) takes no writes: ${store.problem}`);
      if (store.unreadable.length > 0) degraded.push(unreadableText(store));
      if (known.killedHere())
        degraded.push("The kill switch is thrown here and the other instances do not know it yet");
      if (egressSeen() && config.routes.some(({ flags: keys }) => cutoverPossible(snapshot, keys))) {
        degraded.push("The flags would cut shoppers over, which is refused: the candidate sends through the egress");
      }
      return degraded;
    },
  };
}

function staleText(store: StoreView): string {
  const age = `${Math.round(ageSeconds(store))} s`;
  const since = store.confirmedAt === null ? `never confirmed since the start ${age} ago` : `stale for ${age}`;
  return `The store (${store.kind}) is not up, flags are the last known ones, ${since}: ${store.problem ?? "no answer"}`;
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
  // A control thread that is started again may have missed it.
  remember("candidate-egress", data.facts["candidate-egress"]);
  let egressSeen = data.facts["candidate-egress"] !== null;
  const now = (): number => Date.now();
  const known = createKnownFlags(config, data.flags);
  known.learnSwitch(data.killed);
  const registry = createRegistryLine(known);
  const flushes = createCalls<null>();
  const kills = createCalls<KillAnswer>();
  const app = createAdmin({
    ...readings(config, { known, egressSeen: () => egressSeen }),
    ...registry.deps,
    flags: known.flags,
    onFlags: known.onFlags,
    checks: (route) =>
      checksOf({ config, known, book, egressSeen: () => egressSeen, checkAudit: registry.deps.checkAudit }, route),
    book,
    version,
    access: { tokens: config.admin.tokens, hosts: [config.admin.host] },
    now,
    flush: async () =>
      void (await within(
        flushes.call((id) => tell({ kind: "flush", id })),
        flushMs,
      )),
    killed: () => known.now().snapshot.killed,
    async kill(order) {
      const answer = await within(
        kills.call((id) => tell({ kind: "kill", id, order })),
        killMs,
      );
      const killed = known.now().snapshot.killed;
      return answer ?? { was: killed, killed, shared: false, why: "the data plane did not answer in time" };
    },
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
      case "registry":
        return registry.connect(message.line);
      case "switched":
        return known.learnSwitch(message.killed);
      case "killed":
        return kills.answered(message.id, message.answer);
      case "remember":
        egressSeen = message.text !== null;
        return remember(message.fact, message.text);
      case "done":
        return flushes.answered(message.id, null);
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
