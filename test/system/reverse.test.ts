import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { figure, growth, growthOf, ledgerOf, settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import {
  behaviourOf,
  sendText,
  startReverseWorld,
  traceOf,
  type Handler,
  type ReverseOptions,
  type ReverseWorld,
} from "../support/reverse-world.ts";
import { json, post, startSide, textFrom, type Seen } from "../support/side.ts";
import { failedStart, type Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const root = mkdtempSync(join(tmpdir(), "sombra-reverse-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const opened = new Opened();
afterEach(opened.close);

const says = (text: string, more: Omit<Handler, "says"> = {}): Handler => ({ says: text, ...more });

async function world(options: Partial<ReverseOptions> = {}): Promise<ReverseWorld> {
  return startReverseWorld(opened, { root, legacy: says("Olá"), candidate: says("Olá"), ...options });
}

interface Group {
  readonly where: string;
  readonly path: string;
  readonly kind: string;
  readonly severity: string;
  readonly examples: readonly string[];
}

const groupsOf = async (sombra: Sombra): Promise<readonly Group[]> =>
  (await sombra.get<{ groups: readonly Group[] }>("/api/divergences")).groups;

describe("in reverse shadow", () => {
  const shared = new Opened();
  /** What the two do for each shopper of a test. */
  const doings = {
    "447700900131": { legacy: says("Olá"), candidate: says("Olá") },
    "447700900132": { legacy: says("Olá"), candidate: { says: null } },
    "447700900133": { legacy: says("Olá"), candidate: says("Olá", { status: 500 }) },
    "447700900134": { legacy: { says: null }, candidate: { says: null } },
  } as const;
  const doing = (side: "legacy" | "candidate") => (from: string) => {
    const entry = Object.entries(doings).find(([shopperOf]) => shopperOf === from);
    if (entry === undefined) throw new Error(`Nobody knows ${from}`);
    return entry[1][side];
  };
  let all: ReverseWorld;
  beforeAll(async () => {
    all = await startReverseWorld(shared, { root, legacy: doing("legacy"), candidate: doing("candidate") });
  });
  afterAll(shared.close);
  const saidTo = (to: string): readonly string[] => all.outside().filter((said) => said.includes(` to ${to}:`));

  test("the candidate answers and sends, legacy gets the same bytes afterwards, and what it sends is held", async () => {
    const { sombra, legacy, candidate } = all;
    const from = "447700900131";
    const before = await ledgerOf(sombra);
    const [atLegacy, atCandidate] = [legacy.seen.length, candidate.seen.length];
    const held = await growthOf(sombra, "sombra_effects_total", { side: "legacy", disposition: "held" });
    const fallbacks = await growthOf(sombra, "sombra_fallbacks_total");
    const answers = await growthOf(sombra, "sombra_answers_total", { side: "legacy" });
    const body = textFrom(from);
    const answer = await post(sombra.url, body, { "x-own": "kept" });
    expect([answer.status, candidate.seen.length]).toEqual([200, atCandidate + 1]);
    expect(growth(before, await settled(sombra, before.received + 1))).toEqual({ "compared match": 1 });
    expect(saidTo(from)).toEqual([`candidate to ${from}: Olá`]);
    const [seen, ...others] = legacy.seen.slice(atLegacy);
    expect([seen?.body.toString(), seen?.headers["x-own"], others]).toEqual([body, "kept", []]);
    // As SPEC 7 has it: the trace, and nothing else of ours.
    expect(Object.keys(seen?.headers ?? {}).filter((name) => name.startsWith("x-sombra-"))).toEqual([]);
    const theirs = candidate.seen[atCandidate];
    expect(theirs?.headers).toMatchObject({ "x-sombra-mode": "cutover", "x-sombra-side": "candidate" });
    expect(theirs?.headers["x-sombra-shadow"]).toBeUndefined();
    expect(String(seen?.headers["traceparent"]).slice(0, 35)).toBe(String(theirs?.headers["traceparent"]).slice(0, 35));
    expect([await held(), await fallbacks(), await answers()]).toEqual([1, 0, 1]);
  });

  test("what the two do differently diverges under their names", async () => {
    const { sombra, candidate } = all;
    const from = "447700900132";
    const before = await ledgerOf(sombra);
    const called = candidate.seen.length;
    await post(sombra.url, textFrom(from));
    expect(growth(before, await settled(sombra, before.received + 1))).toEqual({ "compared divergent": 1 });
    const exchange = String(candidate.seen[called]?.headers["x-sombra-exchange"]);
    const groups = (await groupsOf(sombra)).filter(({ examples }) => examples.includes(exchange));
    expect(groups).toMatchObject([{ where: "effect", kind: "missing", severity: "critical" }]);
    const record = await sombra.get<{ items: readonly { effects: readonly unknown[] }[] }>(
      `/api/exchanges/${exchange}`,
    );
    expect(record.items[0]?.effects).toEqual([{ side: "legacy", kind: "send.text", disposition: "held" }]);
    expect(saidTo(from)).toEqual([]);
  });

  test("what the provider will deliver again is not given to legacy, and neither is what it delivers again", async () => {
    const { sombra, legacy, candidate } = all;
    const before = await ledgerOf(sombra);
    const [atLegacy, atCandidate] = [legacy.seen.length, candidate.seen.length];
    const body = textFrom("447700900133");
    expect((await post(sombra.url, body)).status).toBe(500);
    const first = await settled(sombra, before.received + 1);
    expect(growth(before, first)).toEqual({ "skipped cut-over": 1 });
    expect((await post(sombra.url, body)).status).toBe(500);
    expect(growth(first, await settled(sombra, before.received + 2))).toEqual({ "skipped redelivery": 1 });
    expect([candidate.seen.length, legacy.seen.length]).toEqual([atCandidate + 2, atLegacy]);
  });

  test("somebody who writes to the shopper from legacy's inbox reaches them", async () => {
    const { sombra, legacy } = all;
    const from = "447700900134";
    const [{ received }, atLegacy] = [await ledgerOf(sombra), legacy.seen.length];
    await post(sombra.url, textFrom(from));
    await legacy.requests(atLegacy + 1);
    const inbox = `${sombra.egressUrl}/legacy/graph`;
    await sendText(inbox, { by: "legacy", to: from, body: "A person here" });
    expect(saidTo(from)).toEqual([`legacy to ${from}: A person here`]);
    const seen = legacy.seen[atLegacy];
    if (seen === undefined) throw new Error("Legacy got nothing");
    await sendText(inbox, { by: "legacy", to: from, body: "A bot", traceparent: traceOf(seen) });
    expect(saidTo(from)).toHaveLength(1);
    await settled(sombra, received + 1);
  });
});

describe("in reverse shadow, in a world of its own,", () => {
  test("legacy is told by x-sombra fields where it gets any", async () => {
    const config = "routes: [{ legacyHeaders: true, settle: { quietMs: 100, maxMs: 2000 } }]\n";
    const all = await world({ config });
    await post(all.sombra.url, textFrom(shopper));
    await settled(all.sombra, 1);
    expect(all.legacy.seen[0]?.headers).toMatchObject({
      "x-sombra-side": "legacy",
      "x-sombra-mode": "cutover",
      "x-sombra-shadow": "true",
      "x-sombra-exchange": all.candidate.seen[0]?.headers["x-sombra-exchange"],
    });
  });

  test("a legacy that gives no answer diverges as legacy-failed, and keeps nobody waiting", async () => {
    const config =
      "candidate: { timeoutMs: 2500, breaker: { failures: 2, openMs: 600000 } }\nroutes: [{ settle: { quietMs: 50, maxMs: 300 } }]\n";
    const never = Promise.withResolvers<void>();
    const legacy = { says: null, answersAfter: never.promise };
    const all = await world({ config, legacy, candidate: { says: null } });
    for (let i = 0; i < 4; i += 1) {
      const before = performance.now();
      expect((await post(all.sombra.url, textFrom(`44770090012${i}`))).status).toBe(200);
      expect(performance.now() - before).toBeLessThan(2_000);
      await all.legacy.requests(Math.min(i + 1, 2));
      if (i === 1) await expect.poll(() => figure(all.sombra, "divergence_count"), { timeout: 30_000 }).toBe(2);
    }
    const ledger = await settled(all.sombra, 4);
    expect([ledger.compared, ledger.skipped]).toEqual([
      { total: 2, match: 0, noise: 0, divergent: 2 },
      { total: 2, "breaker-open": 2 },
    ]);
    const kinds = (await groupsOf(all.sombra)).map(({ kind }) => kind);
    expect(kinds).toEqual(["legacy-failed"]);
    // The candidate's own breaker has nothing to do with it.
    expect([all.candidate.seen.length, all.legacy.seen.length]).toEqual([4, 2]);
    expect(await figure(all.sombra, "sombra_breaker_open")).toBe(0);
    never.resolve();
  });

  test("legacy that answers in the candidate's place is not called again, and what it sends goes out", async () => {
    const all = await world({
      config: "candidate: { breaker: { failures: 1 } }\nroutes: [{ settle: { quietMs: 100, maxMs: 2000 } }]\n",
    });
    const [first, second, third] = ["447700900120", "447700900121", "447700900122"];
    await post(all.sombra.url, textFrom(first));
    await settled(all.sombra, 1);
    await all.candidate.close();
    for (const person of [second, third]) expect((await post(all.sombra.url, textFrom(person))).status).toBe(200);
    const ledger = await settled(all.sombra, 3);
    expect(ledger.failed).toEqual({ total: 2, refused: 1, "breaker-open": 1 });
    expect(all.legacy.seen).toHaveLength(3);
    expect(all.outside()).toEqual([
      `candidate to ${first}: Olá`,
      `legacy to ${second}: Olá`,
      `legacy to ${third}: Olá`,
    ]);
    expect(await figure(all.sombra, "sombra_fallbacks_total")).toBe(2);
  });

  test("of a share the others are sampled out, and the candidate answers everybody", async () => {
    const all = await world({ env: { WHATSAPP_REVERSE_SHADOW_PERCENT: "50" } });
    const people = Array.from({ length: 12 }, (_, index) => `44770090${1_000 + index}`);
    const answers = await Promise.all(people.map((person) => post(all.sombra.url, textFrom(person))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const ledger = await settled(all.sombra, people.length);
    const sampled = ledger.compared["total"] ?? 0;
    expect(ledger.skipped).toEqual({ total: people.length - sampled, "sampled-out": people.length - sampled });
    expect(Math.min(sampled, people.length - sampled)).toBeGreaterThan(0);
    expect([all.candidate.seen.length, all.legacy.seen.length]).toEqual([people.length, sampled]);
  });

  test("only the sampled items of a delivery go to legacy, cut out and signed for it", async () => {
    const secret = "app-secret";
    const env = {
      SOMBRA_APP_SECRET: secret,
      WHATSAPP_REVERSE_SHADOW_ALLOWLIST: shopper,
    };
    const all = await world({ env });
    const batch = JSON.parse(textFrom(shopper));
    batch.entry.push(...JSON.parse(textFrom("447700900124")).entry);
    const body = JSON.stringify(batch);
    const sign = (bytes: string | Buffer): string =>
      `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;
    expect((await post(all.sombra.url, body, { "x-hub-signature-256": sign(body) })).status).toBe(200);
    const ledger = await settled(all.sombra, 2);
    expect([ledger.compared["match"], ledger.skipped]).toEqual([1, { total: 1, "cut-over": 1 }]);
    const [part] = all.legacy.seen;
    expect(part?.body.toString()).toContain(shopper);
    expect(part?.body.toString()).not.toContain("447700900124");
    expect(part?.headers["x-hub-signature-256"]).toBe(sign(part?.body ?? ""));
    expect(all.outside().toSorted()).toEqual(
      [`candidate to 447700900124: Olá`, `candidate to ${shopper}: Olá`].toSorted(),
    );
  });

  test("legacy's untied writes to another upstream are named by doctor", async () => {
    const crm = opened.add(await startSide(json(200, {})));
    const config = `egress: { upstreams: { crm: { url: "${crm.url}" } } }\nroutes: [{ settle: { quietMs: 10, maxMs: 5000 } }]\n`;
    const all = await world({ config });
    await post(all.sombra.url, textFrom(shopper));
    await all.legacy.requests(1);
    for (let i = 0; i < 3; i += 1) {
      await fetch(`${all.sombra.egressUrl}/legacy/crm/notes`, { method: "POST", body: "{}" });
    }
    await expect
      .poll(async () => JSON.stringify(await all.sombra.get("/api/doctor")))
      .toContain("legacy's calls to crm are not tied");
  });

  test("what legacy reads is what the candidate got for the same, and nothing of it goes out", async () => {
    const all = await world({ legacy: { says: null }, candidate: { says: null } });
    await post(all.sombra.url, textFrom(shopper));
    await all.legacy.requests(1);
    const read = (side: string, seen: Seen | undefined): Promise<Response> =>
      fetch(`${all.sombra.egressUrl}/${side}/graph/v23.0/100000000000001/message_templates`, {
        headers: { traceparent: String(seen?.headers["traceparent"]) },
      });
    const waiting = read("legacy", all.legacy.seen[0]);
    const got = await (await read("candidate", all.candidate.seen[0])).text();
    expect(got).toContain("wamid.real");
    expect(await (await waiting).text()).toBe(got);
    expect(all.graph.seen).toHaveLength(1);
  });

  test("what legacy does late, or after a restart, is held all the same", async () => {
    const late = Promise.withResolvers<void>();
    const legacy = says("Late", { sendsAfter: late.promise });
    const all = await world({ legacy, config: "routes: [{ settle: { quietMs: 10, maxMs: 50 } }]\n" });
    await post(all.sombra.url, textFrom(shopper));
    await settled(all.sombra, 1);
    all.sombra.signal("SIGKILL");
    await all.sombra.exited;
    const again = await opened.sombra({
      SOMBRA_LEGACY_URL: all.legacy.url,
      SOMBRA_GRAPH_URL: all.graph.url,
      SOMBRA_DATA_DIR: all.sombra.dataDir,
      SOMBRA_EGRESS_PORT: new URL(all.sombra.egressUrl).port,
    });
    late.resolve();
    await expect
      .poll(() => figure(again, "sombra_effects_total", { side: "legacy", disposition: "held" }), { timeout: 20_000 })
      .toBe(1);
    expect(all.outside()).toEqual([`candidate to ${shopper}: Olá`]);
  });

  test("goes to the twin where there is one, whose calls are held whatever they bear", async () => {
    const egress: { port: string } = { port: "" };
    const twin = opened.add(
      await startSide((request, response) =>
        behaviourOf("legacy", says("Olá", { calls: "twin", traced: false }), egress.port)(request, response),
      ),
    );
    const all = await world({ ties: null, env: { SOMBRA_TWIN_URL: twin.url } });
    egress.port = new URL(all.sombra.egressUrl).port;
    await post(all.sombra.url, textFrom(shopper));
    const ledger = await settled(all.sombra, 1);
    expect(ledger.compared).toMatchObject({ total: 1, match: 1 });
    expect([twin.seen.length, all.legacy.seen.length]).toEqual([1, 0]);
    expect(twin.seen[0]?.headers).toMatchObject({ "x-sombra-side": "twin", "x-sombra-shadow": "true" });
    expect(all.outside()).toEqual([`candidate to ${shopper}: Olá`]);
  });
});

describe("reverse shadow is switched on", () => {
  const dualRun = {
    WHATSAPP_CANONICAL_SHADOW_MODE: "true",
    WHATSAPP_DUAL_RUN: "true",
    WHATSAPP_REVERSE_SHADOW: "false",
  };
  const switchOn = async (sombra: Sombra): Promise<readonly [number, string]> => {
    const answer = await sombra.call("PATCH", "/api/flags/WHATSAPP_REVERSE_SHADOW", { enabled: true });
    return [answer.status, await answer.text()];
  };
  const doctor = async (sombra: Sombra): Promise<string> => JSON.stringify(await sombra.get("/api/doctor"));

  test("not before legacy's calls have been seen tied, and then; a restart remembers it", async () => {
    const all = await world({ ties: null, env: dualRun });
    expect(await switchOn(all.sombra)).toEqual([409, expect.stringContaining("not been seen tied")]);
    expect(await doctor(all.sombra)).toContain("not been seen tied");
    for (let i = 0; i < 3; i += 1) await post(all.sombra.url, textFrom(`44770090012${i}`));
    await settled(all.sombra, 3);
    await expect.poll(() => readTies(all.sombra)).toBe("tied default");
    expect(await doctor(all.sombra)).toContain("legacy's sends are tied");
    expect((await switchOn(all.sombra))[0]).toBe(200);
    await all.sombra.stop();
    const again = await opened.sombra({
      SOMBRA_LEGACY_URL: all.legacy.url,
      SOMBRA_CANDIDATE_URL: all.candidate.url,
      SOMBRA_DATA_DIR: all.sombra.dataDir,
      WHATSAPP_REVERSE_SHADOW: "true",
    });
    expect(await doctor(again)).toContain("legacy's sends are tied");
  });

  test("not by the environment before that", async () => {
    const legacy = opened.add(await startSide(json(200, {})));
    const { code, stderr } = await failedStart({ SOMBRA_LEGACY_URL: legacy.url, WHATSAPP_REVERSE_SHADOW: "true" });
    expect([code, stderr]).toEqual([1, expect.stringContaining("until legacy's calls have been seen tied")]);
  });

  test("not for a legacy that passes no trace on, and legacy gets nothing more where it stops doing so", async () => {
    const untied = await world({ ties: null, env: dualRun, legacy: says("Olá", { traced: false }) });
    for (let i = 0; i < 3; i += 1) await post(untied.sombra.url, textFrom(`44770090012${i}`));
    await settled(untied.sombra, 3);
    expect((await switchOn(untied.sombra))[0]).toBe(409);

    const all = await world({ legacy: says("Olá", { traced: false }) });
    for (let i = 0; i < 4; i += 1) {
      await post(all.sombra.url, textFrom(`44770090012${i}`));
      await settled(all.sombra, i + 1);
    }
    expect(all.legacy.seen).toHaveLength(3);
    expect((await settled(all.sombra, 4)).skipped).toEqual({ total: 1, "cut-over": 1 });
    const line = await all.sombra.line(({ event, alarm }) => event === "alarm" && alarm === "legacy-untied");
    expect(line["message"]).toContain("traceparent");
    expect(await doctor(all.sombra)).toContain("by their recipient alone");
  });

  test("nor after three customers got two messages, long before their exchanges close", async () => {
    const legacy = says("From legacy", { traced: false });
    const all = await world({ legacy, candidate: says("From us"), config: "candidate: { timeoutMs: 1000 }\n" });
    for (let i = 0; i < 8; i += 1) {
      await post(all.sombra.url, textFrom(`44770090012${i}`));
      const doubled = `legacy to 44770090012${i}: From legacy`;
      if (i < 3) await expect.poll(() => all.outside()).toContain(doubled);
      if (i === 2) await all.sombra.line(({ event, alarm }) => event === "alarm" && alarm === "legacy-untied");
    }
    await expect.poll(() => all.outside().length).toBe(8 + 3);
    expect([all.candidate.seen.length, all.legacy.seen.length]).toEqual([8, 3]);
    expect(all.outside().filter((said) => said.startsWith("legacy"))).toHaveLength(3);
  });

  test("nor where its untied sends come when their exchange is over", async () => {
    const config = "candidate: { timeoutMs: 1000 }\nroutes: [{ settle: { quietMs: 10, maxMs: 1500 } }]\n";
    const all = await world({ legacy: { says: null }, config });
    for (let i = 0; i < 3; i += 1) {
      await post(all.sombra.url, textFrom(`44770090012${i}`));
      await settled(all.sombra, i + 1);
      const inbox = `${all.sombra.egressUrl}/legacy/graph`;
      await sendText(inbox, { by: "legacy", to: `44770090012${i}`, body: "Late" });
    }
    await all.sombra.line(({ event, alarm }) => event === "alarm" && alarm === "legacy-untied");
    await post(all.sombra.url, textFrom(shopper.replace("123", "129")));
    expect((await settled(all.sombra, 4)).skipped).toEqual({ total: 1, "cut-over": 1 });
    expect(all.legacy.seen).toHaveLength(3);
  });
});

function readTies({ dataDir }: Sombra): string {
  try {
    return readFileSync(join(dataDir, "legacy-ties"), "utf8").trim();
  } catch {
    return "";
  }
}
