import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { figure, settled } from "../support/figures.ts";
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

async function reached(legacyUrl: string, candidate: Behaviour, env: Readonly<Record<string, string>>) {
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
  const workers = Promise.all(Array.from({ length: 4 }, worker));
  return {
    /** Resolves when so many more have been sent. */
    more: (count: number) => expect.poll(() => sent, { timeout: 10_000, interval: 10 }).toBeGreaterThan(sent + count),
    async end() {
      ending = true;
      await workers;
      return { sent, seen: [...seen] };
    },
  };
}

const answers = (by: string): Behaviour => json(200, { by });
const whoAnswers = async (sombra: Sombra, body = textFrom(shopper)): Promise<string> => {
  const { by }: { by: string } = JSON.parse(await (await post(sombra.url, body)).text());
  return by;
};

describe("the control thread", () => {
  test("dying in the middle of load changes no byte of any answer, and it comes back with an alarm", async () => {
    const legacy = await peculiarLegacy();
    const { sombra, threads } = await reached(legacy.url, json(200, {}), dualRun);
    const load = startLoad(sombra);
    await load.more(50);
    threads.kill(control);
    await threads.ends(control, 1);
    await load.more(50);
    await threads.starts(control, 2);
    await load.more(50);
    const { sent, seen } = await load.end();
    await threads.close();
    expect(seen).toEqual([peculiar.toString("latin1")]);
    expect(legacy.requests).toHaveLength(sent);
    const ledger = await backAgain(sombra);
    expect(ledger.received).toBeGreaterThan(0);
    expect(ledger.received).toBeLessThanOrEqual(sent);
    expect(await figure(sombra, "sombra_alarms_total", { alarm: "batches-missing" })).toBe(1);
    expect(await figure(sombra, "sombra_faults_total")).toBeNaN();
    // From here on nothing is lost.
    await post(sombra.url, textFrom(shopper));
    await settled(sombra, ledger.received + 1);
  });

  test("hanging in the middle of load changes no byte of any answer, and nothing is missing afterwards", async () => {
    const legacy = await peculiarLegacy();
    const { sombra, threads } = await reached(legacy.url, json(200, {}), dualRun);
    const load = startLoad(sombra);
    await load.more(50);
    threads.block(control, 1_500);
    await silent(sombra);
    await load.more(200);
    const { sent, seen } = await load.end();
    expect(seen).toEqual([peculiar.toString("latin1")]);
    await settled(sombra, sent);
    await threads.close();
    expect(await figure(sombra, "sombra_alarms_total")).toBeNaN();
    expect(threads.started(control)).toBe(1);
  });

  test.each(["dead", "hanging"] as const)(
    "being %s does not hold up a kill by SIGUSR2, nor forgets it",
    async (how) => {
      const legacy = opened.add(await startSide(answers("legacy")));
      const { sombra, threads } = await reached(legacy.url, answers("candidate"), cutover);
      expect(await whoAnswers(sombra)).toBe("candidate");
      if (how === "dead") {
        threads.kill(control);
        await threads.ends(control, 1);
      } else {
        threads.block(control, 2_000);
        await silent(sombra);
      }
      sombra.signal("SIGUSR2");
      await expect.poll(() => whoAnswers(sombra), { interval: 10 }).toBe("legacy");
      expect(threads.started(control)).toBe(1);
      await silent(sombra);
      // The same port, the switch as it stands, and on disk for the next process.
      await backAgain(sombra);
      await threads.close();
      expect(await figure(sombra, "sombra_killed")).toBe(1);
      const flag = await sombra.get("/feature-flags/WHATSAPP_CANONICAL_EVENTS_ENABLED?shopper_id=1");
      expect(flag).toMatchObject({ enabled: false, reason: "killed" });
      const again = await opened.sombra({ SOMBRA_LEGACY_URL: legacy.url, SOMBRA_DATA_DIR: sombra.dataDir });
      expect(await figure(again, "sombra_killed")).toBe(1);
    },
  );
});

/** The admin port does not answer. */
const silent = (sombra: Sombra): Promise<void> =>
  expect(fetch(`${sombra.adminUrl}/healthz`, { signal: AbortSignal.timeout(200) })).rejects.toThrow();

/** The ledger once the admin port answers. */
async function backAgain(sombra: Sombra): Promise<LedgerAnswer> {
  await expect
    .poll(
      () =>
        sombra.get("/healthz").then(
          () => "answers",
          () => "silent",
        ),
      { timeout: 10_000 },
    )
    .toBe("answers");
  return sombra.until<LedgerAnswer>("/api/ledger", ({ pending }) => pending === 0);
}

