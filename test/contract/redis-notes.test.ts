import { afterEach, describe, expect, it } from "vitest";
import type { Store } from "../../src/registry/index.ts";
import { Opened } from "../support/opened.ts";
import { startCluster, startRedis } from "../support/redis.ts";
import { Handle } from "./handle.ts";
import { note } from "./notes.contract.ts";
import { redisStore } from "./redis-store.ts";
import { people } from "./writing.ts";

const opened = new Opened();
afterEach(opened.close);

const storeOn = (url: string): Store => opened.add(redisStore(url));
const ofA = new Map([["a", "of a"]]);

describe("notes in Redis", { timeout: 30_000 }, () => {
  it("outlive a Redis that is killed, where it writes each command to disk", async () => {
    const server = opened.add(await startRedis("--appendonly", "yes", "--appendfsync", "always"));
    const handle = new Handle((events) => opened.add(redisStore(server.url, events)));
    const { notes } = handle.store;
    const untilMs = Date.now() + 60_000;
    await notes.put(people(1000).map((key) => note(key, { untilMs })));
    await server.kill();
    await expect(notes.get("answered", ["a"])).rejects.toMatchObject({ fault: "unreachable" });
    const back = handle.answers();
    await server.restart();
    await back;
    expect(await notes.latest("answered")).toBe(untilMs);
    expect((await notes.get("answered", people(1000))).size).toBe(1000);
  });

  it("live in a cluster as elsewhere", async () => {
    const nodes = (await startCluster()).map((node) => opened.add(node));
    const url = `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`;
    const { notes } = storeOn(url);
    const untilMs = Date.now() + 60_000;
    await notes.put([note("a", { untilMs }), note("b"), note("a", { space: "sent" })]);
    const { notes: others } = storeOn(url);
    expect(await others.get("answered", ["a", "none"])).toEqual(ofA);
    expect(await others.latest("answered")).toBeGreaterThanOrEqual(untilMs);
  });

  it("leave no key without an expiry, and the last one no later than told", async () => {
    const server = opened.add(await startRedis());
    const { notes } = storeOn(server.url);
    const untilMs = Date.now() + 60_000;
    await notes.put([note("a", { untilMs }), note("b", { untilMs: untilMs - 30_000 })]);
    await notes.put([note("c", { untilMs: untilMs - 10_000 })]);
    const keys = (await server.cli("KEYS", "{sombra}:*")).split("\n");
    expect(keys).toHaveLength(4);
    for (const key of keys) expect(Number(await server.cli("PTTL", key))).toBeGreaterThan(0);
    expect(await notes.latest("answered")).toBe(untilMs);
    expect(Number(await server.cli("PTTL", "{sombra}:latest:answered"))).toBeGreaterThan(50_000);
  });

  it.each([
    ["memory is short", ["CONFIG", "SET", "maxmemory", "1"], "read-only"],
    ["somebody else has their key", ["HSET", "{sombra}:latest:answered", "x", "x"], "corrupt"],
  ])("are not put in part where %s", async (_what, command, fault) => {
    const server = opened.add(await startRedis());
    const { notes } = storeOn(server.url);
    await server.cli(...command);
    await expect(notes.put([note("a"), note("b")])).rejects.toMatchObject({ fault });
    expect(await notes.get("answered", ["a", "b"])).toEqual(new Map());
  });

  it("are told to the others once where many are put one after the other", async () => {
    const server = opened.add(await startRedis());
    // A beat would count as well.
    const { notes } = opened.add(redisStore(server.url, undefined, { beatMs: 60_000 }));
    const untilMs = Date.now() + 60_000;
    const published = async (): Promise<number> =>
      Number(/cmdstat_publish:calls=(\d+)/.exec(await server.cli("INFO", "commandstats"))?.[1] ?? 0);
    const before = await published();
    for (let put = 0; put < 50; put += 1) await notes.put([note(String(put), { untilMs: untilMs + put })]);
    expect((await published()) - before).toBe(1);
    await notes.put([note("later", { untilMs: untilMs + 5000 })]);
    expect((await published()) - before).toBe(2);
  });
});
