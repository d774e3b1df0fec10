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

/** Longer than the packages need for what comes after their answer, on a machine that has other things to do as well. */
const settle = "{ quietMs: 1000, maxMs: 5000 }";

export async function between(legacy: HandlerName, candidate: HandlerName): Promise<Between> {
  await using stack = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), "sombra-between-"));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const config = join(dir, "sombra.yaml");
  writeFileSync(config, `routes: [{ settle: ${settle} }]\n`);
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