describe("a compute thread that hangs", { timeout: 40_000 }, () => {
  const large = (): string => textFrom(shopper).replace("hello", "x".repeat(100_000));

  test("over a delivery is ended with it, and traffic and the deliveries behind it go on", async () => {
    const legacy = opened.add(await startSide(json(200, {})));
    const { sombra, threads } = await reached(legacy.url, json(200, {}), dualRun);
    await post(sombra.url, large());
    await threads.starts(compute, 1);
    await settled(sombra, 1);
    threads.block(compute);
    const bodies = [large(), large(), large(), ...Array.from({ length: 20 }, () => textFrom(shopper))];
    const got = await Promise.all(bodies.map((body) => post(sombra.url, body)));
    expect(new Set(got.map(({ status }) => status))).toEqual(new Set([200]));
    const ledger = await settled(sombra, 1 + bodies.length);
    expect(ledger).toMatchObject({ skipped: { total: 1, "not-comparable": 1 }, compared: { match: bodies.length } });
    expect(threads.started(compute)).toBe(2);
    await threads.close();
  });

  test("over a delivery whose answer waits gives all that wait to legacy in the time of one", async () => {
    const legacy = opened.add(await startSide(answers("legacy")));
    const { sombra, threads } = await reached(legacy.url, answers("candidate"), cutover);
    expect(await whoAnswers(sombra, large())).toBe("candidate");
    await threads.starts(compute, 1);
    threads.block(compute);
    // The second would be the candidate's again, had its time begun with its turn.
    const both = await Promise.all([whoAnswers(sombra, large()), whoAnswers(sombra, large())]);
    expect(both).toEqual(["legacy", "legacy"]);
    expect(await whoAnswers(sombra, large())).toBe("candidate");
    expect((await settled(sombra, 4)).skipped).toEqual({ total: 4, "cut-over": 2, "not-comparable": 2 });
    await threads.close();
  });

  test("over a pair of answers is ended with it, and small pairs go on", async () => {
    const answer: Behaviour = (request, response) => {
      const large = { filling: "x".repeat(100_000), now: performance.now() };
      json(200, request.url === "/large" ? large : {})(request, response);
    };
    const legacy = opened.add(await startSide(answer));
    const { sombra, threads } = await reached(legacy.url, answer, dualRun);
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
  });
});

describe("the registry's thread", () => {
  const registry = "sombra-registry";
  const decisionOf = (sombra: Sombra): Promise<{ reason: string; source: string }> =>
    sombra.get(`/feature-flags/WHATSAPP_CANONICAL_EVENTS_ENABLED?shopper_id=${shopper}`);

  test("hanging costs no request anything, and holds up no kill", async () => {
    const legacy = await peculiarLegacy();
    const { sombra, threads } = await reached(legacy.url, json(200, {}), dualRun);
    const load = startLoad(sombra);
    await load.more(50);
    threads.block(registry, 4_000);
    await load.more(200);
    const order = await sombra.call("POST", "/api/kill");
    expect([order.status, await order.json()]).toEqual([
      200,
      expect.objectContaining({ killed: true, was: false, shared: false }),
    ]);
    expect(await decisionOf(sombra)).toMatchObject({ reason: "killed" });
    const { sent, seen } = await load.end();
    expect(seen).toEqual([peculiar.toString("latin1")]);
    await settled(sombra, sent);
    // The order is carried out when it goes on.
    await sombra.until<{ entries: { action: string }[] }>("/api/audit", ({ entries }) =>
      entries.some(({ action }) => action === "kill"),
    );
    expect(await decisionOf(sombra)).toMatchObject({ reason: "killed" });
    expect(threads.started(registry)).toBe(1);
    await threads.close();
  });

  test("dying costs no request anything, and the next one knows what was decided and ordered", async () => {
    const legacy = await peculiarLegacy();
    const { sombra, threads } = await reached(legacy.url, json(200, {}), {});
    const flag = "/api/flags/WHATSAPP_CANONICAL_EVENTS_ENABLED";
    expect((await sombra.call("PUT", flag, { enabled: true, allowlist: [shopper] })).status).toBe(200);
    const load = startLoad(sombra);
    await load.more(50);
    threads.kill(registry);
    await threads.ends(registry, 1);
    sombra.signal("SIGUSR2");
    await sombra.until<{ reason: string }>(
      `/feature-flags/WHATSAPP_CANONICAL_EVENTS_ENABLED?shopper_id=${shopper}`,
      ({ reason }) => reason === "killed",
    );
    await threads.starts(registry, 2);
    await load.more(50);
    const { sent, seen } = await load.end();
    expect(seen).toEqual([peculiar.toString("latin1")]);
    await settled(sombra, sent);
    await sombra.until<{ entries: { action: string }[] }>("/api/audit", ({ entries }) =>
      entries.some(({ action }) => action === "kill"),
    );
    expect(await (await sombra.call("DELETE", "/api/kill")).json()).toMatchObject({ killed: false, was: true });
    expect(await decisionOf(sombra)).toMatchObject({ reason: "allowlist", source: "sqlite" });
    await threads.close();
  });

  test("dying does not forget a kill that neither store nor disk took: the next one tells it", async () => {
    const redis = opened.add(await startRedis());
    const dataDir = await mkdtemp(join(tmpdir(), "sombra-threads-"));
    opened.add({ close: () => rm(dataDir, { recursive: true, force: true }) });
    // Nothing can be noted where a folder is in the way.
    await mkdir(join(dataDir, "kill-pending.json", "in the way"), { recursive: true });
    const env = { ...cutover, SOMBRA_REDIS_URL: redis.url, SOMBRA_DATA_DIR: dataDir };
    const legacy = opened.add(await startSide(answers("legacy")));
    const { sombra, threads } = await reached(legacy.url, answers("candidate"), env);
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
    await expect.poll(() => redis.cli("HGET", "{sombra}:meta", "kill"), { timeout: 10_000 }).toContain("anonymous");
    expect(await whoAnswers(sombra)).toBe("legacy");
    await threads.close();
  });
});
