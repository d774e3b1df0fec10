import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nowhere } from "../../src/registry/index.ts";
import type { RedisStoreOptions } from "../../src/store/index.ts";
import { freePort } from "../support/free-port.ts";
import { Opened } from "../support/opened.ts";
import { startRedis, type RedisServer } from "../support/redis.ts";
import { startStall } from "../support/stall.ts";
import { Handle } from "./handle.ts";
import { note } from "./notes.contract.ts";
import { failure, redisStore, until } from "./redis-store.ts";
import { commitOn, emptyState, kill, plain, record, setting, write } from "./writing.ts";

const LIMIT_MS = 500;
/** A machine that has other tests to do keeps timers waiting. */
const LATE_MS = 2_000;

const run = promisify(execFile);
const closer = fileURLToPath(new URL("store-closer.ts", import.meta.url));

const opened = new Opened();
let server: RedisServer;

beforeEach(async () => {
  server = opened.add(await startRedis());
});

afterEach(opened.close);

function handleOn(url: string, options: Partial<RedisStoreOptions> = {}): Handle {
  const handle = new Handle((events) => redisStore(url, events, { limitMs: LIMIT_MS, ...options }));
  opened.add(handle.store);
  return handle;
}

describe("a store in a Redis that fails", { timeout: 20_000 }, () => {
  it("says that nobody is there, and finds who comes later", async () => {
    await server.kill();
    const handle = handleOn(server.url);
    const { error, ms } = await failure(() => handle.store.position());
    expect(error).toMatchObject({
      fault: "unreachable",
      message: `Redis '${server.url}/0' cannot be reached: ECONNREFUSED`,
    });
    expect(ms).toBeLessThan(LIMIT_MS + LATE_MS);
    const back = handle.answers();
    await server.restart();
    await back;
    expect(await handle.store.position()).toEqual(nowhere);
  });

  it("loses what was killed, is nowhere, and takes it back", async () => {
    const handle = handleOn(server.url);
    await write(handle.store, { change: setting(record("A")), kill });
    const known = await handle.store.read();
    await server.kill();
    expect((await failure(() => handle.store.position())).error).toMatchObject({ fault: "unreachable" });
    const back = handle.answers();
    await server.restart();
    await back;
    expect(await handle.store.position()).toEqual(nowhere);
    expect(await handle.store.restore(known, nowhere)).toEqual({ kind: "written" });
    expect(plain(await handle.store.read())).toEqual(plain(known));
  });

  it("is nowhere after it was flushed", async () => {
    const { store } = handleOn(server.url);
    await write(store, { change: setting(record("A")) });
    await server.cli("FLUSHALL");
    expect(await store.position()).toEqual(nowhere);
    expect(plain(await store.read())).toEqual(plain(emptyState));
  });

  it("rejects every call in time while Redis hangs, and works again afterwards", async () => {
    const handle = handleOn(server.url);
    const position = await write(handle.store, { change: setting(record("A")) });
    const known = await handle.store.read();
    server.freeze();
    const calls: readonly (() => Promise<unknown>)[] = [
      () => handle.store.position(),
      () => handle.store.read(),
      () => handle.store.catchUp(known),
      () => handle.store.commit(commitOn(position, {})),
      () => handle.store.restore(known, position),
      () => handle.store.tryWrite(),
      () => handle.store.hashKey("mine"),
      () => handle.store.audit({ limit: 1 }),
      () => handle.store.notes.put([note("a")]),
      () => handle.store.notes.get("answered", ["a"]),
      () => handle.store.notes.latest("answered"),
    ];
    const failures = await Promise.all(calls.map(failure));
    for (const { error, ms } of failures) {
      expect(error).toMatchObject({ fault: "unreachable" });
      expect(ms).toBeLessThan(LIMIT_MS + LATE_MS);
    }
    const back = handle.answers();
    server.thaw();
    await back;
    expect(await handle.store.position()).toEqual(position);
    expect(await handle.store.commit(commitOn(position, {}))).toEqual({ kind: "written" });
  });

  it("does not carry out late what was given up", async () => {
    const stall = opened.add(await startStall(server.port));
    const { store } = handleOn(`redis://127.0.0.1:${stall.port}`);
    const position = await write(store, { change: setting(record("A")) });
    const evals = async (): Promise<number> =>
      Number(/cmdstat_eval:calls=(\d+)/.exec(await server.cli("INFO", "commandstats"))?.[1]);
    const before = await evals();
    // The first answer is the clock by which the commit that follows has its deadline.
    stall.stopAfterAnswer();
    const { error } = await failure(() => store.commit(commitOn(position, { change: setting(record("B")) })));
    expect(error).toMatchObject({ fault: "unreachable", message: expect.stringContaining(`within ${LIMIT_MS} ms`) });
    stall.resume();
    await until(async () => (await evals()) === before + 2);
    expect(await server.cli("HGET", "{sombra}:meta", "version")).toBe("1");
    expect(await server.cli("HKEYS", "{sombra}:flags")).toBe("A");
  });

  it("makes a new connection where one is forgotten on the way", async () => {
    const stall = opened.add(await startStall(server.port));
    const handle = handleOn(`redis://127.0.0.1:${stall.port}`, { beatMs: 50, silentMs: 300 });
    await write(handle.store, {});
    const subscribers = async (): Promise<readonly string[]> =>
      (await server.cli("CLIENT", "LIST", "TYPE", "pubsub")).match(/(?<=id=)\d+/g) ?? [];
    await until(async () => (await subscribers()).length === 1);
    const forgotten = await subscribers();
    stall.forget();
    await until(async () => (await subscribers()).some((id) => !forgotten.includes(id)));
    await until(async () => (await handle.store.position().catch(() => null)) !== null);
    const { store: other } = handleOn(server.url);
    for (let version = 1; version < 4; version += 1) {
      const heard = handle.leaves(version);
      await write(other, {});
      await heard;
    }
  });

  it("hears again after its subscription was cut", async () => {
    const handle = handleOn(server.url, { beatMs: 60_000 });
    const { store: other } = handleOn(server.url);
    await write(other, {});
    await until(async () => (await server.cli("PUBSUB", "NUMSUB", "{sombra}:moved")).endsWith("2"));
    const reconnected = handle.hears();
    await server.cli("CLIENT", "KILL", "TYPE", "pubsub");
    await reconnected;
    const heard = handle.leaves(1);
    await write(other, {});
    await heard;
  });

  it("tells a replica by its refusal to be written to", async () => {
    const { store } = handleOn(server.url);
    await write(store, { change: setting(record("A")) });
    const replica = opened.add(await startRedis("--replicaof", "127.0.0.1", String(server.port)));
    await until(async () => (await replica.cli("INFO", "replication")).includes("master_link_status:up"));
    const reader = handleOn(replica.url).store;
    expect(plain(await reader.read())).toEqual(plain(await store.read()));
    const { error } = await failure(async () => reader.commit(commitOn(await reader.position(), {})));
    expect(error).toMatchObject({ fault: "read-only", message: expect.stringContaining("is a replica") });
  });

  it("names a missing or wrong password without showing one", async () => {
    await server.cli("CONFIG", "SET", "requirepass", "secret");
    const missing = await failure(() => handleOn(server.url).store.position());
    expect(missing.error).toMatchObject({ fault: "unreachable", message: expect.stringContaining("wants a password") });
    const url = (password: string): string => `redis://:${password}@127.0.0.1:${server.port}`;
    const wrong = await failure(() => handleOn(url("wrong")).store.position());
    expect(wrong.error).toMatchObject({ message: expect.stringContaining("refuses the user or the password") });
    expect(String(wrong.error)).not.toContain("wrong@");
    expect(await handleOn(url("secret")).store.position()).toEqual(nowhere);
  });

  it("leaves nothing behind once it is closed, Redis there, hanging or not there", async () => {
    const { store } = handleOn(server.url);
    await store.position();
    await store.close();
    expect((await failure(() => store.position())).error).toMatchObject({ fault: "unreachable" });
    await until(async () => (await server.cli("CLIENT", "LIST")).split("\n").length === 1);
    const hanging = opened.add(await startRedis());
    hanging.freeze();
    const urls = [server.url, hanging.url, `redis://127.0.0.1:${await freePort()}`];
    const ended = await Promise.all(urls.map((url) => run(process.execPath, [closer, url], { timeout: 30_000 })));
    expect(ended.map(({ stdout }) => stdout)).toEqual(["answered", "failed", "failed"]);
  });
});
