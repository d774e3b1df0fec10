import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { startCollector } from "../support/collector.ts";
import { settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { startRedis } from "../support/redis.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";
import type { LedgerAnswer, Sombra } from "../support/sombra.ts";
import { inspectable, reachThreads } from "../support/threads.ts";

const shopper = "447700900123";
const dualRun = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const thread = "sombra-archive";

const opened = new Opened();
afterEach(opened.close);

interface Ledger extends LedgerAnswer {
  readonly source: string;
  readonly cells: { readonly compared: number; readonly critical: number } | null;
}
interface Page {
  readonly source: string;
  readonly groups: readonly { signature: string; count: number; cells: number; shoppers: number; examples: string[] }[];
}

/** Both sides answer differently: every delivery is a critical divergence. */
async function sides(): Promise<Readonly<Record<string, string>>> {
  const legacy = opened.add(await startSide(json(200, {})));
  const candidate = opened.add(await startSide(json(500, {})));
  return { SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url, ...dualRun };
}

const directory = (): string => opened.directory("sombra-archive-");

async function send(sombra: Sombra, count: number, from = shopper): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) expect((await post(sombra.url, textFrom(from))).status).toBe(200);
}

const ledgerOf = (sombra: Sombra): Promise<Ledger> => sombra.get<Ledger>("/api/ledger");
const theGroup = async (sombra: Sombra) => (await sombra.get<Page>("/api/divergences?severity=critical")).groups[0];
const degraded = (sombra: Sombra, fits: (line: string) => boolean): Promise<unknown> =>
  sombra.until<{ degraded: readonly string[] }>("/readyz", (ready) => ready.degraded.some(fits));
const isAway = (line: string): boolean => line.startsWith("The archive is not up");

