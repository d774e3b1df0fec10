/** The control thread: the admin port, the book, logs and exporters. The data plane goes on without it. */
import { parentPort } from "node:worker_threads";
import { createBook, type AccountReads, type Batch, type Book, type Series } from "../../account/index.ts";
import { createAdmin, listenAdmin, type AdminDeps, type AdminServer } from "../../admin/index.ts";
import { decideMode } from "../../flags/index.ts";
import { monotonic } from "../../lib/clock.ts";
import type { StoreView } from "../../registry/index.ts";
import { createLogs, prometheusPage, startOtlp, type SombraEvent } from "../../telemetry/index.ts";
import type { Config } from "../config/index.ts";
import { createArchiveLine, type ArchiveLine } from "./archive-line.ts";
import { checksOf, type ChecksDeps } from "./checks.ts";
import { erasureBy, rulesOf } from "./control-deps.ts";
import { dataDirAt } from "./data-dir.ts";
import { createDataLine, type DataLine } from "./data-line.ts";
import { egressNotices } from "./egress-checks.ts";
import { createKnownFlags, type KnownFlags } from "./known-flags.ts";
import { tiesIn } from "./legacy-ties.ts";
import type { ControlData, ToControl, ToData } from "./messages.ts";
import { firstOfArchive } from "./first-traces.ts";
import { placesOf } from "./places.ts";
import { problemLine } from "./problem-line.ts";
import { createRegistryLine, type RegistryLine } from "./registry-line.ts";
import { createRemembered, type Remembered } from "./remembered.ts";
import { createReopening, type Reopening, type ReopeningDeps } from "./reopening.ts";
import { createDelivered, type Delivered } from "./rollouts/delivered.ts";
import { rolloutsOn } from "./rollouts/on-control.ts";
import { ruleNotices } from "./rule-notices.ts";
import { silentText } from "./silent-text.ts";
import { ageSeconds, unreadableText, whoseText } from "./store-text.ts";
import { version } from "./version.ts";

const otlpStopMs = 3_000;

type Receive = (message: Exclude<ToControl, { kind: "start" }>) => void;

function tell(message: ToData): void {
  parentPort?.postMessage(message);
}

/** What the admin port says of routes, and of what is not as it should be. */
function readings(
  config: Config,
  known: KnownFlags,
  { book, archive }: { readonly book: Pick<Book, "series">; readonly archive: ArchiveLine },
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
      const archiveProblem = archive.problem();
      if (archiveProblem !== null) degraded.push(archiveText(archiveProblem));
      for (const { name, labels, value } of book.series().gauges) {
        if (name === "sombra_candidate_silent" && value === 1) degraded.push(silentText(labels.route ?? ""));
      }
      const routes = config.routes.map(({ name }) => name);
      return [...degraded, ...ruleNotices(config.rules, Date.now()), ...egressNotices(book.series(), routes)];
    },
  };
}

function staleText(store: StoreView, version: number): string {
  const age = `${Math.round(ageSeconds(store))} s`;
  const since = store.confirmedAt === null ? `never confirmed since the start ${age} ago` : `stale for ${age}`;
  return `The store (${store.kind}) is not up, ${whoseText(version)}, ${since}: ${store.problem ?? "no answer"}`;
}

function archiveText(problem: string): string {
  return `The archive is not up, ledger and divergences are this instance's own since its start: ${problem}`;
}

function reopeningOf(known: KnownFlags, { deps }: RegistryLine, alarm: ReopeningDeps["alarm"]): Reopening {
  return createReopening({ documents: () => known.now().state.documents, write: deps.write, alarm });
}

interface Exporters {
  readonly logs: ReturnType<typeof createLogs> | null;
  readonly otlp: ReturnType<typeof startOtlp>;
}

function exportBatch({ records, calls }: Batch, { logs, otlp }: Exporters): void {
  for (const record of records) {
    logs?.exchange(record);
    otlp?.export(record);
  }
  for (const call of calls) otlp?.exportCall(call);
}

function rememberedBy({ config, facts }: ControlData, logs: Exporters["logs"]): Remembered {
  return createRemembered(dataDirAt(config.dataDir), facts, (fact, error) =>
    logs?.event(problemLine(`remember ${fact}`, error)),
  );
}

function withGauges(series: Series, gauges: Series["gauges"]): Series {
  return { ...series, gauges: [...series.gauges, ...gauges] };
}

interface Checked extends Pick<ChecksDeps, "config" | "known" | "book" | "account"> {
  readonly remembered: Remembered;
  readonly registry: RegistryLine;
  readonly dataPlane: DataLine;
}

