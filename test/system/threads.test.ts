import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { figure, growth, settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { exchange, rawServer, requestComplete, type RawServer } from "../support/raw.ts";
import { startRedis } from "../support/redis.ts";
import { json, post, startSide, textFrom, type Behaviour } from "../support/side.ts";
import type { LedgerAnswer, Sombra } from "../support/sombra.ts";
import { inspectable, reachThreads } from "../support/threads.ts";

const shopper = "447700900123";
const dualRun = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const cutover = { ...dualRun, WHATSAPP_CANONICAL_SHADOW_MODE: "false", WHATSAPP_DUAL_RUN: "false" };
const control = "sombra-control";
const compute = "sombra-compute";

const opened = new Opened();
afterEach(opened.close);

async function reached(
  opened: Opened,
  { legacyUrl, candidate, env }: { legacyUrl: string; candidate: Behaviour; env: Readonly<Record<string, string>> },
) {
  const side = opened.add(await startSide(candidate));
  const sombra = await opened.sombra({
    SOMBRA_LEGACY_URL: legacyUrl,
    SOMBRA_CANDIDATE_URL: side.url,
    ...inspectable,
    ...env,
  });
  const threads = await reachThreads(sombra);
  await threads.starts(control, 1);
  return { sombra, threads };
}

/** An answer with every peculiarity that must survive. */
const peculiar = Buffer.from(
  "HTTP/1.1 200 Fine\r\nX-Odd-CASE: a\r\nX-Twice: 1\r\nX-Twice: 2\r\nContent-Type: text/plain\r\nContent-Length: 6\r\nConnection: close\r\n\r\n\xe9\xe0\xff ok",
  "latin1",
);
const peculiarLegacy = async (): Promise<RawServer> =>
  opened.add(await rawServer((bytes) => (requestComplete(bytes) ? peculiar : null)));

/** Deliveries one after the other on several connections, until told to end: what came back, as text, each kind once. */
function startLoad(sombra: Sombra) {
  const seen = new Set<string>();
  let sent = 0;
  let ending = false;
  const body = textFrom(shopper);
  const request = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const worker = async (): Promise<void> => {
    while (!ending) {
      sent += 1;
      const got = await exchange(sombra.port, request);
      seen.add(got.toString("latin1"));
    }
  };
  const workers = Promise.all([worker(), worker()]);
  return {
    /** Resolves when so many more have been sent. */
    more: (count: number) => expect.poll(() => sent, { interval: 10 }).toBeGreaterThan(sent + count),
    async end() {
      ending = true;
      await workers;
      return { sent, seen: [...seen] };
    },
  };
}

const answers = (by: string): Behaviour => json(200, { by });
const whoAnswers = async (sombra: Pick<Sombra, "url">, body = textFrom(shopper)): Promise<string> => {
  const { by }: { by: string } = JSON.parse(await (await post(sombra.url, body)).text());
  return by;
};

describe("the control thread", { timeout: 90_000 }, () => {
  test("hanging in the middle of load, then dying, changes no byte of any answer, and only its death loses a count", async () => {
    const legacy = await peculiarLegacy();
    const { sombra, threads } = await reached(opened, {
      legacyUrl: legacy.url,
      candidate: json(200, {}),
      env: dualRun,
    });
    const first = startLoad(sombra);
    await first.more(50);
    threads.block(control, 1_500);
    await silent(sombra);
    await first.more(200);
    const hanging = await first.end();
    expect(hanging.seen).toEqual([peculiar.toString("latin1")]);
    await settled(sombra, hanging.sent);
    expect(await figure(sombra, "sombra_alarms_total")).toBeNaN();
    expect(threads.started(control)).toBe(1);

    const second = startLoad(sombra);
    await second.more(50);
    threads.kill(control);
    await threads.ends(control, 1);
    await second.more(50);
    await threads.starts(control, 2);
    await second.more(50);
    const dying = await second.end();
    await threads.close();
    expect(dying.seen).toEqual([peculiar.toString("latin1")]);
    expect(legacy.requests).toHaveLength(hanging.sent + dying.sent);
    const ledger = await backAgain(sombra);
    expect(ledger.received).toBeGreaterThan(hanging.sent);
    expect(ledger.received).toBeLessThanOrEqual(hanging.sent + dying.sent);
    expect(await figure(sombra, "sombra_alarms_total", { alarm: "batches-missing" })).toBe(1);
    expect(await figure(sombra, "sombra_faults_total")).toBeNaN();
    // From here on nothing is lost.
    await post(sombra.url, textFrom(shopper));
    await settled(sombra, ledger.received + 1);
  });

  test("being dead or hanging does not hold up a kill by SIGUSR2, nor forgets it", async () => {
    const legacy = opened.add(await startSide(answers("legacy")));
    const sides = { legacyUrl: legacy.url, candidate: answers("candidate") };
    const { sombra, threads } = await reached(opened, { ...sides, env: cutover });
    const killed = async (started: number): Promise<void> => {
      sombra.signal("SIGUSR2");
      await expect.poll(() => whoAnswers(sombra), { interval: 10 }).toBe("legacy");
      expect(threads.started(control)).toBe(started);
      await silent(sombra);
      // The same port, the switch as it stands, and on disk for the next process.
      await backAgain(sombra);
      expect(await figure(sombra, "sombra_killed")).toBe(1);
      const flag = await sombra.get("/feature-flags/WHATSAPP_CANONICAL_EVENTS_ENABLED?shopper_id=1");
      expect(flag).toMatchObject({ enabled: false, reason: "killed" });
      const again = await opened.sombra({ SOMBRA_LEGACY_URL: legacy.url, SOMBRA_DATA_DIR: sombra.dataDir });
      expect(await figure(again, "sombra_killed")).toBe(1);
      await again.stop();
    };
    expect(await whoAnswers(sombra)).toBe("candidate");
    threads.block(control, 2_000);
    await silent(sombra);
    await killed(1);
    expect((await sombra.call("DELETE", "/api/kill")).status).toBe(200);
    expect(await whoAnswers(sombra)).toBe("candidate");
    threads.kill(control);
    await threads.ends(control, 1);
    await killed(1);
    await threads.close();
  });
});

/** The admin port does not answer. */
const silent = (sombra: Sombra): Promise<void> =>
  expect(fetch(`${sombra.adminUrl}/healthz`, { signal: AbortSignal.timeout(200) })).rejects.toThrow();

/** The ledger once the admin port answers. */
async function backAgain(sombra: Sombra): Promise<LedgerAnswer> {
  await expect.poll(() => sombra.get("/healthz").catch(() => null)).not.toBeNull();
  return sombra.until<LedgerAnswer>("/api/ledger", ({ pending }) => pending === 0);
}

describe("a compute thread that hangs", { timeout: 40_000 }, () => {
  const large = (): string => textFrom(shopper).replace("hello", "x".repeat(100_000));

  test("over a delivery is waited for where no answer does, and gives all that wait to legacy in the time of one; traffic goes on", async () => {
    const dir = opened.directory("sombra-threads-");
    const config = join(dir, "sombra.yaml");
    await writeFile(
      config,
      `routes:
  - { name: default, settle: { quietMs: 100 } }
  - { name: served, match: { path: /served }, flags: { enabled: SERVED }, settle: { quietMs: 100 } }\n`,
    );
    const served = { SERVED: "true", SERVED_SHADOW_MODE: "false", SERVED_DUAL_RUN: "false" };
    const legacy = opened.add(await startSide(answers("legacy")));
    const sides = { legacyUrl: legacy.url, candidate: answers("candidate") };
    const { sombra, threads } = await reached(opened, {
      ...sides,
      env: { ...dualRun, ...served, SOMBRA_CONFIG: config },
    });
    await post(sombra.url, large());
    await threads.starts(compute, 1);
    await settled(sombra, 1);
    threads.block(compute, 1_500);
    const bodies = [large(), large(), large(), ...Array.from({ length: 20 }, () => textFrom(shopper))];
    const got = await Promise.all(bodies.map((body) => post(sombra.url, body)));
    expect(new Set(got.map(({ status }) => status))).toEqual(new Set([200]));
    const ledger = await settled(sombra, 1 + bodies.length);
    expect(ledger).toMatchObject({ skipped: { total: 0 }, compared: { divergent: 1 + bodies.length } });
    expect(threads.started(compute)).toBe(1);

    const waiting = { url: `${sombra.url}/served` };
    expect(await whoAnswers(waiting, large())).toBe("candidate");
    threads.block(compute);
    // The second would be the candidate's again, had its time begun with its turn.
    const both = await Promise.all([whoAnswers(waiting, large()), whoAnswers(waiting, large())]);
    expect(both).toEqual(["legacy", "legacy"]);
    expect(await whoAnswers(waiting, large())).toBe("candidate");
    const after = await settled(sombra, ledger.received + 4);
    expect(growth(ledger, after)).toEqual({ "skipped cut-over": 2, "skipped not-comparable": 2 });
    await threads.close();
  });
});

describe("the registry's thread", { timeout: 40_000 }, () => {
  const registry = "sombra-registry";
  const decisionOf = (sombra: Sombra): Promise<{ reason: string; source: string }> =>
    sombra.get(`/feature-flags/WHATSAPP_CANONICAL_EVENTS_ENABLED?shopper_id=${shopper}`);
  /** How many orders to kill were written. */
  const kills = async (sombra: Sombra): Promise<number> => {
    const { entries } = await sombra.get<{ entries: readonly { action: string }[] }>("/api/audit");
    return entries.filter(({ action }) => action === "kill").length;
  };

  test("hanging, then dying, costs no request anything and holds up no kill; the next one knows what was decided and ordered", async () => {
    const legacy = await peculiarLegacy();
    const { sombra, threads } = await reached(opened, { legacyUrl: legacy.url, candidate: json(200, {}), env: {} });
    const flag = "/api/flags/WHATSAPP_CANONICAL_EVENTS_ENABLED";
    expect((await sombra.call("PUT", flag, { enabled: true, allowlist: [shopper] })).status).toBe(200);
    const first = startLoad(sombra);
    await first.more(50);
    threads.block(registry, 4_000);
    await first.more(20);
    const order = await sombra.call("POST", "/api/kill");
    expect([order.status, await order.json()]).toEqual([
      200,
      expect.objectContaining({ killed: true, was: false, shared: false }),
    ]);
    expect(await decisionOf(sombra)).toMatchObject({ reason: "killed" });
    await first.more(150);
    const hanging = await first.end();
    expect(hanging.seen).toEqual([peculiar.toString("latin1")]);
    await settled(sombra, hanging.sent);
    // The order is carried out when it goes on.
    await expect.poll(() => kills(sombra)).toBe(1);
    expect(await decisionOf(sombra)).toMatchObject({ reason: "killed" });
    expect(threads.started(registry)).toBe(1);
    const undone = async (): Promise<void> => {
      const answer = await sombra.call("DELETE", "/api/kill");
      expect(await answer.json()).toMatchObject({ killed: false, was: true });
      expect(await decisionOf(sombra)).toMatchObject({ reason: "allowlist", source: "sqlite" });
    };
    await undone();

    const second = startLoad(sombra);
    await second.more(50);
    threads.kill(registry);
    await threads.ends(registry, 1);
    sombra.signal("SIGUSR2");
    await expect.poll(() => decisionOf(sombra)).toMatchObject({ reason: "killed" });
    await threads.starts(registry, 2);
    await second.more(50);
    const dying = await second.end();
    expect(dying.seen).toEqual([peculiar.toString("latin1")]);
    await settled(sombra, hanging.sent + dying.sent);
    await expect.poll(() => kills(sombra)).toBe(2);
    await undone();
    await threads.close();
  });

  test("dying does not forget a kill that neither store nor disk took: the next one tells it", async () => {
    const redis = opened.add(await startRedis());
    const dataDir = opened.directory("sombra-threads-");
    // Nothing can be noted where a folder is in the way.
    await mkdir(join(dataDir, "kill-pending.json", "in the way"), { recursive: true });
    const env = { ...cutover, SOMBRA_REDIS_URL: redis.url, SOMBRA_DATA_DIR: dataDir };
    const legacy = opened.add(await startSide(answers("legacy")));
    const { sombra, threads } = await reached(opened, { legacyUrl: legacy.url, candidate: answers("candidate"), env });
    expect(await whoAnswers(sombra)).toBe("candidate");
    const says = (text: string): Promise<unknown> =>
      sombra.until<{ degraded: readonly string[] }>("/readyz", ({ degraded }) =>
        degraded.some((line) => line.includes(text)),
      );
    await redis.kill();
    await says("stale for");
    const order = await sombra.call("POST", "/api/kill");
    expect(await order.json()).toMatchObject({ shared: false, why: expect.stringContaining("a restart forgets it") });
    threads.kill(registry);
    await threads.starts(registry, 2);
    // The next one speaks.
    await says("never confirmed");
    expect(await whoAnswers(sombra)).toBe("legacy");
    await says("The kill switch is thrown here");
    await redis.restart();
    await expect.poll(() => redis.cli("HGET", "{sombra}:meta", "kill")).toContain("anonymous");
    expect(await whoAnswers(sombra)).toBe("legacy");
    await threads.close();
  });
});

/** A pair has ten seconds, which are the other tests' time: this goes on beside them. */
const its = new Opened();
afterAll(its.close);
let over: Promise<void>;

const hangOverAPair = async (): Promise<void> => {
  const answer: Behaviour = (request, response) => {
    const large = { filling: "x".repeat(100_000), now: performance.now() };
    json(200, request.url === "/large" ? large : {})(request, response);
  };
  const legacy = its.add(await startSide(answer));
  const { sombra, threads } = await reached(its, { legacyUrl: legacy.url, candidate: answer, env: dualRun });
  const deliver = (path: string): Promise<Response> => post(sombra.url + path, textFrom(shopper));
  await deliver("/large");
  await threads.starts(compute, 1);
  await settled(sombra, 1);
  threads.block(compute);
  await deliver("/large");
  for (let i = 0; i < 20; i += 1) expect((await deliver("/small")).status).toBe(200);
  const small = await sombra.until<LedgerAnswer>("/api/ledger", ({ pending }) => pending === 1);
  expect(small.compared).toMatchObject({ total: 21, divergent: 1, match: 20 });
  await sombra.until<LedgerAnswer>("/api/ledger", ({ pending }) => pending === 0);
  expect((await settled(sombra, 22)).skipped).toEqual({ total: 1, "not-comparable": 1 });
  await deliver("/large");
  expect((await settled(sombra, 23)).compared["divergent"]).toBe(2);
  await threads.close();
};
beforeAll(() => {
  over = hangOverAPair();
  over.catch(() => undefined);
});

test(
  "a compute thread that hangs over a pair of answers is ended with it, and small pairs go on",
  { timeout: 40_000 },
  () => over,
);
