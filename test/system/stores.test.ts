import { mkdtempSync, truncateSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startRedis, type RedisServer } from "../support/redis.ts";
import { json, post, startSide, textFrom, type SideServer } from "../support/side.ts";
import { figure } from "../support/figures.ts";
import { startSombra, type Sombra } from "../support/sombra.ts";

const enabledFlag = "WHATSAPP_CANONICAL_EVENTS_ENABLED";
const shadowFlag = "WHATSAPP_CANONICAL_SHADOW_MODE";
const dualRunFlag = "WHATSAPP_DUAL_RUN";
const listed = "447700900101";
const other = "447700900102";

interface DecisionAnswer {
  readonly enabled: boolean;
  readonly reason: string;
  readonly version: number;
  readonly source: string;
}

interface Ready {
  readonly degraded: readonly string[];
}

type Closing = { close(): Promise<unknown> }[];
let open: Closing = [];
async function closeAll(opened: Closing): Promise<void> {
  // The last opened goes first: a Sombra before what it stands on.
  for (const one of opened.toReversed()) await one.close();
}
afterEach(async () => {
  await closeAll(open);
  open = [];
});

const keep = <T extends { close(): Promise<unknown> }>(one: T, held = open): T => {
  held.push(one);
  return one;
};

interface Sides {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  readonly env: Readonly<Record<string, string>>;
}

async function sides(held = open): Promise<Sides> {
  const legacy = keep(await startSide(json(200, { by: "legacy" })), held);
  const candidate = keep(await startSide(json(200, { by: "legacy" })), held);
  return { legacy, candidate, env: { SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url } };
}

async function instance(env: Readonly<Record<string, string>>, held = open): Promise<Sombra> {
  const sombra = await startSombra(env);
  keep({ close: () => sombra.stop() }, held);
  return sombra;
}

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "sombra-store-"));
  keep({ close: () => rm(path, { recursive: true, force: true }) });
  return path;
}

const redis = async (held = open): Promise<RedisServer> => keep(await startRedis(), held);

