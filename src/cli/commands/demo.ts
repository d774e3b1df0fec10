import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  business,
  deliveries,
  handshake,
  send,
  startCandidate,
  startGraph,
  startLegacy,
  testShopper,
  type Delivery,
} from "../../demo/index.ts";
import { serve } from "../serve/serve.ts";
import { report } from "./demo-report.ts";
import type { Context } from "./command.ts";
import { command } from "./frame.ts";

const appSecret = "demo-app-secret";
const verifyToken = "demo-verify-token";
const adminPort = 8081;
/**
 * Between deliveries, as they come from a provider. One after the other without a break they would overtake the candidate, which
 * works on after its answer, and the figures would be those of a queue in programs that have just started.
 */
const pauseMs = 40;

export const demo = command(
  {
    name: "demo",
    takes: "",
    summary: "two real handlers, real-shaped traffic, and what differs",
    about: ["Needs nothing from outside, and sends nothing there."],
    options: { once: { takes: null, help: "print what was found and end" } },
    examples: ["", "--once"],
  },
  async (given, context) => {
    const dataDir = mkdtempSync(join(tmpdir(), "sombra-demo-"));
    await using stack = new AsyncDisposableStack();
    stack.defer(() => rmSync(dataDir, { recursive: true, force: true }));
    const say = (line: string): void => void context.stdout.write(`${line}\n`);

    say("Starting a stand-in Graph API, two WhatsApp handlers and Sombra ...");
    const graph = stack.use(await startGraph());
    const egressPort = await freePort(0);
    const handlerOn = (side: string) => ({
      graphUrl: `http://127.0.0.1:${egressPort}/${side}/graph`,
      appSecret,
      verifyToken,
      phoneNumberId: business.phoneNumberId,
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
    say("  legacy     whatsapp-api-js            answers the provider, sends through to the Graph API");
    say("  candidate  @chat-adapter/whatsapp     gets the same bytes, its sends are held");
    say("");

    const base = `http://127.0.0.1:${serving.ports.data}`;
    await deliverAll(base, say);
    const admin = `http://127.0.0.1:${serving.ports.admin}`;
    await report(admin, { say, released: graph.calls.length });
    if (given.has("once")) return 0;
    say(`\nThe page is at ${admin}/ and Sombra listens at ${base}. Ctrl-C ends everything.`);
    await new Promise<void>((resolve) => {
      process.on("SIGINT", resolve);
      process.on("SIGTERM", resolve);
    });
    return 0;
  },
);

async function deliverAll(base: string, say: (line: string) => void): Promise<void> {
  const all: Delivery[] = [handshake(verifyToken, "1158201444"), ...deliveries({ seed: "demo", appSecret })];
  for (const [index, delivery] of all.entries()) {
    const { status, ms } = await send(base, delivery);
    await setTimeout(pauseMs);
    const count = `${index + 1}/${all.length}`;
    say(`  ${count.padStart(6)}  ${String(status)}  ${ms.toFixed(1).padStart(6)} ms  ${delivery.name}`);
  }
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
