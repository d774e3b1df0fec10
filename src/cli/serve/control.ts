/** The control thread: the admin port, the book, logs and exporters. The data plane goes on without it. */
import { parentPort } from "node:worker_threads";
import { createBook, type Book } from "../../account/index.ts";
import { createAdmin, listenAdmin, type AdminDeps, type AdminServer } from "../../admin/index.ts";
import { readDeclared } from "../../effects/index.ts";
import { decideMode } from "../../flags/index.ts";
import type { KillAnswer, StoreView } from "../../registry/index.ts";
import { createLogs, renderPrometheus, startOtlp } from "../../telemetry/index.ts";
import type { Config } from "../config/index.ts";
import { createCalls, within } from "./calls.ts";
import { checksOf } from "./checks.ts";
import { dataDirAt } from "./data-dir.ts";
import { egressNotices } from "./egress-checks.ts";
import { createKnownFlags, type KnownFlags } from "./known-flags.ts";
import type { ControlData, Facts, ToControl, ToData } from "./messages.ts";
import { createRegistryLine } from "./registry-line.ts";
import { silentText } from "./silent-text.ts";
import { ageSeconds, problemLine, unreadableText, whoseText } from "./told.ts";
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

/** What the admin port says of routes, and of what is not as it should be. */
function readings(
  config: Config,
  known: KnownFlags,
  book: Pick<Book, "series">,
): Pick<AdminDeps, "keyOf" | "aliases" | "routes" | "degraded"> {
  const aliases = new Map(config.flags.flatMap(({ alias, key }) => (alias === null ? [] : [[alias, key] as const])));
  return {
    aliases,
    keyOf: (name) => aliases.get(name) ?? name,
    routes() {
      const { snapshot } = known.now();
      return config.routes.map((route) => ({
        name: route.name,
        path: route.path,
        profile: route.profile,
        legacy: route.legacy.url,
        candidate: route.candidate?.url ?? null,
        flags: route.flags,
        mode: decideMode(snapshot, route.flags, null).mode,
      }));
    },
    degraded() {
      const { store, snapshot } = known.now();
      const degraded: string[] = [];
      if (config.forceLegacy) degraded.push("SOMBRA_FORCE_LEGACY keeps everything on legacy");
      if (!store.up) degraded.push(staleText(store, snapshot.version));
      else if (!store.writable) degraded.push(`The store (${store.kind}) takes no writes: ${store.problem}`);
      if (store.unreadable.length > 0) degraded.push(unreadableText(store));
      if (store.unkept !== null) degraded.push(`A restart may forget what is known: ${store.unkept}`);
      if (known.killedHere())
        degraded.push("The kill switch is thrown here and the other instances do not know it yet");
      for (const { name, labels, value } of book.series().gauges) {
        if (name === "sombra_candidate_silent" && value === 1) degraded.push(silentText(labels.route ?? ""));
      }
      const routes = config.routes.map(({ name }) => name);
      return [...degraded, ...egressNotices(book.series(), routes)];
    },
  };
}

function staleText(store: StoreView, version: number): string {
  const age = `${Math.round(ageSeconds(store))} s`;
  const since = store.confirmedAt === null ? `never confirmed since the start ${age} ago` : `stale for ${age}`;
  return `The store (${store.kind}) is not up, ${whoseText(version)}, ${since}: ${store.problem ?? "no answer"}`;
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
  remember("egress-used", data.facts["egress-used"]);
  let egressSeen = data.facts["egress-used"] !== null;
  const now = (): number => Date.now();
  const known = createKnownFlags(config, data.flags);
  known.learnSwitch(data.killed);
  const registry = createRegistryLine(known);
  /** What the data plane says `done` to. */
  const errands = createCalls<null>();
  const kills = createCalls<KillAnswer>();
  const app = createAdmin({
    ...readings(config, known, book),
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
        errands.call((id) => tell({ kind: "flush", id })),
        flushMs,
      )),
    async declare(value, rawHeaders) {
      const effect = readDeclared(value, { whose: null, rawHeaders });
      if (typeof effect === "string") return { kind: "wrong", detail: effect };
      const taken = errands.call((id) => tell({ kind: "declare", id, effect })).then(() => "taken" as const);
      return { kind: (await within(taken, flushMs)) ?? "unanswered" };
    },
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
        return errands.answered(message.id, null);
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