describe("the archive", { timeout: 60_000 }, () => {
  test("leads from the trace of a divergence to where its group was first found, before a restart", async () => {
    const collector = opened.add(await startCollector());
    const env = { ...(await sides()), ...collector.env, SOMBRA_DATA_DIR: directory() };
    const serverSpans = () => collector.spans.filter(({ name }) => name === "POST /");
    const first = await opened.sombra(env);
    await send(first, 1);
    await settled(first, 1);
    await first.stop();
    const begun = serverSpans().map(({ traceId, spanId }) => ({ traceId, spanId }));
    expect(begun).toHaveLength(1);
    const second = await opened.sombra(env);
    await send(second, 1);
    await settled(second, 2);
    await second.stop();
    const [, later] = serverSpans();
    const compare = collector.spans.find(({ name, traceId }) => name === "compare" && traceId === later?.traceId);
    expect(compare?.links.map(({ traceId, spanId }) => ({ traceId, spanId }))).toEqual(begun);
  });

  test("outlives a process, with every count and the examples; nobody is named in its file", async () => {
    const env = { ...(await sides()), SOMBRA_DATA_DIR: directory(), SOMBRA_LOG_SHOPPER: "plain" };
    const first = await opened.sombra(env);
    await send(first, 3);
    await settled(first, 3);
    const before = await theGroup(first);
    expect(before).toMatchObject({ count: 3, cells: 1, shoppers: 1 });
    await first.stop();
    expect(first.lines.filter(({ alarm }) => alarm === "unarchived")).toEqual([]);
    const second = await opened.sombra(env);
    expect(await ledgerOf(second)).toMatchObject({
      source: "sqlite",
      received: 3,
      compared: { divergent: 3 },
      pending: 0,
    });
    await send(second, 1, "447700900124");
    expect(await settled(second, 4)).toMatchObject({ cells: { critical: 2 } });
    const after = await theGroup(second);
    expect(after).toMatchObject({ count: 4, cells: 2, shoppers: 2 });
    expect(after?.examples.slice(0, 3)).toEqual(before?.examples);
    expect(await second.get(`/api/exchanges/${before?.examples[0]}`)).toMatchObject({ exchange: before?.examples[0] });
    const page = await (await second.call("GET", "/")).text();
    expect(page).toContain("/status");
    const files = (await readdir(env.SOMBRA_DATA_DIR)).filter((file) => file.startsWith("account.db"));
    const bytes = Buffer.concat(await Promise.all(files.map((file) => readFile(join(env.SOMBRA_DATA_DIR, file)))));
    expect([bytes.includes("dual-run"), bytes.includes(shopper), bytes.includes("447700900124")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("adds up all instances, and counts one shopper's ten minutes once", async () => {
    const redis = opened.add(await startRedis());
    // The hash of a shopper is the same everywhere.
    const env = { ...(await sides()), SOMBRA_REDIS_URL: redis.url };
    const [a, b] = await Promise.all([opened.sombra(env), opened.sombra(env)]);
    await Promise.all([send(a, 3), send(b, 2)]);
    // What an instance has not handed over yet is known to it alone.
    await settled(a, 5).catch(() => settled(b, 5));
    for (const sombra of [a, b]) {
      expect(await settled(sombra, 5)).toMatchObject({ source: "redis" });
      const group = await theGroup(sombra);
      expect(group).toMatchObject({ count: 5, shoppers: 1 });
      expect(group?.cells).toBeLessThanOrEqual(2);
      for (const id of group?.examples ?? [])
        expect(await sombra.get(`/api/exchanges/${id}`)).toMatchObject({ exchange: id });
    }
  });

  test("what one instance found is open to all, until somebody says what is to be thought of it", async () => {
    const redis = opened.add(await startRedis());
    const env = { ...(await sides()), SOMBRA_REDIS_URL: redis.url };
    const [a, b] = await Promise.all([opened.sombra(env), opened.sombra(env)]);
    const divergences = async () => {
      const { checks } = await b.get<{ checks: readonly { name: string }[] }>("/api/doctor");
      return checks.find(({ name }) => name === "default: divergences");
    };
    expect(await divergences()).toMatchObject({ status: "ok", text: "no critical divergence is open" });
    await send(a, 1);
    await settled(a, 1);
    const open = "1 kinds of critical divergence are open: sombra divergences lists them";
    expect(await divergences()).toMatchObject({ status: "fail", text: open });
    const triage = `/api/divergences/${(await theGroup(b))?.signature}/triage`;
    await b.call("PUT", triage, { state: "expected", reason: "known", until: "2999-01-01" });
    expect(await divergences()).toMatchObject({ status: "ok" });
    await redis.kill();
    await degraded(b, isAway);
    const own = "no critical divergence is open, by what this instance has seen since its start";
    expect(await divergences()).toMatchObject({ status: "ok", text: own });
  });

  test("that is away as a process stops is missed by name: what was counted last is lost", async () => {
    const redis = opened.add(await startRedis());
    const sombra = await opened.sombra({ ...(await sides()), SOMBRA_REDIS_URL: redis.url });
    const unarchived = () => sombra.lines.filter(({ event, alarm }) => event === "alarm" && alarm === "unarchived");
    await send(sombra, 1);
    await settled(sombra, 1);
    await redis.kill();
    await degraded(sombra, isAway);
    await send(sombra, 1);
    await settled(sombra, 2);
    expect(unarchived()).toEqual([]);
    expect(await sombra.stop()).toBe(0);
    expect(unarchived()).toMatchObject([{ message: expect.stringContaining("what was counted last is missing") }]);
  });

  test("being away costs no request and no count; what is shown meanwhile is said to be of this instance", async () => {
    const redis = opened.add(await startRedis("--appendonly", "yes", "--appendfsync", "always"));
    const sombra = await opened.sombra({ ...(await sides()), SOMBRA_REDIS_URL: redis.url });
    await send(sombra, 2);
    await settled(sombra, 2);
    await redis.kill();
    await send(sombra, 3);
    await degraded(sombra, isAway);
    expect(await settled(sombra, 5)).toMatchObject({ source: "memory", cells: null });
    expect(await sombra.get<Page>("/api/divergences")).toMatchObject({ source: "memory", groups: [{ count: 5 }] });
    await redis.restart();
    await sombra.until<Ledger>("/api/ledger", ({ source }) => source === "redis");
    expect(await settled(sombra, 5)).toMatchObject({ source: "redis", compared: { divergent: 5 } });
    expect(await theGroup(sombra)).toMatchObject({ count: 5, shoppers: 1 });
  });

  test.each(["dying", "hanging"])("a thread of it %s costs no request anything and no count", async (how) => {
    const sombra = await opened.sombra({ ...(await sides()), ...inspectable });
    const threads = await reachThreads(sombra);
    await threads.starts(thread, 1);
    await send(sombra, 2);
    await settled(sombra, 2);
    if (how === "dying") {
      threads.kill(thread);
      await threads.ends(thread, 1);
    } else threads.block(thread, 4_000);
    await send(sombra, 5);
    expect((await settled(sombra, 7)).compared["divergent"]).toBe(7);
    await sombra.until<Ledger>("/api/ledger", ({ source }) => source === "sqlite");
    expect(await settled(sombra, 7)).toMatchObject({ source: "sqlite" });
    expect(await theGroup(sombra)).toMatchObject({ count: 7 });
    expect(threads.started(thread)).toBe(how === "dying" ? 2 : 1);
    await threads.close();
  });
});
