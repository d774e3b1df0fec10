import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  business,
  deliveries,
  send,
  startCandidate,
  startGraph,
  startLegacy,
  type Graph,
  type Handler,
} from "../../src/demo/index.ts";
import { figure, settled } from "../support/figures.ts";
import { itemsIn } from "../support/items.ts";
import { freePort } from "../support/free-port.ts";
import { corpus } from "../support/handlers/corpus.ts";
import { payloadsPresent } from "../support/handlers/payloads.ts";
import { startSombra, type LedgerAnswer, type Sombra } from "../support/sombra.ts";

const dir = mkdtempSync(join(tmpdir(), "sombra-payloads-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const config = join(dir, "sombra.yaml");
// What is missing is waited for: the two differ on purpose, and often.
writeFileSync(config, "routes: [{ settle: { quietMs: 500, maxMs: 2000 } }]\n");

const appSecret = "test-app-secret";
const candidateSecret = "test-candidate-secret";

/** Two real handlers behind Sombra, everybody in dual-run, and a Graph API that sees who calls. */
describe("two real handlers", () => {
  let graph: Graph;
  let legacy: Handler;
  let candidate: Handler;
  let sombra: Sombra;

  beforeAll(async () => {
    graph = await startGraph();
    const egress = await freePort();
    const options = (side: string, secret: string) => ({
      graphUrl: `http://127.0.0.1:${egress}/${side}/graph`,
      appSecret: secret,
      verifyToken: "test-verify-token",
      phoneNumberId: business.phoneNumberId,
    });
    [legacy, candidate] = await Promise.all([
      startLegacy(options("legacy", appSecret)),
      startCandidate(options("candidate", candidateSecret)),
    ]);
    sombra = await startSombra({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      SOMBRA_GRAPH_URL: graph.url,
      SOMBRA_EGRESS_PORT: String(egress),
      SOMBRA_APP_SECRET: appSecret,
      SOMBRA_CANDIDATE_APP_SECRET: candidateSecret,
      SOMBRA_CONFIG: config,
      WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
    });
  });
  afterAll(async () => {
    await sombra.stop();
    await Promise.all([legacy.stop(), candidate.stop(), graph.close()]);
  });

  const everything = [
    ["our own deliveries", deliveries({ seed: "system", appSecret })],
    ["the bodies under ../shared/payloads", payloadsPresent ? corpus(appSecret) : []],
  ] as const;

  test.each(everything)("give the provider through Sombra what legacy gives without it: %s", async (name, sent) => {
    if (sent.length === 0) {
      expect(payloadsPresent, `${name} are not on this machine`).toBe(false);
      return;
    }
    const before = await sombra.get<LedgerAnswer>("/api/ledger");
    for (const delivery of sent) {
      const through = await send(sombra.url, delivery);
      const direct = await send(legacy.url, delivery);
      const shown = ({ status, body, rawHeaders }: typeof through) => ({
        status,
        body: body.toString("latin1"),
        fields: rawHeaders.filter((_, i, all) => !/^(date|connection|keep-alive)$/i.test(all[i - (i % 2)] ?? "")),
      });
      expect(shown(through), delivery.name).toEqual(shown(direct));
    }
    const ledger = await settled(sombra, before.received + itemsIn(sent.map(({ body }) => body)));
    expect(ledger.failed["total"]).toBe(0);
    expect(ledger.skipped["bad-signature"]).toBeUndefined();
  });

  test("check what they get, and find it signed with their own secrets", async () => {
    const answers = (status: string) =>
      figure(sombra, "sombra_answers_total", { side: "candidate", status_class: status });
    expect(await answers("4xx")).toBeNaN();
    expect(await answers("2xx")).toBeGreaterThan(0);
    const [unsigned] = deliveries({ seed: "unsigned", appSecret: "neither" });
    if (unsigned === undefined) throw new Error("There are always deliveries");
    expect((await send(candidate.url, unsigned)).status).toBe(401);
  });

  test("differ by themselves: a status that legacy refuses and the candidate takes is critical", async () => {
    const { groups } = await sombra.get<{ groups: { path: string; severity: string; item_kind: string }[] }>(
      "/api/divergences",
    );
    expect(groups).toContainEqual(
      expect.objectContaining({ path: "/status", severity: "critical", item_kind: "account_update" }),
    );
  });

  test("only legacy's sends reach the outside", async () => {
    const text = await (await sombra.call("GET", "/metrics")).text();
    const count = (pattern: RegExp): number =>
      text
        .split("\n")
        .filter((line) => pattern.test(line))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
    const released = count(/^sombra_effects_total\{side="legacy".*disposition="released"/);
    expect(count(/^sombra_effects_total\{side="candidate".*disposition="held"/)).toBeGreaterThan(0);
    expect(count(/^sombra_effects_total\{side="candidate".*disposition="released"/)).toBe(0);
    expect(released).toBeGreaterThan(0);
    expect(graph.calls).toHaveLength(released);
  });
});
