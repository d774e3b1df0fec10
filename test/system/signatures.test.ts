import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { business, deliveries, send, serve, startGraph, type HandlerName } from "../../src/demo/index.ts";
import { sign } from "../../src/whatsapp/index.ts";
import { call } from "../support/call.ts";
import { refusingUrl } from "../support/fault.ts";
import { figure, growth, growthOf, ledgerOf, settled } from "../support/figures.ts";
import { itemsIn } from "../support/items.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom, type Behaviour, type SideServer } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const appSecret = "the-app-secret";
const shopper = "447700900123";
const modes = ["legacy", "shadow", "dual-run", "cutover"] as const;
type ModeName = (typeof modes)[number];
const flags = {
  ALWAYS_SHADOW: "true",
  ALWAYS_SHADOW_DUAL_RUN: "false",
  ALWAYS_DUAL: "true",
  ALWAYS_CUTOVER: "true",
  ALWAYS_CUTOVER_SHADOW_MODE: "false",
  ALWAYS_CUTOVER_DUAL_RUN: "false",
};
const flagOf: Readonly<Record<ModeName, string>> = {
  legacy: "ALWAYS_LEGACY",
  shadow: "ALWAYS_SHADOW",
  "dual-run": "ALWAYS_DUAL",
  cutover: "ALWAYS_CUTOVER",
};

const opened = new Opened();
afterAll(opened.close);

interface World {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  readonly sombra: Sombra;
}

interface Place {
  readonly mode: ModeName;
  readonly profile?: "http";
  readonly candidate?: string;
}

/** A route for each mode, below its name, so that one process shows them all; and more of a test's own. */
function routesOf(more: Readonly<Record<string, Place>>): string {
  const places: Readonly<Record<string, Place>> = {
    ...Object.fromEntries(modes.map((mode) => [mode, { mode }])),
    ...more,
  };
  const routes = Object.entries(places).map(([name, { mode, ...others }]) => ({
    name,
    match: { path: `/${name}` },
    flags: { enabled: flagOf[mode] },
    settle: { quietMs: 100 },
    ...others,
  }));
  return JSON.stringify({ routes });
}

async function world(
  env: Readonly<Record<string, string>>,
  candidateDoes: Behaviour = json(200, { by: "candidate" }),
  more: Readonly<Record<string, Place>> = {},
): Promise<World> {
  const dir = opened.directory("sombra-signatures-");
  const config = join(dir, "sombra.yaml");
  writeFileSync(config, routesOf(more));
  const legacy = opened.add(await startSide(json(200, { by: "legacy" })));
  const candidate = opened.add(await startSide(candidateDoes));
  const urls = { SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url, SOMBRA_CONFIG: config };
  return {
    legacy,
    candidate,
    sombra: await opened.sombra({ ...urls, ...flags, SOMBRA_APP_SECRET: appSecret, ...env }),
  };
}

let checked: World;
/** The candidate has a secret of its own. */
let resigned: World;
let unchecked: World;
const secret = "the-candidates-secret";
const handlers: readonly HandlerName[] = ["legacy", "candidate"];
/** Each has a route of its own. */
let served: Readonly<Record<string, string>>;
beforeAll(async () => {
  const down = { mode: "cutover", candidate: await refusingUrl() } as const;
  served = Object.fromEntries(await Promise.all(handlers.map(async (name) => [`to-${name}`, await handlerOf(name)])));
  const toHandlers = Object.entries(served).map(
    ([name, candidate]) => [name, { mode: "dual-run", candidate }] as const,
  );
  [checked, resigned, unchecked] = await Promise.all([
    world({}, undefined, { http: { mode: "dual-run", profile: "http" } }),
    world({ SOMBRA_CANDIDATE_APP_SECRET: `${secret}, older` }, verifying(secret), {
      down,
      ...Object.fromEntries(toHandlers),
    }),
    world({ SOMBRA_APP_SECRET: "", SOMBRA_CANDIDATE_APP_SECRET: "x" }),
  ]);
}, 60_000);

