import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { figure, growth, growthOf, ledgerOf, settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { startRedis, type RedisServer } from "../support/redis.ts";
import { json, post, startSide, textFrom, type Seen, type SideServer } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const other = "447700900124";
const dualRun = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const pair = ["WHATSAPP_CANONICAL_SHADOW_MODE", "WHATSAPP_DUAL_RUN"];
/** Dual-run, but for one. */
const cutOver = (person: string): Readonly<Record<string, string>> => ({
  ...dualRun,
  ...Object.fromEntries(pair.flatMap((flag) => [[flag, "true"] as const, [`${flag}_DENYLIST`, person] as const])),
});

const dir = mkdtempSync(join(tmpdir(), "sombra-instances-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const config = join(dir, "sombra.yaml");
writeFileSync(
  config,
  "candidate: { timeoutMs: 1000 }\nroutes: [{ legacyHeaders: true, settle: { quietMs: 150, maxMs: 4000 } }]\n",
);

const opened = new Opened();
afterEach(opened.close);

interface World {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  readonly graph: SideServer;
  readonly redis: RedisServer;
  /** Where deliveries come in. */
  readonly owner: Sombra;
  /** Where the sides' calls land. */
  readonly elsewhere: Sombra;
}

/** Two instances on one Redis that know of each other. */
async function world(env: Readonly<Record<string, string>>, held: Opened = opened): Promise<World> {
  const redis = held.add(await startRedis());
  const beats = async (): Promise<readonly string[]> => {
    const keys = (await redis.cli("KEYS", "*:instance:*")).split("\n").filter((key) => key !== "");
    return Promise.all(keys.map((key) => redis.cli("GET", key)));
  };
  const all = await twoInstances({ SOMBRA_REDIS_URL: redis.url, ...env }, beats, held);
  return { ...all, redis };
}

async function twoInstances(
  env: Readonly<Record<string, string>>,
  beats: () => Promise<readonly string[]>,
  held: Opened = opened,
): Promise<Omit<World, "redis">> {
  const graph = held.add(
    await startSide(json(200, { messaging_product: "whatsapp", messages: [{ id: "wamid.real" }] })),
  );
  const legacy = held.add(await startSide(json(200, { ok: true })));
  const candidate = held.add(await startSide(json(200, { ok: true })));
  const urls = {
    SOMBRA_LEGACY_URL: legacy.url,
    SOMBRA_CANDIDATE_URL: candidate.url,
    SOMBRA_GRAPH_URL: graph.url,
    SOMBRA_CONFIG: config,
  };
  const [owner, elsewhere] = await Promise.all([held.sombra({ ...urls, ...env }), held.sombra({ ...urls, ...env })]);
  // Each says that it is there again and again once it has seen the other.
  const lives = (text: string): boolean => {
    const { beat }: { beat: number } = JSON.parse(text);
    return beat >= 4;
  };
  await vi.waitFor(async () => expect((await beats()).map(lives)).toEqual([true, true]), { timeout: 30_000 });
  return { legacy, candidate, graph, owner, elsewhere };
}

interface Call {
  readonly side: "legacy" | "candidate";
  readonly to?: string;
  readonly body?: string;
  /** The delivery that it is made for. */
  readonly about?: Seen | undefined;
  /** By what it says so; by its trace where nothing else is said. */
  readonly by?: "trace" | "exchange" | "message";
}

/** A side's call, as an instrumented handler makes it. */
async function send({ egressUrl }: Sombra, call: Call): Promise<Response> {
  const { side, to = shopper, body = "Olá", about, by = "trace" } = call;
  const trace = by === "trace" ? about?.headers["traceparent"] : undefined;
  const exchange = by === "exchange" ? about?.headers["x-sombra-exchange"] : undefined;
  const [, id] = /"id":"(wamid[^"]*)"/.exec(about?.body.toString() ?? "") ?? [];
  const context = by === "message" ? { context: { message_id: id } } : {};
  return post(
    `${egressUrl}/${side}/graph/v23.0/100000000000001/messages`,
    JSON.stringify({ messaging_product: "whatsapp", to, type: "text", text: { body }, ...context }),
    {
      authorization: `Bearer ${side}`,
      ...(trace === undefined ? {} : { traceparent: String(trace) }),
      ...(exchange === undefined ? {} : { "x-sombra-exchange": String(exchange) }),
    },
  );
}

/** Two processes that share a data directory. */
function worldOfFiles(): Promise<Omit<World, "redis">> {
  const shared = mkdtempSync(join(dir, "shared-"));
  return twoInstances({ SOMBRA_DATA_DIR: shared, ...dualRun }, () => {
    const database = new DatabaseSync(join(shared, "sombra.db"), { readOnly: true });
    const notes = database.prepare("SELECT value FROM notes WHERE key LIKE 'instance:%'").all();
    database.close();
    return Promise.resolve(notes.map(({ value }) => String(value)));
  });
}

const outside = ({ graph }: Pick<World, "graph">): readonly unknown[] =>
  graph.seen.map(({ headers }) => headers.authorization);

const isHeld = async (answer: Response): Promise<boolean> =>
  answer.status === 200 && !(await answer.text()).includes("wamid.real");

const attributed = (sombra: Sombra, side: string, fate: string): Promise<number> =>
  figure(sombra, "sombra_effects_attributed_total", { side, fate });

interface Groups {
  readonly groups: readonly { readonly where: string; readonly kind: string; readonly count: number }[];
}

describe("calls that land on another instance than their delivery", () => {
  const shared = new Opened();
  let overRedis: World;
  beforeAll(async () => {
    overRedis = await world(dualRun, shared);
  });
  afterAll(shared.close);

  test.each([
    [true, "447700900131"],
    [false, "447700900132"],
  ])("in dual-run are held and compared where the delivery came in, traced: %s", async (traced, from) => {
    const { owner, elsewhere, legacy, candidate, graph } = overRedis;
    const before = await ledgerOf(owner);
    const [atLegacy, atCandidate, sent] = [legacy.seen.length, candidate.seen.length, graph.seen.length];
    const ofLegacy = await growthOf(owner, "sombra_effects_attributed_total", { side: "legacy", fate: "attributed" });
    const ofCandidate = await growthOf(owner, "sombra_effects_attributed_total", {
      side: "candidate",
      fate: "attributed",
    });
    const changed = async (): Promise<number> => {
      const { groups } = await owner.get<Groups>("/api/divergences");
      expect(groups.every(({ where, kind }) => where === "effect" && kind === "changed")).toBe(true);
      return groups.reduce((sum, { count }) => sum + count, 0);
    };
    const known = await changed();
    await post(owner.url, textFrom(from));
    await Promise.all([legacy.requests(atLegacy + 1), candidate.requests(atCandidate + 1)]);
    const about = (seen: Seen | undefined): Pick<Call, "about"> => (traced ? { about: seen } : {});
    const [bySide, byCandidate] = [about(legacy.seen[atLegacy]), about(candidate.seen[atCandidate])];
    expect((await send(elsewhere, { side: "legacy", to: from, ...bySide })).status).toBe(200);
    const held = await send(elsewhere, { side: "candidate", to: from, body: "Oi", ...byCandidate });
    expect(await isHeld(held)).toBe(true);
    expect(growth(before, await settled(owner, before.received + 1))).toEqual({ "compared divergent": 1 });
    expect([await ofLegacy(), await ofCandidate()]).toEqual([1, 1]);
    expect(await attributed(elsewhere, "candidate", "unattributed")).toBeNaN();
    expect((await changed()) - known).toBe(1);
    expect(outside(overRedis).slice(sent)).toEqual(["Bearer legacy"]);
  });

  test.each(["redis", "sqlite"])("of one instance each are matched without a divergence, over %s", async (kind) => {
    const all = kind === "redis" ? overRedis : await worldOfFiles();
    const { owner, elsewhere, legacy, candidate, graph } = all;
    const before = await ledgerOf(owner);
    const [atLegacy, atCandidate, sent] = [legacy.seen.length, candidate.seen.length, graph.seen.length];
    await post(owner.url, textFrom(shopper));
    await Promise.all([legacy.requests(atLegacy + 1), candidate.requests(atCandidate + 1)]);
    await send(owner, { side: "legacy", about: legacy.seen[atLegacy] });
    await send(elsewhere, { side: "candidate", about: candidate.seen[atCandidate] });
    expect(growth(before, await settled(owner, before.received + 1))).toEqual({ "compared match": 1 });
    expect(outside(all).slice(sent)).toEqual(["Bearer legacy"]);
  });

  test("are decided as their exchange was, whatever the flags say by now", async () => {
    const all = await world(cutOver(shopper));
    const { owner, elsewhere, candidate } = all;
    await post(owner.url, textFrom(shopper));
    await post(owner.url, textFrom(other));
    await candidate.requests(2);
    const deliveryOf = (person: string): Seen | undefined =>
      candidate.seen.find(({ body }) => body.toString().includes(person));
    for (const flag of pair) {
      expect((await elsewhere.call("PATCH", `/api/flags/${flag}`, { denylist: [] })).status).toBe(200);
    }
    // Nobody is in cutover any more: what was decided so still goes out.
    const answer = await send(elsewhere, { side: "candidate", about: deliveryOf(shopper) });
    expect(await answer.text()).toContain("wamid.real");
    const order = { route: "default", break_glass: true, reason: "Test" };
    expect((await elsewhere.call("POST", "/api/cutover", order)).status).toBe(200);
    expect(await isHeld(await send(elsewhere, { side: "candidate", to: other, about: deliveryOf(other) }))).toBe(true);
    // Without a trace only the recipient is left, who has a held exchange elsewhere.
    expect((await send(elsewhere, { side: "candidate", to: other })).status).toBe(503);
    expect(outside(all)).toEqual(["Bearer candidate"]);
  });

  test("are of instances of which the dashboard of one shows, within two seconds of the red button, that all are on legacy", async () => {
    const { owner, elsewhere } = overRedis;
    const banner = async (): Promise<string> => {
      const page = await fetch(`${owner.adminUrl}/live/banner`);
      return (await page.text()).replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
    };
    const pressed = Date.now();
    await elsewhere.call("POST", "/api/kill");
    await expect.poll(banner, { timeout: 20_000, interval: 20 }).toContain("The kill switch is on, on all 2 instances");
    expect(Date.now() - pressed).toBeLessThan(2_000);
    await owner.call("DELETE", "/api/kill");
    await expect.poll(banner, { timeout: 20_000 }).not.toContain("kill switch is on");
    await elsewhere.until<{ reason: string }>(
      "/feature-flags/WHATSAPP_CANONICAL_EVENTS_ENABLED?shopper_id=1",
      ({ reason }) => reason !== "killed",
    );
  });
});

describe("in reverse shadow", () => {
  const reverseShadow = { WHATSAPP_REVERSE_SHADOW: { enabled: true } };

  /** Legacy's sends, seen tied by the instance that the deliveries come to. */
  async function tiedWorld(): Promise<World> {
    const all = await world(dualRun);
    const { owner, legacy, candidate } = all;
    for (let i = 0; i < 3; i += 1) {
      await post(owner.url, textFrom(`44770090020${i}`));
      await Promise.all([legacy.requests(i + 1), candidate.requests(i + 1)]);
      for (const [side, { seen }] of [["legacy", legacy] as const, ["candidate", candidate] as const]) {
        await send(owner, { side, to: `44770090020${i}`, about: seen[i] });
      }
    }
    await settled(owner, 3);
    return all;
  }

  test("what one instance saw tied the other may switch on, and legacy's calls are held wherever they land", async () => {
    const all = await tiedWorld();
    const { owner, elsewhere, legacy } = all;
    const switchOn = () => elsewhere.call("PATCH", "/api/flags", { flags: reverseShadow });
    await expect.poll(async () => (await switchOn()).status, { timeout: 20_000 }).toBe(200);
    const order = { route: "default", break_glass: true, reason: "Test" };
    expect((await elsewhere.call("POST", "/api/cutover", order)).status).toBe(200);
    const dualRunOf = `/feature-flags/${pair[1]}?shopper_id=${shopper}`;
    await owner.until<{ enabled: boolean }>(dualRunOf, ({ enabled }) => !enabled);
    const before = legacy.seen.length;
    // Until the others know that there is something to look for, legacy gets nothing.
    await expect
      .poll(
        async () => {
          await post(owner.url, textFrom(shopper));
          return legacy.seen.length;
        },
        { timeout: 20_000, interval: 200 },
      )
      .toBeGreaterThan(before);
    const about = legacy.seen.at(-1);
    const sends = outside(all).length;
    for (const by of ["trace", "exchange", "message"] as const) {
      expect([by, await isHeld(await send(elsewhere, { side: "legacy", about, by }))]).toEqual([by, true]);
    }
    expect(await isHeld(await send(owner, { side: "legacy", about }))).toBe(true);
    // A person who writes from legacy's inbox.
    expect(await isHeld(await send(elsewhere, { side: "legacy" }))).toBe(false);
    expect(outside(all)).toHaveLength(sends + 1);
    // One by one: what was passed on, and what came there.
    await expect.poll(() => attributed(owner, "legacy", "attributed"), { timeout: 30_000 }).toBeGreaterThan(4);
  });
});

describe("after a crash", () => {
  test("nothing untied goes out although the store knows of no instance before", async () => {
    const redis = opened.add(await startRedis());
    const graph = opened.add(await startSide(json(200, { messages: [{ id: "wamid.real" }] })));
    const legacy = opened.add(await startSide(json(200, { ok: true })));
    const candidate = opened.add(await startSide(json(200, { ok: true })));
    const env = {
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      SOMBRA_GRAPH_URL: graph.url,
      SOMBRA_CONFIG: config,
      SOMBRA_REDIS_URL: redis.url,
      SOMBRA_DATA_DIR: mkdtempSync(join(dir, "crashed-")),
    };
    const first = await opened.sombra({ ...env, ...dualRun });
    await post(first.url, textFrom(shopper));
    await candidate.requests(1);
    first.signal("SIGKILL");
    await first.exited;
    // As where it did not come to noting that it is there, or the store forgot.
    await redis.cli("FLUSHALL");
    const off = Object.fromEntries(pair.map((flag) => [flag, "false"]));
    const next = await opened.sombra({ ...env, ...dualRun, ...off });
    expect((await send(next, { side: "candidate" })).status).toBe(503);
    expect(graph.seen).toEqual([]);
  });
});

describe("without the store", () => {
  test("a candidate's call that is tied to nothing here is refused where a cutover is possible, and legacy's goes out", async () => {
    const all = await world(cutOver(shopper));
    const { owner, elsewhere, candidate } = all;
    await all.redis.kill();
    await post(owner.url, textFrom(shopper));
    await candidate.requests(1);
    const about = candidate.seen[0];
    expect((await send(elsewhere, { side: "candidate", about })).status).toBe(503);
    expect((await send(elsewhere, { side: "candidate", to: "447700900199" })).status).toBe(503);
    expect((await send(elsewhere, { side: "legacy" })).status).toBe(200);
    // What is known here needs no store.
    expect(await (await send(owner, { side: "candidate", about })).text()).toContain("wamid.real");
    expect(outside(all)).toEqual(["Bearer legacy", "Bearer candidate"]);
  });

  test("a candidate's call is held where none is possible", async () => {
    const all = await world(dualRun);
    const { owner, elsewhere, candidate } = all;
    await all.redis.kill();
    await post(owner.url, textFrom(shopper));
    await candidate.requests(1);
    expect(await isHeld(await send(elsewhere, { side: "candidate", about: candidate.seen[0] }))).toBe(true);
    expect((await send(elsewhere, { side: "legacy" })).status).toBe(200);
    await expect.poll(() => attributed(elsewhere, "candidate", "unattributed"), { timeout: 20_000 }).toBe(1);
    expect(outside(all)).toEqual(["Bearer legacy"]);
  });
});
