/** The control thread: the admin port, the book, logs and exporters. The data plane goes on without it. */
import { parentPort } from "node:worker_threads";
import { createBook, type AccountReads, type Batch, type Book, type Series } from "../../../account/index.ts";
import { createAdmin, listenAdmin, type AdminDeps, type AdminServer } from "../../../admin/index.ts";
import { monotonic } from "../../../lib/clock.ts";
import { createLogs, prometheusPage, startOtlp, type SombraEvent } from "../../../telemetry/index.ts";
import { createArchiveLine, type ArchiveLine } from "./archive-line.ts";
import { checksOf, type ChecksDeps } from "./checks.ts";
import { erasureBy, reopeningOf, rulesOf } from "./control-deps.ts";
import { dataDirAt } from "../data-dir.ts";
import { createDataLine, type DataLine } from "./data-line.ts";
import { keepHistory } from "./history-file.ts";
import { createKnownFlags } from "./known-flags.ts";
import { tiesIn } from "../effects/legacy-ties.ts";
import type { ControlData, ToControl, ToData } from "../threads/messages.ts";
import { firstOfArchive } from "./first-traces.ts";
import { createPageFacts } from "./page-facts.ts";
import { placesOf } from "./places.ts";
import { problemLine } from "../problem-line.ts";
import { readings } from "./readings.ts";
import { createRegistryLine, type RegistryLine } from "./registry-line.ts";
import { createRemembered, type Remembered } from "./remembered.ts";
import { createDelivered, type Delivered } from "../rollouts/delivered.ts";
import { rolloutsOn } from "../rollouts/on-control.ts";
import type { Rollouts } from "../rollouts/options.ts";
import { createKnownRules } from "../verdicts/rule-notices.ts";
import { version } from "../version.ts";

const otlpStopMs = 3_000;

type Receive = (message: Exclude<ToControl, { kind: "start" }>) => void;

function tell(message: ToData): void {
  parentPort?.postMessage(message);
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

interface Checked extends Pick<ChecksDeps, "config" | "known" | "book" | "account" | "rules"> {
  readonly remembered: Remembered;
  readonly registry: RegistryLine;
  readonly dataPlane: DataLine;
  readonly rollouts: Pick<Rollouts, "channels" | "deps">;
}

function checkingBy({ remembered, registry, dataPlane, rollouts, ...known }: Checked): Omit<ChecksDeps, "now"> {
  return {
    ...known,
    egressSeen: () => remembered.get("egress-used") !== null,
    tieOf: (name) => tiesIn(remembered.get("legacy-ties")).get(name) ?? null,
    checkAudit: () => registry.deps.checkAudit(),
    selfTest: () => dataPlane.deps.selfTest(true),
    channels: rollouts.channels.checks,
    rollouts: rollouts.deps,
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
  const rules = createKnownRules(config.rules, () => known.now().state.documents);
  const told = readings(config, known, { book, archive, rules, channels: rollouts.channels });
  const pageFacts = createPageFacts(data, { killed: () => known.now().snapshot.killed, degraded: told.degraded });
  const kept = keepHistory(config.dataDir, { history: book.history, now: Date.now, fault: faultsTo(logs, "history") });
  const checking = checkingBy({ config, known, book, account, rules, remembered, registry, dataPlane, rollouts });
  const app = createAdmin({
    ...told,
    ...registry.deps,
    ...dataPlane.deps,
    flags: known.flags,
    onFlags: known.onFlags,
    checks: (route) => checksOf({ ...checking, now: Date.now }, route),
    ...pageFacts.deps,
    book,
    rules: rulesOf(config),
    rollouts: rollouts.deps,
    notifications: rollouts.channels.deps,
    account,
    erase: erasureBy(registry, (hashes) => archive.erase(hashes)),
    killed: () => known.now().snapshot.killed,
    fault: faultsTo(logs, "admin"),
    renderMetrics: metricsPage(delivered, series),
  });
  const listening = listen(app, config.admin);
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
      case "page-keys":
      case "instances":
        return pageFacts.learn(message);
      case "remember":
        return remembered.set(message.fact, message.text);
      case "done":
      case "killed":
      case "probed":
      case "self-tested":
        return dataPlane.answered(message);
      case "stop":
        return void stopAll({ listening, rollouts, kept, otlp, logs });
    }
  };
}

function faultsTo(logs: Exporters["logs"], of: string): (error: unknown) => void {
  return (error) => logs?.event(problemLine(of, error));
}

function metricsPage(delivered: Delivered, series: () => Series): AdminDeps["renderMetrics"] {
  return (accept) => {
    delivered.fetched();
    return prometheusPage(series(), accept);
  };
}

interface Stopping extends Exporters {
  readonly listening: Promise<AdminServer | null>;
  readonly rollouts: Pick<Rollouts, "stop">;
  readonly kept: Pick<ReturnType<typeof keepHistory>, "stop">;
}

async function stopAll({ listening, rollouts, kept, otlp, logs }: Stopping): Promise<never> {
  await (await listening)?.close();
  await Promise.all([rollouts.stop(), kept.stop()]);
  await otlp?.stop(otlpStopMs);
  logs?.event({ event: "stopped" });
  await logs?.flush();
  // Sockets of a collector that hangs would keep the thread.
  process.exit(0);
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
