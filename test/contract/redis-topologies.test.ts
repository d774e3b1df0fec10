import { readFileSync } from "node:fs";
import { setImmediate as immediate } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { applyChange, type Change } from "../../src/flags/index.ts";
import { nowhere } from "../../src/registry/index.ts";
import { freePort } from "../support/free-port.ts";
import { Opened } from "../support/opened.ts";
import { startCluster, startRedis, startSentinel } from "../support/redis.ts";
import { Handle } from "./handle.ts";
import { redisStore } from "./redis-store.ts";
import { commitOn, emptyState, plain, record, setting, write } from "./writing.ts";

const opened = new Opened();
afterEach(opened.close);

function handleOn(url: string): Handle {
  const handle = new Handle((events) => redisStore(url, events));
  opened.add(handle.store);
  return handle;
}

describe("a store behind a Sentinel", { timeout: 30_000 }, () => {
  it("follows the primary when another takes over", async () => {
    const primary = opened.add(await startRedis());
    const replica = opened.add(await startRedis("--replicaof", "127.0.0.1", String(primary.port)));
    const sentinel = opened.add(await startSentinel(primary));
    const url = `redis+sentinel://127.0.0.1:${sentinel.port}/mymaster`;
    const handle = handleOn(url);
    const other = handleOn(url);
    const position = await write(handle.store, { change: setting(record("A")) });
    const known = await handle.store.read();
    await expect.poll(() => replica.cli("HGET", "{sombra}:meta", "version"), { timeout: 30_000 }).toBe("1");
    // A Sentinel asks its primary for replicas now and then, and cannot use one that it has not seen.
    const replicas = () => sentinel.cli("SENTINEL", "replicas", "mymaster");
    await expect.poll(replicas, { timeout: 30_000 }).toContain(String(replica.port));
    await primary.kill();
    const commit = commitOn(position, { change: setting(record("B")) });
    for (;;) {
      const heard = handle.hears();
      const outcome = await handle.store.commit(commit).catch(() => null);
      if (outcome !== null) {
        expect(outcome).toEqual({ kind: "written" });
        break;
      }
      await heard;
    }
    expect(await replica.cli("HGET", "{sombra}:meta", "version")).toBe("2");
    expect((await handle.store.catchUp(known)).commits).toEqual([commit]);
    await other.answers();
    const heard = other.leaves(2);
    await write(handle.store, {});
    await heard;
  });
});

describe("a store in a cluster", { timeout: 30_000 }, () => {
  it("commits, follows, restores and is heard", async () => {
    const nodes = (await startCluster()).map((node) => opened.add(node));
    const url = `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`;
    const handle = handleOn(url);
    const other = handleOn(url);
    const members = Array.from({ length: 20_000 }, (_, index) => `shopper ${index}`);
    const change: Change = {
      flags: setting(record("A", { allowlist: members.length, denylist: 1 }), record("B")).flags,
      lists: [
        { kind: "replaced", list: "allowlist:A", members },
        { kind: "replaced", list: "denylist:A", members: ["alice"] },
      ],
    };
    const heard = other.leaves(0);
    const position = await write(handle.store, { change });
    await heard;
    const known = { ...emptyState, ...applyChange(emptyState, change), position };
    expect(plain(await other.store.read())).toEqual(plain(known));
    const commit = commitOn(position, { change: setting(record("B", { percent: 5 })) });
    const again = other.leaves(1);
    expect(await handle.store.commit(commit)).toEqual({ kind: "written" });
    await again;
    expect((await other.store.catchUp(known)).commits).toEqual([commit]);
    expect(await other.store.commit(commit)).toEqual({ kind: "moved", position: commit.after });
    expect(await other.store.audit({ limit: 1 })).toEqual(commit.entries);
    expect(await handle.store.hashKey("mine")).toBe(await other.store.hashKey("other"));
    for (const node of nodes) await node.cli("FLUSHALL");
    expect(await handle.store.position()).toEqual(nowhere);
    expect(await handle.store.restore(known, nowhere)).toEqual({ kind: "written" });
    expect(plain(await other.store.read())).toEqual(plain(known));

    // Only one of the nodes has our keys.
    const asked = await Promise.all(
      nodes.map((node) =>
        handleOn(node.url)
          .store.position()
          .then(
            () => node,
            (error: unknown) => error,
          ),
      ),
    );
    const elsewhere = { fault: "unreachable", message: expect.stringContaining("redis+cluster://") };
    expect(asked.filter((answer) => answer instanceof Error)).toMatchObject([elsewhere, elsewhere]);
    const owner = nodes.find((node) => asked.includes(node));
    owner?.freeze();
    await expect(handle.store.position()).rejects.toMatchObject({ fault: "unreachable" });
    const back = handle.answers();
    owner?.thaw();
    await back;
    expect(await handle.store.position()).toEqual(position);
  });

  it("says so where there is no cluster, and no sentinel", async () => {
    const single = opened.add(await startRedis());
    const { store } = handleOn(`redis+cluster://127.0.0.1:${single.port}`);
    await expect(store.position()).rejects.toMatchObject({
      fault: "unreachable",
      message: expect.stringContaining("is no cluster"),
    });
    const { store: watched } = handleOn(`redis+sentinel://127.0.0.1:${single.port}/mymaster`);
    await expect(watched.position()).rejects.toMatchObject({
      fault: "unreachable",
      message: expect.stringContaining("has no sentinel that answers"),
    });
  });
});

describe("a store behind TLS", () => {
  it("is reached only where its certificate is trusted", async () => {
    const file = (name: string): string =>
      fileURLToPath(new URL(`../support/tls/localhost.${name}.pem`, import.meta.url));
    const port = await freePort();
    const pair = ["--tls-cert-file", file("cert"), "--tls-key-file", file("key"), "--tls-auth-clients", "no"];
    opened.add(await startRedis("--tls-port", String(port), ...pair, "--requirepass", "secret"));
    const url = `rediss://:secret@localhost:${port}`;
    const { store: stranger } = handleOn(url);
    await expect(stranger.position()).rejects.toMatchObject({
      fault: "unreachable",
      message: `Redis 'rediss://localhost:${port}/0' cannot be reached: DEPTH_ZERO_SELF_SIGNED_CERT`,
    });
    await stranger.close();
    // An end in the middle of the handshake is an error of the socket, which must not end the process.
    const ended = [0, 1, 2, 3, 4, 5, 6, 7].map(async (hops) => {
      const { store } = handleOn(url);
      for (let hop = 0; hop < hops; hop += 1) await immediate();
      await store.close();
    });
    await Promise.all(ended);
    const trusted = getCACertificates();
    setDefaultCACertificates([readFileSync(file("cert"), "utf8")]);
    try {
      const { store } = handleOn(url);
      const position = await write(store, { change: setting(record("A")) });
      expect(await store.position()).toEqual(position);
      await store.close();
    } finally {
      setDefaultCACertificates(trusted);
    }
  });
});
