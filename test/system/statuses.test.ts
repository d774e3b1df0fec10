import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { isHeldId, sign } from "../../src/whatsapp/index.ts";
import { figure, settled } from "../support/figures.ts";
import { freePort } from "../support/free-port.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom, type Behaviour, type Seen, type SideServer } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const secret = "the-app-secret";
const own = "the-candidate-secret";
const [ana, bea] = ["447700900123", "447700900124"];
const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const signed = { SOMBRA_APP_SECRET: secret, SOMBRA_CANDIDATE_APP_SECRET: own };

const dir = mkdtempSync(join(tmpdir(), "sombra-statuses-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const config = join(dir, "sombra.yaml");
writeFileSync(config, "routes: [{ settle: { quietMs: 100, maxMs: 600 } }]\n");

const opened = new Opened();
afterEach(opened.close);

type SideName = "legacy" | "candidate";
/** What a handler says to whoever wrote; null: nothing. */
type Says = (from: string) => string | null;

interface World {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  readonly graph: SideServer;
  readonly sombra: Sombra;
  /** Ids that a side was given for its sends, in their order. */
  readonly ids: Readonly<Record<SideName, readonly string[]>>;
  /** Delivers as the provider does. */
  deliver(body: string): Promise<Response>;
}

async function world(says: Readonly<Record<SideName, Says>>, env: Readonly<Record<string, string>>): Promise<World> {
  const egress = await freePort();
  const ids: Record<SideName, string[]> = { legacy: [], candidate: [] };
  const handler = (side: SideName): Behaviour => {
    const send = async (request: Seen): Promise<void> => {
      const from = senderOf(request);
      const body = from === null ? null : says[side](from);
      if (from === null || body === null) return;
      const answer = await fetch(`http://127.0.0.1:${egress}/${side}/graph/v23.0/100000000000001/messages`, {
        method: "POST",
        body: JSON.stringify({ messaging_product: "whatsapp", to: from, type: "text", text: { body } }),
        headers: { "content-type": "application/json", traceparent: String(request.headers["traceparent"]) },
      });
      const { messages } = await (answer.json() as Promise<{ messages: { id: string }[] }>);
      ids[side].push(...messages.map(({ id }) => id));
    };
    return (request, response) => void send(request).then(() => json(200, { by: side })(request, response));
  };
  let sends = 0;
  const graph = opened.add(
    await startSide((request, response) => {
      sends += 1;
      // As in the field the id needs escaping where a writer escapes slashes.
      json(200, { messages: [{ id: `wamid.HBgM/real+${sends}==` }] })(request, response);
    }),
  );
  const legacy = opened.add(await startSide(handler("legacy")));
  const candidate = opened.add(await startSide(handler("candidate")));
  const sombra = await opened.sombra({
    SOMBRA_LEGACY_URL: legacy.url,
    SOMBRA_CANDIDATE_URL: candidate.url,
    SOMBRA_GRAPH_URL: graph.url,
    SOMBRA_EGRESS_PORT: String(egress),
    SOMBRA_CONFIG: config,
    ...env,
  });
  const deliver = (body: string): Promise<Response> =>
    post(sombra.url, body, { "x-hub-signature-256": sign(Buffer.from(body), secret) });
  return { legacy, candidate, graph, sombra, ids, deliver };
}

/** null: nobody wrote. */
function senderOf({ body }: Seen): string | null {
  const { entry }: { entry: { changes: { value: { messages?: { from: string }[] } }[] }[] } = JSON.parse(
    body.toString(),
  );
  return entry[0]?.changes[0]?.value.messages?.[0]?.from ?? null;
}

/** Of several messages, each told of to somebody, with white space and escapes that only bytes tell. */
function statuses(status: string, ...about: readonly (readonly [id: string, to: string])[]): string {
  const list = about.map(
    ([id, to]) =>
      `{ "id" : ${JSON.stringify(id).replaceAll("/", String.raw`\/`)}, "status":"${status}", "timestamp":"1790000000", "recipient_id":"${to}","n":9007199254740993}`,
  );
  const value = `{"messaging_product":"whatsapp","metadata":{"phone_number_id":"100000000000001"},"statuses":[${list.join(", ")}]}`;
  return `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":${value}}]}]}`;
}

const escaped = (id: string | undefined): string => JSON.stringify(id ?? "").replaceAll("/", String.raw`\/`);
const by = async (answer: Response | Promise<Response>): Promise<unknown> => (await answer).json();
const bodies = ({ seen }: SideServer): readonly string[] => seen.map(({ body }) => body.toString());
const silent: Says = () => null;

describe("beside legacy, a status of legacy's message", () => {
  test("tells the candidate of its own, in bytes signed for it that are otherwise as they came", async () => {
    const all = await world({ legacy: () => "Olá", candidate: () => "Olá" }, { ...on, ...signed });
    await all.deliver(textFrom(ana));
    await settled(all.sombra, 1);
    const [real = ""] = all.ids.legacy;
    const [held = ""] = all.ids.candidate;
    expect([isHeldId(real), isHeldId(held)]).toEqual([false, true]);

    const body = statuses("delivered", [real, ana]);
    await all.deliver(body);
    expect((await settled(all.sombra, 2)).compared).toMatchObject({ total: 2 });
    expect(bodies(all.legacy)[1]).toBe(body);
    const told = all.candidate.seen[1];
    expect(told?.body.toString()).toBe(body.replace(escaped(real), JSON.stringify(held)));
    expect(told?.headers["x-hub-signature-256"]).toBe(sign(told?.body ?? Buffer.alloc(0), own));
    expect(told?.headers["content-length"]).toBe(String(told?.body.length));
  });

  test("is told while the exchange of its message is still open", async () => {
    const patient = join(dir, "patient.yaml");
    writeFileSync(patient, "routes: [{ settle: { quietMs: 60000, maxMs: 60000 } }]\n");
    const all = await world(
      { legacy: () => "Olá", candidate: () => "Olá" },
      { ...on, ...signed, SOMBRA_CONFIG: patient },
    );
    await all.deliver(textFrom(ana));
    await expect.poll(() => all.ids.candidate.length).toBe(1);
    await all.deliver(statuses("sent", [all.ids.legacy[0] ?? "", ana]));
    await all.candidate.requests(2);
    expect(bodies(all.candidate)[1]).toContain(`"id" : "${all.ids.candidate[0]}"`);
  });

  test("is not told where the candidate sent nothing, nor one of a message that nobody knows", async () => {
    const all = await world({ legacy: () => "Olá", candidate: silent }, { ...on, ...signed });
    await all.deliver(textFrom(ana));
    await settled(all.sombra, 1);
    expect(await by(all.deliver(statuses("delivered", [all.ids.legacy[0] ?? "", ana])))).toEqual({ by: "legacy" });
    expect(await by(all.deliver(statuses("delivered", ["wamid.unknown", bea])))).toEqual({ by: "legacy" });
    expect((await settled(all.sombra, 3)).skipped).toEqual({ total: 2, "not-comparable": 2 });
    expect(all.candidate.seen).toHaveLength(1);
    expect(all.legacy.seen).toHaveLength(3);
  });

  test("is not told where there is no secret to sign it with", async () => {
    const all = await world({ legacy: () => "Olá", candidate: () => "Olá" }, on);
    await all.deliver(textFrom(ana));
    await settled(all.sombra, 1);
    await all.deliver(statuses("delivered", [all.ids.legacy[0] ?? "", ana]));
    expect((await settled(all.sombra, 2)).skipped).toEqual({ total: 1, "not-comparable": 1 });
    expect(all.candidate.seen).toHaveLength(1);
  });

  test("is told as it came where legacy sends past the egress", async () => {
    const all = await world({ legacy: silent, candidate: silent }, { ...on, ...signed });
    const body = statuses("delivered", ["wamid.unknown", ana]);
    await all.deliver(body);
    expect((await settled(all.sombra, 1)).compared).toMatchObject({ total: 1 });
    expect(bodies(all.candidate)).toEqual([body]);
  });

  test("of several tells of those that the candidate sent too, and the others are not compared", async () => {
    const both = new Set([ana]);
    const all = await world(
      { legacy: () => "Olá", candidate: (from) => (both.has(from) ? "Olá" : null) },
      { ...on, ...signed },
    );
    for (const shopper of [ana, bea]) await all.deliver(textFrom(shopper));
    await settled(all.sombra, 2);
    const [first = "", second = ""] = all.ids.legacy;
    await all.deliver(statuses("read", [first, ana], [second, bea]));
    const ledger = await settled(all.sombra, 4);
    expect(ledger.skipped).toEqual({ total: 1, "not-comparable": 1 });
    const whole = statuses("read", [first, ana]);
    expect(bodies(all.candidate)[2]).toBe(whole.replace(escaped(first), JSON.stringify(all.ids.candidate[0])));
  });
});

describe("in cutover, a status", () => {
  /** Who is cut over: all but these. */
  const cutover = (denied: string) => ({
    ...on,
    WHATSAPP_CANONICAL_EVENTS_ENABLED_DENYLIST: denied,
    WHATSAPP_CANONICAL_SHADOW_MODE: "false",
    WHATSAPP_DUAL_RUN: "false",
  });
  const deny = async ({ sombra }: World, denylist: readonly string[]): Promise<void> => {
    const path = "/api/flags/WHATSAPP_CANONICAL_EVENTS_ENABLED";
    expect((await sombra.call("PATCH", path, { enabled: true, denylist })).status).toBe(200);
  };

  test("goes to whoever sent the message, whatever its shopper's flags say by now", async () => {
    const all = await world({ legacy: () => "Olá", candidate: () => "Oi" }, { ...cutover(bea), ...signed });
    expect(await by(all.deliver(textFrom(ana)))).toEqual({ by: "candidate" });
    expect(await by(all.deliver(textFrom(bea)))).toEqual({ by: "legacy" });
    await settled(all.sombra, 2);
    await deny(all, [ana]);
    const [ofCandidate = ""] = all.ids.candidate;
    const [ofLegacy = ""] = all.ids.legacy;
    expect(await by(all.deliver(statuses("read", [ofCandidate, ana])))).toEqual({ by: "candidate" });
    expect(await by(all.deliver(statuses("read", [ofLegacy, bea])))).toEqual({ by: "legacy" });
    expect(await by(all.deliver(statuses("read", ["wamid.unknown.1", ana])))).toEqual({ by: "legacy" });
    expect(await by(all.deliver(statuses("read", ["wamid.unknown.2", bea])))).toEqual({ by: "candidate" });
    const { skipped } = await settled(all.sombra, 6);
    expect(skipped).toEqual({ total: 6, "cut-over": 3, "not-enabled": 2, "not-comparable": 1 });
  });

  test("goes with others to the side of each, each part signed for it", async () => {
    const all = await world({ legacy: () => "Olá", candidate: () => "Oi" }, { ...cutover(bea), ...signed });
    for (const shopper of [ana, bea]) await all.deliver(textFrom(shopper));
    await settled(all.sombra, 2);
    const [ofCandidate = ""] = all.ids.candidate;
    const [ofLegacy = ""] = all.ids.legacy;
    // Both of one shopper: flags alone would keep them together.
    const answer = await all.deliver(statuses("read", [ofCandidate, ana], [ofLegacy, ana]));
    expect(answer.status).toBe(200);
    await settled(all.sombra, 4);
    expect(bodies(all.candidate)[1]).toBe(statuses("read", [ofCandidate, ana]));
    expect(bodies(all.legacy)[1]).toBe(statuses("read", [ofLegacy, ana]));
    expect(all.legacy.seen[1]?.headers["x-hub-signature-256"]).toBe(
      sign(all.legacy.seen[1]?.body ?? Buffer.alloc(0), secret),
    );
  });

  test("goes to who sent it after a restart too", async () => {
    const dataDir = join(dir, "kept");
    const env = { ...cutover(bea), ...signed, SOMBRA_DATA_DIR: dataDir };
    const before = await world({ legacy: () => "Olá", candidate: () => "Oi" }, env);
    await before.deliver(textFrom(ana));
    await before.deliver(textFrom(bea));
    await settled(before.sombra, 2);
    await before.sombra.stop();
    const after = await world({ legacy: () => "Olá", candidate: () => "Oi" }, { ...env, ...cutover(ana) });
    const [ofCandidate = ""] = before.ids.candidate;
    const [ofLegacy = ""] = before.ids.legacy;
    expect(await by(after.deliver(statuses("read", [ofCandidate, ana])))).toEqual({ by: "candidate" });
    expect(await by(after.deliver(statuses("read", [ofLegacy, bea])))).toEqual({ by: "legacy" });
  });

  test("is legacy's once the kill switch is thrown", async () => {
    const all = await world({ legacy: () => "Olá", candidate: () => "Oi" }, { ...cutover(bea), ...signed });
    await all.deliver(textFrom(ana));
    await settled(all.sombra, 1);
    expect((await all.sombra.call("POST", "/api/kill", {})).status).toBe(200);
    expect(await by(all.deliver(statuses("read", [all.ids.candidate[0] ?? "", ana])))).toEqual({ by: "legacy" });
  });
});

describe("a candidate that does nothing where legacy sends", () => {
  test("is said after twenty items, until it does something", async () => {
    let speaks = false;
    const all = await world({ legacy: () => "Olá", candidate: () => (speaks ? "Olá" : null) }, { ...on, ...signed });
    const shoppers = Array.from({ length: 20 }, (_, i) => `4477009001${String(i).padStart(2, "0")}`);
    const finding = "Route default: candidate does nothing where legacy sends: shared deduplication store?";
    const degraded = async (): Promise<readonly string[]> =>
      (await all.sombra.get<{ degraded: readonly string[] }>("/readyz")).degraded;

    await Promise.all(shoppers.slice(1).map((shopper) => all.deliver(textFrom(shopper))));
    await settled(all.sombra, 19);
    expect(await degraded()).not.toContain(finding);
    await all.deliver(textFrom(shoppers[0] ?? ""));
    const line = await all.sombra.line(({ event }) => event === "alarm");
    expect(line).toMatchObject({ alarm: "candidate-silent", message: finding });
    await expect.poll(degraded).toContain(finding);
    expect(await figure(all.sombra, "sombra_alarms_total", { alarm: "candidate-silent" })).toBe(1);
    expect(await figure(all.sombra, "sombra_candidate_silent", { route: "default" })).toBe(1);

    speaks = true;
    await all.deliver(textFrom(ana));
    await all.sombra.line(({ event }) => event === "alarm_over");
    await expect.poll(degraded).not.toContain(finding);
    expect(await figure(all.sombra, "sombra_alarms_total", { alarm: "candidate-silent" })).toBe(1);
  });
});
