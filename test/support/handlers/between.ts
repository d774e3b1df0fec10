import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { business, startCandidate, startGraph, startLegacy, type HandlerName } from "../../../src/demo/index.ts";
import { freePort } from "../free-port.ts";
import { startSombra, type Sombra } from "../sombra.ts";
import { setUp } from "./drive.ts";

const start = { legacy: startLegacy, candidate: startCandidate };

/** Sombra between two of the real handlers, which may be two of the same; everybody is in dual-run. */
export interface Between extends AsyncDisposable {
  readonly sombra: Sombra;
}

/** What one side does and the other does not is waited for so long. */
const maxMs = { same: 10_000, different: 2_000 };

export async function between(legacy: HandlerName, candidate: HandlerName): Promise<Between> {
  await using stack = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), "sombra-between-"));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const config = join(dir, "sombra.yaml");
  const waitMs = maxMs[legacy === candidate ? "same" : "different"];
  writeFileSync(config, `routes: [{ settle: { quietMs: 100, maxMs: ${waitMs} } }]\n`);
  const graph = stack.use(await startGraph());
  const egress = await freePort();
  const options = (side: string) => ({
    ...setUp,
    phoneNumberId: business.phoneNumberId,
    graphUrl: `http://127.0.0.1:${egress}/${side}/graph`,
  });
  const ours = stack.use(await start[legacy](options("legacy")));
  const theirs = stack.use(await start[candidate](options("candidate")));
  const sombra = await startSombra({
    SOMBRA_LEGACY_URL: ours.url,
    SOMBRA_CANDIDATE_URL: theirs.url,
    SOMBRA_GRAPH_URL: graph.url,
    SOMBRA_EGRESS_PORT: String(egress),
    SOMBRA_APP_SECRET: setUp.appSecret,
    SOMBRA_CANDIDATE_APP_SECRET: setUp.appSecret,
    SOMBRA_CONFIG: config,
    WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
  });
  stack.defer(async () => void (await sombra.stop()));
  const started = stack.move();
  return { sombra, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
