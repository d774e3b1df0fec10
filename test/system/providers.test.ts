import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { startCollector } from "../support/collector.ts";
import { settled } from "../support/figures.ts";
import { itemsIn } from "../support/items.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom, type SideServer } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const stranger = "447700900456";
const apikey = "B6D711FCDE4D4FD5936544120E713976";

const opened = new Opened();
afterEach(opened.close);

interface World {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  readonly sombra: Sombra;
}

async function world(env: Readonly<Record<string, string>>, answer: unknown = { by: "candidate" }): Promise<World> {
  const legacy = opened.add(await startSide(json(200, { by: "legacy", apikey })));
  const candidate = opened.add(await startSide(json(200, answer)));
  const sombra = await opened.sombra({
    SOMBRA_LEGACY_URL: legacy.url,
    SOMBRA_CANDIDATE_URL: candidate.url,
    WHATSAPP_CANONICAL_EVENTS_ENABLED_ALLOWLIST: shopper,
    ...env,
  });
  return { legacy, candidate, sombra };
}

interface Groups {
  readonly groups: readonly { readonly item_kind: string; readonly path: string; readonly examples: string[] }[];
}

const form = "application/x-www-form-urlencoded; charset=utf-8";

function twilio(from: string): string {
  return new URLSearchParams({
    SmsMessageSid: "SM0001",
    NumMedia: "0",
    WaId: from,
    SmsStatus: "received",
    Body: "hello & goodbye 👍",
    To: "whatsapp:+15550100000",
    MessageSid: "SM0001",
    From: `whatsapp:+${from}`,
  }).toString();
}

function gupshup(from: string): string {
  const payload = { id: "ABEG0001", source: from, type: "image", payload: {}, sender: { phone: from } };
  return JSON.stringify({ app: "Shop", timestamp: 1_790_000_000_000, version: 2, type: "message", payload });
}

function evolution(to: string): string {
  const key = { remoteJid: `${to}@s.whatsapp.net`, fromMe: true, id: "3EB0001" };
  const data = { key, message: { conversation: "hello" }, messageType: "conversation" };
  return JSON.stringify({ event: "messages.upsert", instance: "shop", data, sender: "1@s.whatsapp.net", apikey });
}

function zapi(to: string): string {
  return JSON.stringify({ type: "MessageStatusCallback", status: "READ", ids: ["A1", "A2"], phone: to });
}

describe("a provider", () => {
  test.each([
    ["meta", "application/json", textFrom, "message.text", 0],
    ["360dialog", "application/json", textFrom, "message.text", 0],
    ["simulated", "application/json", textFrom, "message.text", 0],
    ["twilio", form, twilio, "message.text", 1],
    ["gupshup", "application/json", gupshup, "message.image", 1],
    ["evolution", "application/json", evolution, "echo", 1],
    ["zapi", "application/json", zapi, "status.read", 1],
  ] as const)(
    "has its deliveries decided by their shopper and compared by kind; sends past the egress are warned of: %s",
    async (provider, contentType, bodyOf, kind, warned) => {
      const { legacy, candidate, sombra } = await world({ WHATSAPP_PROVIDER: provider });
      await warnsOfSends(sombra, warned);
      const bodies = [bodyOf(shopper), bodyOf(stranger)] as const;
      for (const body of bodies) {
        const answer = await post(`${sombra.url}/hooks`, body, { "content-type": contentType });
        expect(await answer.json()).toEqual({ by: "legacy", apikey });
      }
      const [mirrored, other] = bodies.map((body) => itemsIn([body], provider));
      expect(await settled(sombra, itemsIn(bodies, provider))).toMatchObject({
        compared: { total: mirrored, divergent: 1 },
        skipped: { total: other, "not-enabled": other },
      });
      expect(legacy.seen.map(({ body }) => body.toString())).toEqual(bodies);
      expect(candidate.seen.map(({ body }) => body.toString())).toEqual([bodies[0]]);
      const { groups } = await sombra.get<Groups>("/api/divergences");
      expect(new Set(groups.map(({ item_kind }) => item_kind))).toEqual(new Set([kind]));
    },
  );
});

/** At the start and by the doctor. */
async function warnsOfSends(sombra: Sombra, count: 0 | 1): Promise<void> {
  await sombra.line(({ event }) => event === "mode");
  const warnings = sombra.lines.filter(
    ({ event, message }) => event === "config" && !String(message).startsWith("SOMBRA_APP_SECRET"),
  );
  expect(warnings).toEqual(
    Array(count).fill(expect.objectContaining({ level: "warn", message: expect.stringContaining("NOT held") })),
  );
  const { checks } = await sombra.get<{ checks: readonly { text: string; status: string }[] }>("/api/doctor");
  expect(checks.filter(({ text }) => text.includes("NOT held")).map(({ status }) => status)).toEqual(
    Array(count).fill("warn"),
  );
}

test("the key in Evolution's bodies is in no record, trace, log or file, whatever the sides do with it", async () => {
  const collector = opened.add(await startCollector());
  const answer = { by: apikey, [apikey]: 1, apikey: `${apikey}!` };
  const { sombra } = await world({ WHATSAPP_PROVIDER: "evolution", ...collector.env }, answer);
  await post(`${sombra.url}/hooks`, evolution(shopper));
  await post(`${sombra.url}/hooks`, evolution(shopper).slice(0, -2));
  await settled(sombra, 2);
  const { groups } = await sombra.get<Groups>("/api/divergences");
  expect(groups.map(({ path }) => path).toSorted()).toEqual(["/body/apikey", "/body/by", "/body/{*}"]);
  const exchange = await sombra.get(`/api/exchanges/${groups[0]?.examples[0]}`);
  await sombra.line(({ event }) => event === "dual_run_comparison");
  await expect.poll(() => collector.spans.some(({ name }) => name === "compare")).toBe(true);
  const metrics = await (await sombra.call("GET", "/metrics")).text();
  const files = readdirSync(sombra.dataDir).map((file) => readFileSync(join(sombra.dataDir, file), "latin1"));
  const records = JSON.stringify([groups, exchange, sombra.lines, collector.bodies]);
  expect(records).toContain("/body/apikey");
  for (const text of [records, metrics, ...sombra.errors, ...files]) expect(text.toUpperCase()).not.toContain(apikey);
});
