import { afterEach, describe, expect, it } from "vitest";
import { metricOf } from "../../src/account/index.ts";
import { call } from "../support/call.ts";
import { readMetricsPage, type Sample } from "../support/metrics-page.ts";
import { Opened } from "../support/opened.ts";
import { json, startSide } from "../support/side.ts";
import type { LedgerAnswer, Sombra } from "../support/sombra.ts";
import { mayBe } from "./tables.ts";

const opened = new Opened();
afterEach(opened.close);

/** What must never become a label, in the forms in which it stands in requests. */
const shopper = "447700900123";
const secrets = [
  shopper,
  `+${shopper}`,
  "Ximena Ñandú",
  "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAEhgU",
  "/chat/447700900123",
  "ximena@shop.example",
  "4f9c2d1e",
];

async function world(): Promise<Sombra> {
  const answering = async (status: number) => opened.add(await startSide(json(status, {}))).url;
  return opened.sombra({
    SOMBRA_LEGACY_URL: await answering(200),
    SOMBRA_CANDIDATE_URL: await answering(500),
    SOMBRA_GRAPH_URL: await answering(200),
    WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
  });
}

/** A message in Meta's shape whose words are not Meta's. */
function delivery(word: string): string {
  const messages = [{ from: shopper, id: `${word}.1`, timestamp: "1790000000", type: word, [word]: { body: word } }];
  const statuses = [{ id: `${word}.2`, recipient_id: shopper, status: word, timestamp: "1790000000" }];
  const value = { metadata: { phone_number_id: word }, contacts: [{ wa_id: shopper }], messages, statuses };
  const changes = [
    { field: "messages", value },
    { field: word, value: { event: word } },
  ];
  return JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: word, changes }] });
}

async function samplesOf(sombra: Sombra): Promise<readonly Sample[]> {
  const page = readMetricsPage(await (await sombra.call("GET", "/metrics")).text());
  return [...page.values()].flatMap(({ samples }) => samples);
}

describe("labels", () => {
  it("are words of docs/telemetry.md, whatever comes in", { timeout: 30_000 }, async () => {
    const sombra = await world();
    const headers = ["content-type", "application/json"];
    for (const secret of secrets) {
      const inPath = encodeURIComponent(secret);
      await call(sombra.url, { target: `/${inPath}?from=${inPath}`, headers, body: delivery(secret) });
      await call(sombra.url, { method: "X".concat(secret.replaceAll(/[^a-z0-9]/gi, "")), target: `/${inPath}` });
      const send = JSON.stringify({ messaging_product: "whatsapp", to: shopper, type: secret, text: { body: secret } });
      for (const address of ["candidate/graph", "legacy/graph", `candidate/${inPath}`, `${inPath}/graph`]) {
        await call(sombra.egressUrl, { target: `/${address}/v23.0/${inPath}/messages`, headers, body: send });
      }
      for (const kind of ["canonical_event", "publish_failure", "routing_assignment", "a447700900123"]) {
        const body = JSON.stringify({ kind, name: secret.replaceAll(/[^!-~]/g, "?"), payload: { to: secret } });
        await call(sombra.egressUrl, { target: "/candidate/_effects", headers, body });
      }
    }
    const items = secrets.length * 3;
    await sombra.until<LedgerAnswer>("/api/ledger", ({ received, pending }) => received >= items && pending === 0);
    const samples = await samplesOf(sombra);
    const { flags } = await sombra.get<{ flags: readonly { key: string }[] }>("/api/flags");
    const configured = new Set(["default", ...flags.map(({ key }) => key)]);
    const wrong = samples.flatMap(({ name, labels }) =>
      Object.entries(labels)
        .filter(([label, value]) => label !== "le" && !mayBe(label, value, configured))
        .map(([label, value]) => `${name} ${label} ${value}`),
    );
    expect(wrong).toEqual([]);
    // All of it came in and was counted.
    const sum = (name: string, of: Readonly<Record<string, string>> = {}): number =>
      samples
        .filter(
          (sample) => sample.name === name && Object.entries(of).every(([key, value]) => sample.labels[key] === value),
        )
        .reduce((total, { value }) => total + value, 0);
    expect(sum("canonical_events_published_count", { event_type: "other" })).toBeGreaterThanOrEqual(secrets.length);
    expect(sum("sombra_effects_total", { kind: "send.other" })).toBeGreaterThanOrEqual(secrets.length);
    expect(sum("sombra_items_compared_total", { item_kind: "message.other" })).toBeGreaterThanOrEqual(1);
    expect(sum("sombra_items_total")).toBeGreaterThanOrEqual(items);
  });

  it("of one metric are a thousand sets at most, and what is beyond counts as other", { timeout: 30_000 }, async () => {
    const sombra = await world();
    const sent = 1_200;
    const letters = "abcdefghijklmnopqrstuvwxyz";
    const nameOf = (i: number): string =>
      [i % 26, Math.floor(i / 26) % 26, Math.floor(i / 676)].map((at) => letters.charAt(at)).join("");
    for (let i = 0; i < sent; i += 1) {
      const body = JSON.stringify({ kind: "canonical_event", name: nameOf(i) });
      await fetch(`${sombra.egressUrl}/candidate/_effects`, { method: "POST", body });
    }
    const samples = (await samplesOf(sombra)).filter(({ name }) => name === "canonical_events_published_count");
    expect(metricOf("canonical_events_published_count")?.labels).toEqual(["side", "event_type"]);
    expect(samples).toHaveLength(1_001);
    expect(samples.reduce((total, { value }) => total + value, 0)).toBe(sent);
    expect(samples.find(({ labels }) => labels["event_type"] === "other")?.value).toBe(sent - 1_000);
  });
});
