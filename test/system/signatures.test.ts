import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { business, deliveries, send, serve, startGraph, type HandlerName } from "../../src/demo/index.ts";
import { sign } from "../../src/whatsapp/index.ts";
import { call } from "../support/call.ts";
import { figure, growth, growthOf, ledgerOf, settled } from "../support/figures.ts";
import { itemsIn } from "../support/items.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom, type Behaviour, type SideServer } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const appSecret = "the-app-secret";
const shopper = "447700900123";
const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const shadow = { ...on, WHATSAPP_DUAL_RUN: "false" };
const cutover = { ...on, WHATSAPP_CANONICAL_SHADOW_MODE: "false", WHATSAPP_DUAL_RUN: "false" };
const modes = [
  ["legacy", {}],
  ["shadow", shadow],
  ["dual-run", on],
  ["cutover", cutover],
] as const;

const dir = mkdtempSync(join(tmpdir(), "sombra-signatures-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const httpRoute = join(dir, "sombra.yaml");
writeFileSync(httpRoute, "routes: [{ profile: http, settle: { quietMs: 100 } }]\n");

const opened = new Opened();
afterEach(opened.close);

interface World {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  readonly sombra: Sombra;
}

async function world(
  env: Readonly<Record<string, string>>,
  candidateDoes: Behaviour = json(200, { by: "candidate" }),
  held: Opened = opened,
): Promise<World> {
  const legacy = held.add(await startSide(json(200, { by: "legacy" })));
  const candidate = held.add(await startSide(candidateDoes));
  const urls = { SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url };
  return { legacy, candidate, sombra: await held.sombra({ ...urls, SOMBRA_APP_SECRET: appSecret, ...env }) };
}

/** One world for each mode, for what counts only what is its own. */
const shared = new Opened();
afterAll(shared.close);
type ModeName = (typeof modes)[number][0];
const known = new Map<string, Promise<World>>();
function worldOf(mode: ModeName, own: Readonly<Record<string, string>> = {}): Promise<World> {
  const key = `${mode} ${JSON.stringify(own)}`;
  const there = known.get(key);
  if (there !== undefined) return there;
  const secret = own["SOMBRA_CANDIDATE_APP_SECRET"]?.split(",")[0];
  const env = { ...Object.fromEntries(modes)[mode], ...own };
  const begun = world(env, secret === undefined ? undefined : verifying(secret), shared);
  known.set(key, begun);
  return begun;
}

/** Answers 200 to what is signed with this secret, and 401 to everything else. */
function verifying(secret: string): Behaviour {
  return (request, response) => {
    const status = request.headers["x-hub-signature-256"] === sign(request.body, secret) ? 200 : 401;
    json(status, { by: "candidate" })(request, response);
  };
}

const text = textFrom(shopper);
const fieldsOf = (body: string | Buffer, secret = appSecret): readonly string[] => [
  "Content-Type",
  "application/json",
  "X-Hub-Signature-256",
  sign(Buffer.from(body), secret),
];

/** A delivery of so many bytes or a little more: statuses of one shopper. */
function statuses(bytes: number): string {
  const status = (i: number) => ({
    id: `wamid.${bytes}.${i}.${"A".repeat(280)}`,
    status: "delivered",
    timestamp: "1790000000",
    recipient_id: shopper,
  });
  const count = Math.ceil(bytes / JSON.stringify(status(0)).length);
  const value = { messaging_product: "whatsapp", statuses: Array.from({ length: count }, (_, i) => status(i)) };
  return JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ id: "1", changes: [{ field: "messages", value }] }],
  });
}

const large = [statuses(300_000), statuses(3_000_000)];

