import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Child } from "./child.ts";
import type { Ground, Started } from "./subject.ts";

/** `egress`: legacy's calls to the Graph API, in whose place the legacy backend stands. */
type Load = "legacy" | "dual-run" | "dual-run-new" | "dual-run-traced" | "dual-run-hang" | "egress";

const startedSchema = z.object({ event: z.literal("started"), plane: z.string(), port: z.int() });

const counts = z.record(z.string(), z.int());
const ledgerSchema = z.object({
  received: z.int(),
  skipped: counts,
  compared: counts,
  failed: counts,
  pending: z.int(),
});
export type Ledger = z.infer<typeof ledgerSchema>;

const startTimeoutMs = 20_000;
/** How long what is pending may take to settle after the load has ended. */
const settleTimeoutMs = 30_000;

export async function startSombra(ground: Ground, directory: string, load: Load): Promise<Started> {
  mkdirSync(directory);
  const child = ground.fleet.start({
    name: `Sombra (${load})`,
    command: process.execPath,
    args: [ground.entry, "serve"],
    // Away from any configuration file, and without the variables of whoever runs the bench.
    cwd: directory,
    env: {
      SOMBRA_LEGACY_URL: `http://127.0.0.1:${ground.legacyPort}`,
      SOMBRA_CANDIDATE_URL: `http://127.0.0.1:${ground.candidatePort}`,
      SOMBRA_HOST: "127.0.0.1",
      SOMBRA_PORT: "0",
      SOMBRA_ADMIN_PORT: "0",
      SOMBRA_EGRESS_PORT: "0",
      SOMBRA_DATA_DIR: directory,
      SOMBRA_LOG_LEVEL: "warn",
      ...(load === "dual-run-traced" ? tracesTo(ground.collectorPort) : { OTEL_TRACES_EXPORTER: "none" }),
      ...(load === "egress" && { SOMBRA_GRAPH_URL: `http://127.0.0.1:${ground.legacyPort}` }),
      WHATSAPP_CANONICAL_EVENTS_ENABLED: String(isShadowed(load)),
      ...(isShadowed(load) && { WHATSAPP_CANONICAL_SHADOW_MODE: "true", WHATSAPP_DUAL_RUN: "true" }),
    },
  });
  const ports = await startedPorts(child);
  if (load === "egress") {
    return { port: ports.egress, pid: child.pid, check: async (sent) => egressFaults(ports.admin, sent) };
  }
  return {
    port: ports.data,
    pid: child.pid,
    check: async (sent) => ledgerFaults(await settledLedger(ports.admin), load, sent),
  };
}

/** One trace in twenty, and metrics every ten seconds. */
function tracesTo(port: number | null): Readonly<Record<string, string>> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_METRIC_EXPORT_INTERVAL: "10000",
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: "0.05",
  };
}

const isShadowed = (load: Load): boolean => load !== "legacy" && load !== "egress";

/** Whether every call went out and was counted once. */
async function egressFaults(adminPort: number, sent: number): Promise<string[]> {
  const deadline = Date.now() + settleTimeoutMs;
  const counted = /^sombra_effects_total\{[^}]*disposition="released"[^}]*\} (\d+)/m;
  for (;;) {
    const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
    const released = Number(counted.exec(text)?.[1] ?? 0);
    if (released === sent) return [];
    if (Date.now() > deadline) return [`${released} of ${sent} calls counted as released`];
    await sleep(100);
  }
}

interface Ports {
  readonly data: number;
  readonly admin: number;
  readonly egress: number;
}

function startedPorts(child: Child): Promise<Ports> {
  const { promise, resolve, reject } = Promise.withResolvers<Ports>();
  const late = setTimeout(
    () => reject(new Error(`${child.name} did not say within ${startTimeoutMs} ms that it listens`)),
    startTimeoutMs,
  ).unref();
  const ports = new Map<string, number>();
  child.onLine((line) => {
    const started = startedSchema.safeParse(parseJson(line));
    if (!started.success) {
      return;
    }
    ports.set(started.data.plane, started.data.port);
    const data = ports.get("data");
    const admin = ports.get("admin");
    const egress = ports.get("egress");
    if (data !== undefined && admin !== undefined && egress !== undefined) {
      clearTimeout(late);
      resolve({ data, admin, egress });
    }
  });
  return promise;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The ledger once nothing is pending any more, or as it is when that takes too long. */
async function settledLedger(adminPort: number): Promise<Ledger> {
  const deadline = Date.now() + settleTimeoutMs;
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${adminPort}/api/ledger`);
    const ledger = ledgerSchema.parse(await response.json());
    if (ledger.pending === 0 || Date.now() > deadline) {
      return ledger;
    }
    await sleep(100);
  }
}

/** Whether what was measured is what the subject's name says. */
export function ledgerFaults(ledger: Ledger, load: Exclude<Load, "egress">, sent: number): string[] {
  const divergent = { what: "compared and divergent", count: ledger.compared["divergent"] ?? 0 };
  const expected = {
    legacy: { what: "skipped as not-enabled", count: ledger.skipped["not-enabled"] ?? 0 },
    "dual-run": divergent,
    "dual-run-new": divergent,
    "dual-run-traced": divergent,
    // How many it compared before, shed and failed is its own business; each must be accounted for.
    "dual-run-hang": { what: "skipped, compared or failed", count: settledItems(ledger) },
  }[load];
  const said = ` of ${sent} items (${JSON.stringify(ledger)})`;
  return [
    ...(ledger.received === sent ? [] : [`received ${ledger.received}${said}`]),
    ...(expected.count === sent ? [] : [`${expected.what}: ${expected.count}${said}`]),
  ];
}

function settledItems({ skipped, compared, failed }: Ledger): number {
  return (skipped["total"] ?? 0) + (compared["total"] ?? 0) + (failed["total"] ?? 0);
}
