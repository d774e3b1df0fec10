import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { business, startCandidate, startGraph, startLegacy, testShopper, type Graph } from "../../demo/index.ts";
import { serve } from "../serve/serve.ts";
import type { Context } from "./command.ts";

export const appSecret = "demo-app-secret";
export const verifyToken = "demo-verify-token";

/** Both handlers, the stand-in Graph API and a Sombra between them. */
export interface DemoWorld extends AsyncDisposable {
  readonly graph: Graph;
  /** Where the provider delivers. */
  readonly base: string;
  readonly admin: string;
}

interface DemoOptions {
  readonly context: Context;
  /** 0: any; where it is taken, any. */
  readonly adminPort: number;
  /** Whether the handlers pass the trace of a delivery on, as with OpenTelemetry in them. */
  readonly passesTrace: boolean;
}

/** What is missing is waited for in vain: here not for the usual 30 s, so that the demo ends soon. */
const config = "routes: [{ settle: { quietMs: 100, maxMs: 1000 } }]\n";

export async function startDemo({ context, adminPort, passesTrace }: DemoOptions): Promise<DemoWorld> {
  await using stack = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), "sombra-demo-"));
  stack.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const configFile = join(dataDir, "sombra.yaml");
  writeFileSync(configFile, config);
  const graph = stack.use(await startGraph());
  const egressPort = await freePort(0);
  const handlerOn = (side: string) => ({
    graphUrl: `http://127.0.0.1:${egressPort}/${side}/graph`,
    appSecret,
    verifyToken,
    phoneNumberId: business.phoneNumberId,
    passesTrace,
  });
  const legacy = stack.use(await startLegacy(handlerOn("legacy")));
  const candidate = stack.use(await startCandidate(handlerOn("candidate")));
  const serving = await serve(
    {
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      SOMBRA_GRAPH_URL: graph.url,
      SOMBRA_HOST: "127.0.0.1",
      SOMBRA_PORT: "0",
      SOMBRA_ADMIN_PORT: String(await freePort(adminPort).catch(() => 0)),
      SOMBRA_EGRESS_PORT: String(egressPort),
      SOMBRA_DATA_DIR: dataDir,
      SOMBRA_CONFIG: configFile,
      SOMBRA_APP_SECRET: appSecret,
      SOMBRA_ENVIRONMENT: "demo",
      // The flags of a staging phase: one test shopper, shadow and dual-run on.
      WHATSAPP_CANONICAL_EVENTS_ENABLED_ALLOWLIST: testShopper.number,
      WHATSAPP_CANONICAL_SHADOW_MODE: "true",
      WHATSAPP_DUAL_RUN: "true",
      ...exporters(context),
    },
    { logs: false, onKill: context.onKill },
  );
  stack.defer(() => serving.stop());
  const started = stack.move();
  return {
    graph,
    base: `http://127.0.0.1:${serving.ports.data}`,
    admin: `http://127.0.0.1:${serving.ports.admin}`,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Traces and metrics go where the caller's own OpenTelemetry variables say. */
function exporters({ env }: Context): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith("OTEL_") && value !== undefined) out[name] = value;
  }
  return out;
}

/** A port nobody listens on; `wanted` 0: any. Rejects where the wanted one is taken. */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