const good = sign(Buffer.from(text), appSecret);
const bad: readonly (readonly [name: string, headers: readonly string[]])[] = [
  ["missing", []],
  ["of another secret", ["X-Hub-Signature-256", sign(Buffer.from(text), "another")]],
  ["of other bytes", ["X-Hub-Signature-256", sign(Buffer.from(` ${text}`), appSecret)]],
  ["truncated", ["X-Hub-Signature-256", good.slice(0, -1)]],
  ["empty", ["X-Hub-Signature-256", ""]],
  ["garbage", ["X-Hub-Signature-256", "\u00ff;=,"]],
  ["SHA-1 alone", ["X-Hub-Signature", `sha1=${createHmac("sha1", appSecret).update(text).digest("hex")}`]],
  ["in two fields", ["X-Hub-Signature-256", good, "X-Hub-Signature-256", good]],
];

const mirroring = ["shadow", "dual-run", "cutover"] as const;
const own = { SOMBRA_CANDIDATE_APP_SECRET: "candidate-secret, older" };

describe("a delivery with a bad signature", () => {
  test.each(modes)("goes to legacy untouched and nowhere else, and is counted once: %s", async (mode) => {
    const { legacy, candidate, sombra } = await worldOf(mode);
    const before = await ledgerOf(sombra);
    const decisions = await growthOf(sombra, "sombra_flag_decisions_total");
    const [atLegacy, atCandidate] = [legacy.seen.length, candidate.seen.length];
    for (const [name, headers] of bad) {
      const answer = await call(sombra.url, { target: "/webhook", headers, body: Buffer.from(text) });
      expect(answer.body.toString(), name).toBe('{"by":"legacy"}');
    }
    for (const [i, [name, headers]] of bad.entries()) {
      const seen = legacy.seen[atLegacy + i];
      const values = headers.filter((_value, at) => at % 2 === 1 && headers[at - 1] === "X-Hub-Signature-256");
      expect(seen?.body.toString(), name).toBe(text);
      expect(seen?.headers["x-hub-signature-256"], name).toBe(values.length === 0 ? undefined : values.join(", "));
    }
    const count = bad.length;
    expect(growth(before, await settled(sombra, before.received + count))).toEqual({ "skipped bad-signature": count });
    expect(await decisions()).toBe(0);
    expect(legacy.seen).toHaveLength(atLegacy + count);
    expect(candidate.seen).toHaveLength(atCandidate);
  });

  test.each(modes)("is told from a good one whatever its size: %s", async (mode) => {
    const { legacy, candidate, sombra } = await worldOf(mode);
    const before = await ledgerOf(sombra);
    const atCandidate = candidate.seen.length;
    for (const body of large) {
      const forged = `${body.slice(0, -1)} }`;
      for (const sent of [forged, body]) {
        const by = mode === "cutover" && sent === body ? "candidate" : "legacy";
        const answer = await call(sombra.url, { headers: fieldsOf(body), body: sent });
        expect(answer.body.toString()).toBe(`{"by":"${by}"}`);
      }
      expect(legacy.seen.some((seen) => seen.body.toString() === forged)).toBe(true);
    }
    const ledger = await settled(sombra, before.received + itemsIn(large) + large.length);
    expect(growth(before, ledger)["skipped bad-signature"]).toBe(large.length);
    const mirrored = candidate.seen.slice(atCandidate).map((seen) => large.includes(seen.body.toString()));
    expect(mirrored).toEqual(mode === "legacy" ? [] : large.map(() => true));
  });
});

