import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { call, type CallAnswer } from "../support/call.ts";
import { refusingUrl } from "../support/fault.ts";
import { figure } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { startSide, textFrom, type Behaviour, type Seen, type SideServer } from "../support/side.ts";
import { reconciles, type LedgerAnswer, type Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const dir = mkdtempSync(join(tmpdir(), "sombra-routes-"));
const opened = new Opened();
afterAll(async () => {
  await opened.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Says who answered; what is sent to an address with `slow` in it is never answered by legacy. */
const side =
  (name: string): Behaviour =>
  ({ url }, response) => {
    if (name.startsWith("legacy") && url.includes("slow")) return;
    response.writeHead(200, { "content-type": "text/plain" }).end(name);
  };

let legacy: SideServer;
let candidate: SideServer;
let otherLegacy: SideServer;
let otherCandidate: SideServer;
let sombra: Sombra;
beforeAll(async () => {
  legacy = opened.add(await startSide(side("legacy")));
  candidate = opened.add(await startSide(side("candidate")));
  otherLegacy = opened.add(await startSide(side("legacy of orders")));
  otherCandidate = opened.add(await startSide(side("candidate of orders")));
  const config = join(dir, "sombra.yaml");
  writeFileSync(
    config,
    `legacy: { timeoutMs: 400, keepAliveMs: 1000 }
routes:
  - name: default
    match: { path: /whatsapp }
    settle: { quietMs: 100 }
  - name: orders
    match: { path: /orders }
    settle: { quietMs: 100 }
    profile: http
    legacy: ${otherLegacy.url}/shop/
    candidate: ${otherCandidate.url}/v2
    flags: { enabled: ORDERS_ENABLED }
    preserveHost: true
    shopper:
      from: ["header:X-Shopper-Id"]
      aliases: { customer-1: vip }
  - name: special
    match: { path: /orders/special }
    settle: { quietMs: 100 }
    profile: http
    legacy: ${otherLegacy.url}
    candidate: ${await refusingUrl()}
    flags: { enabled: SPECIAL_ENABLED }
    fallback: never
  - name: moved
    match: { path: /moved }
    settle: { quietMs: 100 }
    flags: { enabled: MOVED_ENABLED }
    handshake: candidate
    legacyHeaders: true
`,
  );
  sombra = await opened.sombra({
    SOMBRA_CONFIG: config,
    SOMBRA_LEGACY_URL: legacy.url,
    SOMBRA_CANDIDATE_URL: `${candidate.url}/next`,
    WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
    ORDERS_ENABLED_ALLOWLIST: "vip,boss",
    ORDERS_ENABLED_SHADOW_MODE_DENYLIST: "boss",
    ORDERS_ENABLED_DUAL_RUN_DENYLIST: "boss",
    SPECIAL_ENABLED: "true",
    SPECIAL_ENABLED_SHADOW_MODE: "false",
    SPECIAL_ENABLED_DUAL_RUN: "false",
    MOVED_ENABLED: "true",
  });
});

const sides = (): readonly SideServer[] => [legacy, candidate, otherLegacy, otherCandidate];
let before: { ledger: LedgerAnswer; seen: readonly number[] };
beforeEach(async () => {
  before = { ledger: await settledLedger(), seen: sides().map(({ seen }) => seen.length) };
});

function settledLedger(route?: string): Promise<LedgerAnswer> {
  const query = route === undefined ? "" : `?route=${route}`;
  return sombra.until<LedgerAnswer>(`/api/ledger${query}`, ({ pending }) => pending === 0);
}

/** What a side got in this test. */
const seenBy = (server: SideServer): readonly Seen[] => server.seen.slice(before.seen[sides().indexOf(server)]);

interface Sent {
  readonly method?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}
function to(target: string, { method = "POST", headers = [], body = "{}" }: Sent = {}): Promise<CallAnswer> {
  const given = method === "GET" || method === "HEAD" ? {} : { body };
  return call(sombra.url, { method, target, headers: ["Host", "shop.example", ...headers], ...given });
}
const text = ({ status, body }: CallAnswer): string => `${status} ${body.toString()}`;

describe("the longest path that fits", () => {
  test.each([
    ["/whatsapp", "default"],
    ["/whatsapp/hook?x=1", "default"],
    ["/orders", "orders"],
    ["/orders?x=/orders/special", "orders"],
    ["/orders/1", "orders"],
    ["/orders/specials", "orders"],
    ["/orders/special", "special"],
    ["/orders/special/1", "special"],
    ["/moved", "moved"],
  ])("decides: %s is of route %s", async (target, route) => {
    const of = await settledLedger(route);
    await to(target);
    expect((await settledLedger()).received).toBe(before.ledger.received + 1);
    const now = await settledLedger(route);
    expect(reconciles(now, of.received + 1)).toBe(true);
  });

  test.each(["/", "/ordersX", "/Orders", "/what/sapp", "/x/orders/1", "*"])(
    "is none's for %s: it goes to legacy and makes no item",
    async (target) => {
      const passed = await figure(sombra, "sombra_passed_total", { route: "unmatched" });
      const answer = await to(target, { method: target === "*" ? "OPTIONS" : "POST" });
      expect(text(answer)).toBe("200 legacy");
      expect(seenBy(legacy).map(({ url }) => url)).toEqual([target]);
      expect(seenBy(candidate)).toEqual([]);
      expect(await settledLedger()).toEqual(before.ledger);
      expect(await figure(sombra, "sombra_passed_total", { route: "unmatched" })).toBe((passed || 0) + 1);
    },
  );
});

describe("a route of its own", () => {
  test("has its own sides, below their base paths", async () => {
    const answer = await to("/orders/1?x=%2F", { headers: ["x-shopper-id", "vip"] });
    expect(text(answer)).toBe("200 legacy of orders");
    await settledLedger();
    expect(seenBy(otherLegacy).map(({ url }) => url)).toEqual(["/shop/orders/1?x=%2F"]);
    expect(seenBy(otherCandidate).map(({ url }) => url)).toEqual(["/v2/orders/1?x=%2F"]);
    expect([seenBy(legacy), seenBy(candidate)]).toEqual([[], []]);
  });

  test("that names no sides has those of the first", async () => {
    expect(text(await to("/moved", { body: textFrom(shopper) }))).toBe("200 legacy");
    await settledLedger();
    expect(seenBy(candidate).map(({ url }) => url)).toEqual(["/next/moved"]);
  });

  test.each([
    ["a shopper on the list", "vip", "legacy", "compared divergent"],
    ["a shopper by another id", "customer-1", "legacy", "compared divergent"],
    ["a shopper not on it", "customer-2", "legacy", "skipped not-enabled"],
    ["nobody", null, "legacy", "skipped no-shopper"],
    ["a shopper whose derived flags say cutover", "boss", "candidate", "skipped cut-over"],
  ])("asks its own flags for the shopper of its header: %s", async (_, id, answeredBy, state) => {
    const headers = id === null ? [] : ["x-shopper-id", id];
    expect(text(await to("/orders/1", { headers }))).toBe(`200 ${answeredBy} of orders`);
    const now = await settledLedger();
    const [name, substate] = state.split(" ") as ["skipped" | "compared", string];
    expect(now[name][substate]).toBe((before.ledger[name][substate] ?? 0) + 1);
    expect(now.received).toBe(before.ledger.received + 1);
  });

  test("that is not WhatsApp makes items of GET too, and none of HEAD and OPTIONS", async () => {
    const headers = ["x-shopper-id", "vip"];
    await to("/orders/1", { method: "GET", headers });
    expect((await settledLedger()).received).toBe(before.ledger.received + 1);
    await to("/orders/1", { method: "HEAD", headers });
    await to("/orders/1", { method: "OPTIONS", headers });
    expect((await settledLedger()).received).toBe(before.ledger.received + 1);
    expect(seenBy(otherCandidate).map(({ method }) => method)).toEqual(["GET"]);
  });

  test("hands the candidate the flags by their derived names", async () => {
    await to("/orders/1", { headers: ["x-shopper-id", "vip"] });
    await settledLedger();
    expect(seenBy(otherCandidate)[0]?.headers["x-sombra-flags"]).toMatch(
      /^v=0;ORDERS_ENABLED=on,ORDERS_ENABLED_SHADOW_MODE=on,ORDERS_ENABLED_DUAL_RUN=on,ORDERS_ENABLED_REVERSE_SHADOW=off,/,
    );
  });
});

describe("what a side is told", () => {
  const forged = ["x-sombra-mode", "cutover", "X-Sombra-Exchange", "forged"];

  test("is the host as it came for legacy, and for the candidate where the route preserves it", async () => {
    await to("/whatsapp", { body: textFrom(shopper) });
    await to("/orders/1", { headers: ["x-shopper-id", "vip"] });
    await settledLedger();
    const hosts = [legacy, otherLegacy, candidate, otherCandidate].map((one) => seenBy(one)[0]?.headers.host);
    expect(hosts).toEqual(["shop.example", "shop.example", new URL(candidate.url).host, "shop.example"]);
  });

  test("is nothing of Sombra's for legacy, unless the route says so", async () => {
    await to("/whatsapp", { body: textFrom(shopper) });
    await to("/moved", { body: textFrom(shopper) });
    await settledLedger();
    const [plain, told] = seenBy(legacy).map(({ headers }) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("x-sombra-"))),
    );
    expect(plain).toEqual({});
    expect(told).toMatchObject({
      "x-sombra-side": "legacy",
      "x-sombra-exchange": expect.stringMatching(/^[0-9a-f]{24}$/),
    });
    const [, mirrored] = seenBy(candidate);
    expect(mirrored?.headers["x-sombra-exchange"]).toBe(told?.["x-sombra-exchange"]);
  });

  test("is one exchange id, whatever a client forged", async () => {
    await to("/moved", { body: textFrom(shopper), headers: forged });
    await settledLedger();
    for (const one of [legacy, candidate]) {
      expect(seenBy(one)[0]?.headers["x-sombra-exchange"]).toMatch(/^[0-9a-f]{24}$/);
    }
    expect(seenBy(candidate)[0]?.headers["x-sombra-mode"]).toBe("dual-run");
  });

  test("is, where the candidate answers handshakes, its own host and nothing that a client forged", async () => {
    const target = "/moved?hub.mode=subscribe&hub.challenge=1";
    expect(text(await to(target, { method: "GET", headers: forged }))).toBe("200 candidate");
    expect(seenBy(legacy)).toEqual([]);
    const [asked] = seenBy(candidate);
    expect(asked?.url).toBe(`/next${target}`);
    expect(asked?.headers.host).toBe(new URL(candidate.url).host);
    expect(Object.values(asked?.headers ?? {})).not.toContain("forged");
    expect(Object.values(asked?.headers ?? {})).not.toContain("cutover");
    expect(await settledLedger()).toEqual(before.ledger);
  });

  test("is a handshake like any other for legacy where nothing says otherwise", async () => {
    expect(text(await to("/whatsapp?hub.mode=subscribe", { method: "GET" }))).toBe("200 legacy");
    expect(seenBy(candidate)).toEqual([]);
  });
});

describe("limits of a route", () => {
  test("a legacy that does not answer in its time gives 504, and the candidate's answer stays out of it", async () => {
    const of = await settledLedger("default");
    const answer = await to("/whatsapp/slow", { body: textFrom(shopper) });
    expect(answer.status).toBe(504);
    expect(answer.body.toString()).not.toContain("candidate");
    expect(reconciles(await settledLedger("default"), of.received + 1)).toBe(true);
    const { groups } = await sombra.get<{ groups: { route: string; kind: string }[] }>(
      "/api/divergences?route=default",
    );
    expect(groups).toContainEqual(expect.objectContaining({ route: "default", kind: "legacy-failed" }));
  });

  test("with fallback never, a candidate that cannot be reached in cutover is 502, and legacy is not asked", async () => {
    const of = await settledLedger("special");
    const answer = await to("/orders/special/1");
    expect(answer.status).toBe(502);
    expect(seenBy(otherLegacy)).toEqual([]);
    const now = await settledLedger("special");
    expect(now.failed["total"]).toBe(now.received);
    expect(reconciles(now, of.received + 1)).toBe(true);
  });
});
