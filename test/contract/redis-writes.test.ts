import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyChange, type Change } from "../../src/flags/index.ts";
import { nowhere, type StoredState } from "../../src/registry/index.ts";
import type { RedisStoreOptions } from "../../src/store/index.ts";
import { Opened } from "../support/opened.ts";
import { startRedis, type RedisServer } from "../support/redis.ts";
import { Handle } from "./handle.ts";
import { failure, redisStore, until } from "./redis-store.ts";
import { commitOn, emptyState, kill, people, plain, record, setting, write } from "./writing.ts";

const LIMIT_MS = 5000;

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

describe("what a store in Redis writes", { timeout: 60_000 }, () => {
  it("writes nothing half where a user may not do it all", async () => {
    await server.cli("ACL", "SETUSER", "anna", "on", ">secret", "~*", "&*", "+@all", "-rename");
    const { store } = handleOn(`redis://anna:secret@127.0.0.1:${server.port}`);
    const position = await write(store, { change: setting(record("A")) });
    const change: Change = {
      flags: setting(record("B")).flags,
      lists: [{ kind: "replaced", list: "audience:members", members: people(20_000) }],
    };
    const { error } = await failure(() => store.commit(commitOn(position, { change, kill })));
    expect(error).toMatchObject({ fault: "unreachable", message: expect.stringContaining("allow all commands") });
    expect(await store.read()).toMatchObject({ position, kill: null });
    expect((await store.read()).flags.has("B")).toBe(false);
  });

  it("writes nothing where memory is short", async () => {
    const { store } = handleOn(server.url);
    const position = await write(store, { change: setting(record("A")) });
    await server.cli("CONFIG", "SET", "maxmemory", "1");
    const commit = commitOn(position, { change: setting(record("B")), kill });
    expect((await failure(() => store.commit(commit))).error).toMatchObject({ fault: "read-only" });
    await server.cli("CONFIG", "SET", "maxmemory", "0");
    expect(await store.read()).toMatchObject({ position, kill: null });
    expect(await store.commit(commit)).toEqual({ kind: "written" });
  });

  it.each([
    ["a list", ["SET", "{sombra}:list:denylist:A", "x"]],
    ["the log", ["SET", "{sombra}:log", "x"]],
    ["the audit", ["SET", "{sombra}:audit", "x"]],
    ["the audit, beyond its position", ["XADD", "{sombra}:audit", "9-0", "entry", "x"]],
    ["the lists", ["SET", "{sombra}:lists", "x"]],
    ["the flags, which are gone", ["DEL", "{sombra}:flags"]],
  ])("writes nothing half where somebody else touched %s", async (_what, command) => {
    const { store } = handleOn(server.url);
    const position = await write(store, { change: setting(record("A")) });
    if (command[0] === "SET") await server.cli("DEL", command[1] ?? "");
    await server.cli(...command);
    const dump = async (): Promise<string> =>
      server.cli("HMGET", "{sombra}:meta", "version", "seq", "hash", "kill", "flags", "lists");
    const before = await dump();
    const change: Change = {
      flags: setting(record("A", { denylist: 1 }), record("B")).flags,
      lists: [{ kind: "replaced", list: "denylist:A", members: ["a"] }],
    };
    const { error } = await failure(() => store.commit(commitOn(position, { change, kill })));
    expect(error).toMatchObject({ name: "StoreError", fault: "corrupt" });
    expect(await dump()).toBe(before);
    expect(await server.cli("HEXISTS", "{sombra}:flags", "B").catch(() => "0")).toBe("0");
    // What a restore writes over it is whole again.
    const known = { ...emptyState, ...applyChange(emptyState, change), position: { ...position, version: 5 }, kill };
    expect(await store.restore(known, position)).toEqual({ kind: "written" });
    expect(plain(await store.read())).toEqual(plain(known));
  });

  it("does not take evicted flags for no flags", async () => {
    const { store } = handleOn(server.url);
    await write(store, { change: setting(record("A")) });
    await server.cli("DEL", "{sombra}:flags");
    const evicted = { fault: "corrupt", message: expect.stringContaining("maxmemory-policy") };
    expect((await failure(() => store.read())).error).toMatchObject(evicted);
    const stranger = { ...emptyState, position: { version: 9, seq: 9, hash: "another" } };
    expect((await failure(() => store.catchUp(stranger))).error).toMatchObject(evicted);
  });

  it("has the kill back before the lists", async () => {
    const { store } = handleOn(server.url);
    const change: Change = {
      flags: [],
      lists: [{ kind: "replaced", list: "audience:members", members: people(100_000) }],
    };
    const known = {
      ...emptyState,
      ...applyChange(emptyState, change),
      position: { version: 3, seq: 3, hash: "of 3" },
      kill,
    };
    const restored = store.restore(known, nowhere);
    const { store: other } = handleOn(server.url);
    let seen = await other.killed();
    await until(async () => {
      seen = await other.killed();
      return seen.kill !== null;
    });
    expect(seen).toEqual({ position: nowhere, kill });
    expect(await restored).toEqual({ kind: "written" });
    expect((await store.read()).audiences.get("members")?.size).toBe(100_000);
    expect(await server.cli("KEYS", "*staged*")).toBe("");
    expect(await server.cli("TTL", "{sombra}:list:audience:members")).toBe("-1");
  });

  it("forgets what it staged for a write that lost", async () => {
    const { store } = handleOn(server.url);
    const position = await write(store, {});
    const commit = commitOn(nowhere, {
      change: { flags: [], lists: [{ kind: "replaced", list: "audience:members", members: people(20_000) }] },
    });
    expect(await store.commit(commit)).toEqual({ kind: "moved", position });
    expect(await server.cli("KEYS", "*staged*")).toBe("");
  });

  it("reads one state while another keeps writing", async () => {
    const { store } = handleOn(server.url, { limitMs: 5000 });
    const { store: other } = handleOn(server.url, { limitMs: 5000 });
    await write(other, {
      change: { flags: [], lists: [{ kind: "replaced", list: "audience:members", members: people(20_000) }] },
    });
    const states = new Map<number, StoredState>();
    let model = await other.read();
    states.set(1, model);
    const reading = new AbortController();
    const writing = (async () => {
      for (let turn = 0; !reading.signal.aborted; turn += 1) {
        const [gone = ""] = people(1, turn);
        const change: Change = {
          flags: setting(record("A", { percent: turn % 100, denylist: 1 })).flags,
          lists: [
            { kind: "edited", list: "audience:members", added: [`new ${turn}`], removed: [gone] },
            { kind: "replaced", list: "denylist:A", members: [gone] },
          ],
        };
        const commit = commitOn(model.position, { change });
        model = { ...model, ...applyChange(model, change), position: commit.after };
        states.set(model.position.version, model);
        await other.commit(commit);
      }
    })();
    const versions = new Set<number>();
    for (let reads = 0; reads < 5; reads += 1) {
      const state = await store.read();
      const expected = states.get(state.position.version);
      expect(plain(state)).toEqual(plain(expected ?? emptyState));
      versions.add(state.position.version);
    }
    reading.abort();
    await writing;
    expect(versions.size).toBe(5);
  });
});