describe("a good signature", () => {
  test.each(["legacy", "dual-run"] as const)("changes nothing about what legacy gets: %s", async (mode) => {
    const headers = ["X-HUB-signature-256", good, "X-Hub-Signature", "sha1=00", "X-A", "1", "x-a", "2"];
    const seenOf = async (more: Readonly<Record<string, string>>) => {
      const { legacy, sombra } = await worldOf(mode, more);
      const [{ received }, atLegacy] = [await ledgerOf(sombra), legacy.seen.length];
      await call(sombra.url, { target: "/w?x=%2F", headers, body: text });
      await settled(sombra, received + 1);
      const seen = legacy.seen.slice(atLegacy);
      return seen.map((one) => ({ ...one, headers: { ...one.headers, traceparent: "", host: "" } }));
    };
    const unchecked = await seenOf({ SOMBRA_APP_SECRET: "" });
    expect(await seenOf(own)).toEqual(unchecked);
    expect(unchecked).toHaveLength(1);
  });

  test.each(mirroring)("goes to the candidate as it came where it has no other secret: %s", async (mode) => {
    const { candidate, sombra } = await worldOf(mode);
    const [{ received }, called] = [await ledgerOf(sombra), candidate.seen.length];
    const body = textFrom(shopper);
    const value = sign(Buffer.from(body), appSecret).toUpperCase().replace("SHA", "sha");
    await call(sombra.url, { headers: ["X-Hub-Signature-256", value], body });
    await candidate.requests(called + 1);
    expect(candidate.seen[called]?.headers).toMatchObject({
      "x-hub-signature-256": value,
      "content-length": String(body.length),
    });
    await settled(sombra, received + 1);
  });

  test("of any of several secrets is good, and the candidate gets one of the first", async () => {
    const { candidate, sombra } = await world({ ...on, SOMBRA_APP_SECRET: "new, old" }, verifying("new"));
    for (const secret of ["new", "old"]) {
      const body = textFrom(shopper);
      await call(sombra.url, { headers: fieldsOf(body, secret), body });
    }
    await call(sombra.url, { headers: fieldsOf(text, "older"), body: text });
    expect((await settled(sombra, 3)).skipped).toEqual({ total: 1, "bad-signature": 1 });
    expect(candidate.seen).toHaveLength(2);
    expect(await figure(sombra, "sombra_answers_total", { side: "candidate", status_class: "2xx" })).toBe(2);
  });
});

describe("a candidate with a secret of its own", () => {
  test.each(mirroring)("gets the same bytes, signed with it: %s", async (mode) => {
    const { legacy, candidate, sombra } = await worldOf(mode, own);
    const bodies = [textFrom(shopper), ...large];
    const [{ received }, atLegacy, called] = [await ledgerOf(sombra), legacy.seen.length, candidate.seen.length];
    const served = await growthOf(sombra, "sombra_answers_total", { side: "candidate", status_class: "2xx" });
    for (const [i, body] of bodies.entries()) {
      await call(sombra.url, { headers: fieldsOf(body), body });
      await candidate.requests(called + i + 1);
      const seen = candidate.seen[called + i];
      expect(seen?.body.toString() === body).toBe(true);
      expect(seen?.headers["content-length"]).toBe(String(body.length));
      expect(seen?.headers["transfer-encoding"]).toBeUndefined();
    }
    await settled(sombra, received + itemsIn(bodies));
    expect(await served()).toBe(bodies.length);
    const original = bodies.map((body) => sign(Buffer.from(body), appSecret));
    const got = legacy.seen.slice(atLegacy).map(({ headers }) => headers["x-hub-signature-256"]);
    expect(got).toEqual(mode === "cutover" ? [] : original);
  });

  test("gets a SHA-1 signature anew as well, where there was one", async () => {
    const { candidate, sombra } = await worldOf("dual-run", own);
    const [{ received }, called] = [await ledgerOf(sombra), candidate.seen.length];
    const body = textFrom(shopper);
    await call(sombra.url, { headers: ["X-Hub-Signature", "sha1=00", ...fieldsOf(body)], body });
    await candidate.requests(called + 1);
    const sha1 = createHmac("sha1", "candidate-secret").update(body).digest("hex");
    expect(candidate.seen[called]?.headers["x-hub-signature"]).toBe(`sha1=${sha1}`);
    await settled(sombra, received + 1);
  });

  test("leaves the original to legacy where that answers in its place", async () => {
    const candidate = await startSide(json(200, {}));
    await candidate.close();
    const { legacy, sombra } = await world({ ...cutover, ...own, SOMBRA_CANDIDATE_URL: candidate.url });
    expect(await (await post(sombra.url, text, { "x-hub-signature-256": good })).json()).toEqual({ by: "legacy" });
    expect(legacy.seen[0]?.headers["x-hub-signature-256"]).toBe(good);
  });

  test.each<HandlerName>(["legacy", "candidate"])("is served as if Meta called it: the demo's %s", async (name) => {
    const setUp = { verifyToken: "v", phoneNumberId: business.phoneNumberId };
    const graph = await startGraph();
    opened.add(graph);
    const handler = await serve(name, { ...setUp, appSecret: "candidate-secret", graphUrl: graph.url });
    opened.add({ close: () => handler.stop() });
    const classes = new Map<string, number>();
    for (const delivery of deliveries({ seed: "direct", appSecret: "candidate-secret" })) {
      const { status } = await send(handler.url, delivery);
      const key = `${Math.trunc(status / 100)}xx`;
      classes.set(key, (classes.get(key) ?? 0) + 1);
    }
    const { sombra } = await world({ ...on, ...own, SOMBRA_CANDIDATE_URL: handler.url });
    const sent = deliveries({ seed: "through", appSecret });
    for (const delivery of sent) await send(sombra.url, delivery);
    const { skipped } = await settled(sombra, itemsIn(sent.map(({ body }) => body)));
    expect(skipped["total"]).toBe(0);
    expect(await figure(sombra, "sombra_answers_total", { side: "candidate", status_class: "4xx" })).toBeNaN();
    const ok = await figure(sombra, "sombra_answers_total", { side: "candidate", status_class: "2xx" });
    expect(ok).toBe(classes.get("2xx"));
    expect(ok).toBeGreaterThan(20);
  });
});