function checkingBy({ remembered, registry, dataPlane, ...known }: Checked): Omit<ChecksDeps, "now"> {
  return {
    ...known,
    egressSeen: () => remembered.get("egress-used") !== null,
    tieOf: (name) => tiesIn(remembered.get("legacy-ties")).get(name) ?? null,
    checkAudit: () => registry.deps.checkAudit(),
    selfTest: () => dataPlane.deps.selfTest(true),
  };
}

interface Exported {
  readonly book: Book;
  readonly archive: ArchiveLine;
  readonly delivered: Delivered;
  readonly series: () => Series;
}

function exportersOf(data: ControlData, { book, archive, delivered, series }: Exported): Exporters {
  const { config } = data;
  const dropped = (detail: string) => (n: number) => book.count("sombra_details_dropped_total", { detail }, n);
  const logs = data.logs
    ? createLogs({ level: config.log.level, pretty: data.pretty, onDropped: dropped("log") })
    : null;
  const otlp = startOtlp({
    env: { ...data.env, SOMBRA_ENVIRONMENT: config.environment },
    series,
    serviceVersion: version,
    onProblem(operation, error) {
      delivered.exported(false);
      logs?.event({ event: "problem", operation, error });
    },
    onDelivered: () => delivered.exported(true),
    routes: placesOf(config),
    onDropped: dropped("span"),
    onUnkept: () => dropped("trace")(1),
    firstOf: firstOfArchive(archive.reads),
  });
  return { logs, otlp };
}

function start(data: ControlData): Receive {
  const { config } = data;
  const book = createBook();
  const delivered = createDelivered(monotonic);
  const archive = createArchiveLine(book);
  const { logs, otlp } = exportersOf(data, { book, archive, delivered, series: () => series() });
  const remembered = rememberedBy(data, logs);
  const known = createKnownFlags(config, data.flags);
  known.learnSwitch(data.killed);
  // What is left where the archive does not do it is told to whoever ordered it.
  const registry = createRegistryLine(known, (hashes) => void archive.erase(hashes).catch(() => null));
  const say = (event: SombraEvent): void => {
    if (event.event === "alarm") book.count("sombra_alarms_total", { alarm: event.alarm });
    heard(event);
  };
  const heard = (event: SombraEvent): void => {
    rollouts.sawEvent(event);
    logs?.event(event);
  };
  const reopening = reopeningOf(known, registry, say);
  let dataVersion = data.flags.version;
  const rollouts = rolloutsOn({
    data,
    book,
    known,
    registry,
    archive,
    remembered,
    dataVersion: () => dataVersion,
    telemetry: () => delivered.now(),
    tell,
    event: say,
    log: (event) => logs?.event(event),
  });
  const series = (): Series => withGauges(book.series(), rollouts.gauges());
  const dataPlane = createDataLine(tell, { routes: config.routes, isKilled: () => known.now().snapshot.killed });
  const account = (): Promise<AccountReads> =>
    dataPlane.flush({ archived: archive.problem() === null }).then(() => archive.reads);
  const checking = checkingBy({ config, known, book, account, remembered, registry, dataPlane });
  const app = createAdmin({
    ...readings(config, known, { book, archive }),
    ...registry.deps,
    ...dataPlane.deps,
    flags: known.flags,
    onFlags: known.onFlags,
    checks: (route) => checksOf({ ...checking, now: Date.now }, route),
    book,
    rules: rulesOf(config),
    rollouts: rollouts.deps,
    version,
    access: { tokens: config.admin.tokens, hosts: [config.admin.host] },
    now: Date.now,
    account,
    erase: erasureBy(registry, (hashes) => archive.erase(hashes)),
    killed: () => known.now().snapshot.killed,
    fault: (error) => logs?.event(problemLine("admin", error)),
    renderMetrics(accept) {
      delivered.fetched();
      return prometheusPage(series(), accept);
    },
  });
  const listening = listen(app, config.admin);
  const stop = async (): Promise<void> => {
    await (await listening)?.close();
    await rollouts.stop();
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
        rollouts.saw(message.batch);
        reopening.saw(message.batch.groups);
        exportBatch(message.batch, { logs, otlp });
        return tell({ kind: "applied", seq: message.batch.seq });
      case "event":
        return heard(message.event);
      case "registry":
        return registry.connect(message.line);
      case "archive":
        return archive.connect(message.line);
      case "switched":
        dataVersion = message.version;
        known.learnSwitch(message.killed);
        return rollouts.switched();
      case "remember":
        return remembered.set(message.fact, message.text);
      case "done":
      case "killed":
      case "probed":
      case "self-tested":
        return dataPlane.answered(message);
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