async function change(sombra: Sombra, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await sombra.call(method, path, body);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

const allow = (sombra: Sombra, shoppers: readonly string[]): Promise<unknown> =>
  change(sombra, "PUT", `/api/flags/${enabledFlag}`, { enabled: true, allowlist: shoppers });

const decided = (sombra: Sombra, shopper: string, key = enabledFlag): Promise<DecisionAnswer> =>
  sombra.get(`/feature-flags/${key}?shopper_id=${shopper}`);

const follows = (sombra: Sombra, shopper: string, enabled: boolean): Promise<DecisionAnswer> =>
  sombra.until<DecisionAnswer>(
    `/feature-flags/${enabledFlag}?shopper_id=${shopper}`,
    (decision) => decision.enabled === enabled,
  );

const degraded = (sombra: Sombra, fits: (line: string) => boolean): Promise<Ready> =>
  sombra.until<Ready>("/readyz", (ready) => ready.degraded.some(fits));

const sound = (sombra: Sombra): Promise<Ready> =>
  sombra.until<Ready>("/readyz", (ready) => ready.degraded.length === 0);

const isStale = (line: string): boolean => line.includes("is not up");

async function deliver(sombra: Sombra, shopper: string): Promise<void> {
  const answer = await post(`${sombra.url}/webhook`, textFrom(shopper));
  expect([answer.status, await answer.text()]).toEqual([200, '{"by":"legacy"}']);
}

describe("the embedded store", () => {
  test("a write is in force here when it returns, decides deliveries, and survives kill -9", async () => {
    const { candidate, env } = await sides();
    const data = { SOMBRA_DATA_DIR: directory() };
    const first = await startSombra({ ...env, ...data });
    await allow(first, [listed]);
    expect(await decided(first, listed)).toMatchObject({ enabled: true, reason: "allowlist", source: "sqlite" });
    expect(await decided(first, other)).toMatchObject({ enabled: false, reason: "allowlist" });
    await deliver(first, listed);
    await deliver(first, other);
    await candidate.requests(1);
    first.signal("SIGKILL");
    await first.exited;
    const second = await instance({ ...env, ...data });
    expect(await decided(second, listed)).toMatchObject({ enabled: true, reason: "allowlist", version: 1 });
    await deliver(second, listed);
    await candidate.requests(2);
    expect(candidate.seen.every(({ body }) => body.toString().includes(listed))).toBe(true);
  });

  test("processes that share it follow each other", async () => {
    const { env } = await sides();
    const data = { SOMBRA_DATA_DIR: directory() };
    const [a, b] = await Promise.all([instance({ ...env, ...data }), instance({ ...env, ...data })]);
    await allow(a, [listed]);
    expect(await follows(b, listed, true)).toMatchObject({ source: "sqlite", version: 1 });
    await change(b, "POST", "/api/kill?reason=drill");
    expect(await follows(a, listed, false)).toMatchObject({ reason: "killed" });
    await change(a, "DELETE", "/api/kill");
    expect(await follows(b, listed, true)).toMatchObject({ reason: "allowlist" });
  });

  test("damaged, it gives way to the last known snapshot", async () => {
    const { env } = await sides();
    const dataDir = directory();
    const first = await startSombra({ ...env, SOMBRA_DATA_DIR: dataDir });
    await allow(first, [listed]);
    expect(await first.stop()).toBe(0);
    for (const file of await readdir(dataDir)) {
      if (/\.db(-wal|-shm)?$/.test(file)) truncateSync(join(dataDir, file), 100);
    }
    const second = await instance({ ...env, SOMBRA_DATA_DIR: dataDir });
    expect(await decided(second, listed)).toMatchObject({ enabled: true, source: "snapshot", version: 1 });
    expect(await decided(second, other)).toMatchObject({ enabled: false });
    await degraded(second, isStale);
    const refused = await second.call("PATCH", `/api/flags/${enabledFlag}`, { percent: 100 });
    expect(refused.status).toBe(503);
  });
});

interface Three extends Sides {
  readonly all: readonly Sombra[];
  readonly server: RedisServer;
}
const three = async (held = open): Promise<Three> => {
  const server = await redis(held);
  const parts = await sides(held);
  const env = { ...parts.env, SOMBRA_REDIS_URL: server.url };
  const all = await Promise.all([instance(env, held), instance(env, held), instance(env, held)]);
  return { all, server, ...parts };
};
const pair = (all: readonly Sombra[]): [Sombra, Sombra] => {
  const [a, b] = all;
  if (a === undefined || b === undefined) throw new Error("No instances");
  return [a, b];
};

describe("three instances on one Redis", () => {
  /** For tests that leave the store as it was, but for its flags and versions. */
  let shared: Three;
  const lasting: Closing = [];
  beforeAll(async () => {
    shared = await three(lasting);
  });
  afterAll(() => closeAll(lasting));

  test("follow a flag, several flags of one write, the kill switch and its undo", async () => {
    const { all } = shared;
    const [a, b] = pair(all);
    const { version } = await decided(a, listed);
    await allow(a, [listed]);
    for (const sombra of all) {
      expect(await follows(sombra, listed, true)).toMatchObject({ source: "redis", version: version + 1 });
    }
    await change(b, "PATCH", "/api/flags", {
      flags: { [shadowFlag]: { enabled: true }, [dualRunFlag]: { enabled: false } },
    });
    for (const sombra of all) {
      await sombra.until<DecisionAnswer>(
        `/feature-flags/${dualRunFlag}?shopper_id=${listed}`,
        ({ reason }) => reason === "disabled",
      );
      expect(await decided(sombra, listed, shadowFlag)).toMatchObject({ enabled: true, version: version + 2 });
    }
    expect(await change(a, "POST", "/api/kill")).toMatchObject({ killed: true, was: false, shared: true });
    for (const sombra of all) expect(await follows(sombra, listed, false)).toMatchObject({ reason: "killed" });
    await change(b, "DELETE", "/api/kill");
    for (const sombra of all) expect(await follows(sombra, listed, true)).toMatchObject({ reason: "allowlist" });
  });

  test("a Redis that hangs holds up nothing", async () => {
    const { all, server, legacy } = shared;
    const [a] = pair(all);
    await allow(a, [listed]);
    const sent = legacy.seen.length;
    server.freeze();
    try {
      await degraded(a, isStale);
      for (let count = 0; count < 50; count += 1) await deliver(a, listed);
      expect(legacy.seen).toHaveLength(sent + 50);
      expect(await change(a, "POST", "/api/kill")).toMatchObject({ killed: true, shared: false });
    } finally {
      server.thaw();
    }
    for (const sombra of all) expect(await follows(sombra, listed, false)).toMatchObject({ reason: "killed" });
    await change(a, "DELETE", "/api/kill");
    for (const sombra of all) await follows(sombra, listed, true);
  });

  test("an emptied Redis is not the truth: what was known is written back, with an alarm", async () => {
    const { all, server } = shared;
    const [a, b] = pair(all);
    await allow(a, [listed]);
    await change(a, "POST", "/api/kill");
    for (const sombra of all) await follows(sombra, listed, false);
    await server.cli("FLUSHALL");
    await Promise.any(all.map((sombra) => sombra.line(({ alarm }) => alarm === "store-restored")));
    for (const sombra of all) expect(await decided(sombra, listed)).toMatchObject({ reason: "killed" });
    await change(b, "DELETE", "/api/kill");
    for (const sombra of all) expect(await follows(sombra, listed, true)).toMatchObject({ reason: "allowlist" });
    const fresh = await instance({ SOMBRA_LEGACY_URL: "http://127.0.0.1:9", SOMBRA_REDIS_URL: server.url });
    expect(await decided(fresh, listed)).toMatchObject({ enabled: true, reason: "allowlist" });
  });
});

describe("instances on a Redis of their own", () => {
  test("Redis killed in the middle of load costs no request and no decision", async () => {
    const { all, server, legacy, candidate, env } = await three();
    const [a, b] = pair(all);
    await allow(a, [listed]);
    for (const sombra of all) await follows(sombra, listed, true);
    let sent = 0;
    let stopped = false;
    const load = all.map(async (sombra) => {
      while (!stopped) {
        await deliver(sombra, sent % 2 === 0 ? listed : other);
        sent += 1;
        await delay(10);
      }
    });
    await legacy.requests(50);
    await server.kill();
    for (const sombra of all) await degraded(sombra, isStale);
    await legacy.requests(legacy.seen.length + 100);
    expect((await a.call("PATCH", `/api/flags/${enabledFlag}`, { percent: 100 })).status).toBe(503);
    expect(await decided(b, listed)).toMatchObject({ enabled: true, reason: "allowlist", source: "snapshot" });

    // A restart during the outage decides as before.
    const alone = await instance({ ...env, SOMBRA_REDIS_URL: server.url, SOMBRA_DATA_DIR: a.dataDir });
    expect(await decided(alone, listed)).toMatchObject({ enabled: true, source: "snapshot" });
    expect(await decided(alone, other)).toMatchObject({ enabled: false });

    // The kill switch works here, and is told to the others when the store is back.
    stopped = true;
    await Promise.all(load);
    expect(await change(b, "POST", "/api/kill")).toMatchObject({ killed: true, shared: false });
    expect(await decided(b, listed)).toMatchObject({ enabled: false, reason: "killed" });
    expect(await decided(a, listed)).toMatchObject({ enabled: true });
    await server.restart();
    for (const sombra of all) expect(await follows(sombra, listed, false)).toMatchObject({ reason: "killed" });
    for (const sombra of all) await sound(sombra);

    expect(legacy.seen).toHaveLength(sent);
    expect(candidate.seen.every(({ body }) => body.toString().includes(listed))).toBe(true);
    // What the Redis that was killed had of them went with it: each instance knows its own.
    await expect
      .poll(
        async () => {
          const counted = await Promise.all(all.map((sombra) => figure(sombra, "sombra_items_total")));
          return counted.reduce((sum, items) => sum + items, 0);
        },
        { timeout: 30_000 },
      )
      .toBe(sent);
  });

  test("a start with Redis dead and a damaged snapshot says that nothing is known", async () => {
    const server = await redis();
    const dataDir = directory();
    const { env } = await sides();
    const settings = { ...env, SOMBRA_REDIS_URL: server.url, SOMBRA_DATA_DIR: dataDir };
    const first = await instance(settings);
    await allow(first, [listed]);
    await server.kill();
    await degraded(first, (line) => line.includes("flags are the last known ones"));
    first.signal("SIGKILL");
    await first.exited;
    const known = await instance(settings);
    await degraded(known, (line) => line.includes("flags are the last known ones"));
    known.signal("SIGKILL");
    await known.exited;
    truncateSync(join(dataDir, "snapshot.json"), 20);
    const ignorant = await instance(settings);
    await degraded(ignorant, (line) => line.includes("none of its flags are known, environment and defaults decide"));
  });
});

describe("a Redis that answers", () => {
  const failing = async (sombra: Sombra): Promise<readonly string[]> => {
    const { checks } = await sombra.get<{ checks: readonly Record<"name" | "status", string>[] }>("/api/doctor");
    return checks.filter(({ status }) => status === "fail").map(({ name }) => name);
  };
  const writable = async (sombra: Sombra): Promise<string | undefined> =>
    /^sombra_store_writable (\d)$/m.exec(await (await sombra.call("GET", "/metrics")).text())?.[1];

  test("and takes no writes is told of, until it takes them again", async () => {
    const server = await redis();
    const { env } = await sides();
    const sombra = await instance({ ...env, SOMBRA_REDIS_URL: server.url });
    await allow(sombra, [listed]);
    expect([await failing(sombra), await writable(sombra)]).toEqual([[], "1"]);
    await server.cli("CONFIG", "SET", "min-replicas-to-write", "1");
    await expect(allow(sombra, [other])).rejects.toThrow("503");
    await degraded(sombra, (line) => line.startsWith("The store (redis) takes no writes"));
    expect([await failing(sombra), await writable(sombra)]).toEqual([["store"], "0"]);
    await server.cli("CONFIG", "SET", "min-replicas-to-write", "0");
    // Without a write of ours.
    await sound(sombra);
    expect([await failing(sombra), await writable(sombra)]).toEqual([[], "1"]);
  });

  test("and has lost the list of a flag is told of, by the name of the flag", async () => {
    const server = await redis();
    const { env } = await sides();
    const first = await startSombra({ ...env, SOMBRA_REDIS_URL: server.url });
    await allow(first, [listed]);
    await first.stop();
    const lists = (await server.cli("KEYS", `*allowlist:${enabledFlag}*`)).trim().split("\n");
    expect(await server.cli("DEL", ...lists)).toMatch(/[1-9]/);
    const sombra = await instance({ ...env, SOMBRA_REDIS_URL: server.url });
    await degraded(sombra, (line) => line.startsWith("Stored records") && line.endsWith(`: ${enabledFlag}`));
    expect(await failing(sombra)).toEqual(["records"]);
    await allow(sombra, [listed]);
    await sound(sombra);
  });
});