/** One of the demo's handlers, which calls a stand-in for the Graph API. */
async function handlerOf(name: HandlerName): Promise<string> {
  const graph = opened.add(await startGraph());
  const setUp = { verifyToken: "v", phoneNumberId: business.phoneNumberId, appSecret: secret, graphUrl: graph.url };
  const handler = await serve(name, setUp);
  opened.add({ close: () => handler.stop() });
  return handler.url;
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

/** What another thread takes apart, and what comes in many pieces; the way there is one for all but a cutover. */
const large = (mode: ModeName): readonly string[] =>
  mode === "dual-run" || mode === "cutover" ? [statuses(60_000), statuses(1_000_000)] : [statuses(60_000)];

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

describe("a delivery with a bad signature", () => {
  test.each(modes)("goes to legacy untouched and nowhere else, and is counted once: %s", async (mode) => {
    const { legacy, candidate, sombra } = checked;
    const before = await ledgerOf(sombra);
    const decisions = await growthOf(sombra, "sombra_flag_decisions_total");
    const [atLegacy, atCandidate] = [legacy.seen.length, candidate.seen.length];
    for (const [name, headers] of bad) {
      const answer = await call(sombra.url, { target: `/${mode}`, headers, body: Buffer.from(text) });
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
    const { legacy, candidate, sombra } = checked;
    const bodies = large(mode);
    const before = await ledgerOf(sombra);
    const atCandidate = candidate.seen.length;
    for (const body of bodies) {
      const forged = `${body.slice(0, -1)} }`;
      for (const sent of [forged, body]) {
        const by = mode === "cutover" && sent === body ? "candidate" : "legacy";
        const answer = await call(sombra.url, { target: `/${mode}`, headers: fieldsOf(body), body: sent });
        expect(answer.body.toString()).toBe(`{"by":"${by}"}`);
      }
      expect(legacy.seen.some((seen) => seen.body.toString() === forged)).toBe(true);
    }
    const ledger = await settled(sombra, before.received + itemsIn(bodies) + bodies.length);
    expect(growth(before, ledger)["skipped bad-signature"]).toBe(bodies.length);
    const mirrored = candidate.seen.slice(atCandidate).map((seen) => bodies.includes(seen.body.toString()));
    expect(mirrored).toEqual(mode === "legacy" ? [] : bodies.map(() => true));
  });
});

describe("a good signature", () => {
  test.each(["legacy", "dual-run"] as const)("changes nothing about what legacy gets: %s", async (mode) => {
    const headers = ["X-HUB-signature-256", good, "X-Hub-Signature", "sha1=00", "X-A", "1", "x-a", "2"];
    const seenOf = async ({ legacy, sombra }: World) => {
      const [{ received }, atLegacy] = [await ledgerOf(sombra), legacy.seen.length];
      await call(sombra.url, { target: `/${mode}/w?x=%2F`, headers, body: text });
      await settled(sombra, received + 1);
      const seen = legacy.seen.slice(atLegacy);
      return seen.map((one) => ({ ...one, headers: { ...one.headers, traceparent: "", host: "" } }));
    };
    const asItCame = await seenOf(unchecked);
    expect(await seenOf(resigned)).toEqual(asItCame);
    expect(asItCame).toHaveLength(1);
  });

  test.each(mirroring)("goes to the candidate as it came where it has no other secret: %s", async (mode) => {
    const { candidate, sombra } = checked;
    const [{ received }, called] = [await ledgerOf(sombra), candidate.seen.length];
    const body = textFrom(shopper);
    const value = sign(Buffer.from(body), appSecret).toUpperCase().replace("SHA", "sha");
    await call(sombra.url, { target: `/${mode}`, headers: ["X-Hub-Signature-256", value], body });
    await candidate.requests(called + 1);
    expect(candidate.seen[called]?.headers).toMatchObject({
      "x-hub-signature-256": value,
      "content-length": String(body.length),
    });
    await settled(sombra, received + 1);
  });

  test("of any of several secrets is good, and the candidate gets one of the first", async () => {
    const { candidate, sombra } = await world({ SOMBRA_APP_SECRET: "new, old" }, verifying("new"));
    const target = "/dual-run";
    for (const one of ["new", "old"]) {
      const body = textFrom(shopper);
      await call(sombra.url, { target, headers: fieldsOf(body, one), body });
    }
    await call(sombra.url, { target, headers: fieldsOf(text, "older"), body: text });
    expect((await settled(sombra, 3)).skipped).toEqual({ total: 1, "bad-signature": 1 });
    expect(candidate.seen).toHaveLength(2);
    expect(await figure(sombra, "sombra_answers_total", { side: "candidate", status_class: "2xx" })).toBe(2);
  });
});

describe("a candidate with a secret of its own", () => {
  test.each(mirroring)("gets the same bytes, signed with it: %s", async (mode) => {
    const { legacy, candidate, sombra } = resigned;
    const bodies = [textFrom(shopper), ...large(mode)];
    const [{ received }, atLegacy, called] = [await ledgerOf(sombra), legacy.seen.length, candidate.seen.length];
    const served = await growthOf(sombra, "sombra_answers_total", { side: "candidate", status_class: "2xx" });
    for (const [i, body] of bodies.entries()) {
      await call(sombra.url, { target: `/${mode}`, headers: fieldsOf(body), body });
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
    const { candidate, sombra } = resigned;
    const [{ received }, called] = [await ledgerOf(sombra), candidate.seen.length];
    const body = textFrom(shopper);
    await call(sombra.url, { target: "/dual-run", headers: ["X-Hub-Signature", "sha1=00", ...fieldsOf(body)], body });
    await candidate.requests(called + 1);
    const sha1 = createHmac("sha1", secret).update(body).digest("hex");
    expect(candidate.seen[called]?.headers["x-hub-signature"]).toBe(`sha1=${sha1}`);
    await settled(sombra, received + 1);
  });

  test("leaves the original to legacy where that answers in its place", async () => {
    const { legacy, sombra } = resigned;
    const [{ received }, atLegacy] = [await ledgerOf(sombra), legacy.seen.length];
    const answer = await post(`${sombra.url}/down`, text, { "x-hub-signature-256": good });
    expect(await answer.json()).toEqual({ by: "legacy" });
    expect(legacy.seen[atLegacy]?.headers["x-hub-signature-256"]).toBe(good);
    await settled(sombra, received + 1);
  });

  test.each(handlers)("is served as if Meta called it: the demo's %s", async (name) => {
    const { sombra } = resigned;
    const route = `to-${name}`;
    const classes = new Map<string, number>();
    for (const delivery of deliveries({ seed: "direct", appSecret: secret })) {
      const { status } = await send(served[route] ?? "", delivery);
      const key = `${Math.trunc(status / 100)}xx`;
      classes.set(key, (classes.get(key) ?? 0) + 1);
    }
    const before = await ledgerOf(sombra);
    const sent = deliveries({ seed: route, appSecret });
    for (const delivery of sent) await send(sombra.url, { ...delivery, target: `/${route}` });
    const after = await settled(sombra, before.received + itemsIn(sent.map(({ body }) => body)));
    expect(Object.keys(growth(before, after)).filter((state) => state.startsWith("skipped"))).toEqual([]);
    expect(await figure(sombra, "sombra_answers_total", { route, side: "candidate", status_class: "4xx" })).toBeNaN();
    const ok = await figure(sombra, "sombra_answers_total", { route, side: "candidate", status_class: "2xx" });
    expect(ok).toBe(classes.get("2xx"));
    expect(ok).toBeGreaterThan(20);
  });
});

describe("what is not checked", () => {
  test.each(modes)("a handshake passes as it came and is no item: %s", async (mode) => {
    const { legacy, candidate, sombra } = checked;
    const [{ received }, atLegacy, called] = [await ledgerOf(sombra), legacy.seen.length, candidate.seen.length];
    const target = `/${mode}/webhook?hub.mode=subscribe&hub.challenge=1&hub.verify_token=v`;
    for (const headers of [[], ["X-Hub-Signature-256", "sha256=00"]]) {
      expect((await call(sombra.url, { method: "GET", target, headers })).body.toString()).toBe('{"by":"legacy"}');
    }
    const got = legacy.seen.slice(atLegacy).map(({ method, url }) => `${method} ${url}`);
    expect(got).toEqual([`GET ${target}`, `GET ${target}`]);
    expect(candidate.seen).toHaveLength(called);
    expect((await settled(sombra, received)).received).toBe(received);
  });

  test("everything, without a secret, and the start says so", async () => {
    const { candidate, sombra } = unchecked;
    const said = await sombra.line(({ event, message }) => event === "config" && /not checked/.test(String(message)));
    expect(said).toMatchObject({ message: expect.stringContaining("SOMBRA_APP_SECRET") });
    const [before, called] = [await ledgerOf(sombra), candidate.seen.length];
    await post(`${sombra.url}/dual-run`, textFrom(shopper), { "x-hub-signature-256": "sha256=00" });
    expect(growth(before, await settled(sombra, before.received + 1))).toEqual({ "compared divergent": 1 });
    expect(candidate.seen[called]?.headers["x-hub-signature-256"]).toBe("sha256=00");
  });

  test("a route that is not WhatsApp, whatever secret is set", async () => {
    const { sombra } = checked;
    const before = await ledgerOf(sombra);
    await post(`${sombra.url}/http`, text);
    expect(growth(before, await settled(sombra, before.received + 1))).toEqual({ "compared divergent": 1 });
  });
});

test("no secret is ever said, of all that was done here", async () => {
  const { sombra } = resigned;
  await sombra.stop();
  const said = JSON.stringify(sombra.lines) + sombra.errors.join("");
  expect(said).toContain("SOMBRA_CANDIDATE_APP_SECRET");
  expect(said).toContain("dual_run_comparison");
  expect(said).not.toMatch(new RegExp(`${appSecret}|${secret}`));
});