describe("what is not checked", () => {
  test.each(modes)("a handshake passes as it came and is no item: %s", async (mode) => {
    const { legacy, candidate, sombra } = await worldOf(mode);
    const [{ received }, atLegacy, called] = [await ledgerOf(sombra), legacy.seen.length, candidate.seen.length];
    const target = "/webhook?hub.mode=subscribe&hub.challenge=1&hub.verify_token=v";
    for (const headers of [[], ["X-Hub-Signature-256", "sha256=00"]]) {
      expect((await call(sombra.url, { method: "GET", target, headers })).body.toString()).toBe('{"by":"legacy"}');
    }
    const got = legacy.seen.slice(atLegacy).map(({ method, url }) => `${method} ${url}`);
    expect(got).toEqual([`GET ${target}`, `GET ${target}`]);
    expect(candidate.seen).toHaveLength(called);
    expect((await settled(sombra, received)).received).toBe(received);
  });

  test("everything, without a secret, and the start says so", async () => {
    const { candidate, sombra } = await world({ ...on, SOMBRA_APP_SECRET: "", SOMBRA_CANDIDATE_APP_SECRET: "x" });
    const said = await sombra.line(({ event, message }) => event === "config" && /not checked/.test(String(message)));
    expect(said).toMatchObject({ message: expect.stringContaining("SOMBRA_APP_SECRET") });
    await post(sombra.url, text, { "x-hub-signature-256": "sha256=00" });
    expect((await settled(sombra, 1)).compared["total"]).toBe(1);
    expect(candidate.seen[0]?.headers["x-hub-signature-256"]).toBe("sha256=00");
  });

  test("a route that is not WhatsApp, whatever secret is set", async () => {
    const { sombra } = await world({ ...on, SOMBRA_CONFIG: httpRoute });
    await post(sombra.url, text);
    expect((await settled(sombra, 1)).compared["total"]).toBe(1);
  });

  test("and no secret is ever said", async () => {
    const { sombra } = await world({ ...on, SOMBRA_CANDIDATE_APP_SECRET: "the-candidates-secret" });
    await post(sombra.url, text, { "x-hub-signature-256": good });
    await settled(sombra, 1);
    await sombra.stop();
    const said = JSON.stringify(sombra.lines) + sombra.errors.join("");
    expect(said).toContain("SOMBRA_CANDIDATE_APP_SECRET");
    expect(said).not.toMatch(/the-app-secret|the-candidates-secret/);
  });
});
