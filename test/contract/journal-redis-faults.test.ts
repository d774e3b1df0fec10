import { afterEach, describe, expect, it } from "vitest";
import { parseRedisUrl } from "../../src/lib/redis-url.ts";
import type { Journal } from "../../src/store/index.ts";
import { createRedisJournal } from "../../src/store/journal-redis.ts";
import { Opened } from "../support/opened.ts";
import { startCluster, startRedis, startSentinel } from "../support/redis.ts";
import { checkpoint, lease, progress } from "./journal.contract.ts";
import { failure } from "./redis-store.ts";

const LIMIT_MS = 1000;
/** A machine that has other tests to do keeps timers waiting. */
const LATE_MS = 2_000;
const longMs = 60_000;

const opened = new Opened();
afterEach(opened.close);

function journalOn(url: string): Journal {
  const parsed = parseRedisUrl(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  return opened.add(createRedisJournal({ target: parsed.target, limitMs: LIMIT_MS }));
}

/** Once this is so. */
const comes = (ask: () => Promise<boolean>): Promise<void> =>
  expect.poll(() => ask().catch(() => false), { timeout: 30_000 }).toBe(true);
const answers = (journal: Journal): Promise<void> => comes(async () => (await journal.progress("")) === null);

describe("a journal in a Redis that fails", { timeout: 30_000 }, () => {
  it("rejects in time while Redis is dead, and knows afterwards what Redis has kept", async () => {
    const server = opened.add(await startRedis("--appendonly", "yes", "--appendfsync", "always"));
    const [one, two] = [journalOn(server.url), journalOn(server.url)];
    const token = await lease(one, "a");
    await one.keep("r", progress(1), token);
    await one.add(checkpoint("first"), token);
    await server.kill();
    const calls = [
      () => one.lease("a", longMs),
      () => one.release("a"),
      () => one.keep("r", progress(2), token),
      () => one.add(checkpoint("late"), token),
      () => one.progress("r"),
      () => one.checkpoints("r", 1),
    ];
    for (const { error, ms } of await Promise.all(calls.map(failure))) {
      expect(error).toMatchObject({ fault: "unreachable" });
      expect(ms).toBeLessThan(LIMIT_MS + LATE_MS);
    }
    await server.restart();
    await Promise.all([answers(one), answers(two)]);
    expect(await two.lease("b", longMs)).toBeNull();
    expect(await lease(one, "a")).toBe(token);
    expect(await one.keep("r", progress(2), token)).toBe(true);
    expect([await two.progress("r"), await two.checkpoints("r", 9)]).toEqual([progress(2), [checkpoint("first")]]);
  });

  it("gives a higher token after a restart that has lost everything, also to who knows of none", async () => {
    const server = opened.add(await startRedis());
    const [one, two] = [journalOn(server.url), journalOn(server.url)];
    const first = await lease(one, "a");
    await server.kill();
    await server.restart();
    await Promise.all([answers(one), answers(two)]);
    expect(await one.keep("r", progress(1), first)).toBe(false);
    const second = await lease(two, "b");
    expect(second).toBeGreaterThan(first);
    expect([await one.lease("a", longMs), await one.keep("r", progress(1), first)]).toEqual([null, false]);
    expect(await two.keep("r", progress(2), second)).toBe(true);
  });

  it("keeps a checkpoint once that was given up as silent and carried out all the same", async () => {
    const server = opened.add(await startRedis());
    const journal = journalOn(server.url);
    const token = await lease(journal, "a");
    server.freeze();
    expect((await failure(() => journal.add(checkpoint("1"), token))).error).toMatchObject({ fault: "unreachable" });
    server.thaw();
    await answers(journal);
    expect(await journal.add(checkpoint("1"), token)).toBe(true);
    expect(await journal.checkpoints("r", 9)).toEqual([checkpoint("1")]);
  });

  it("says that somebody else has one of its keys", async () => {
    const server = opened.add(await startRedis());
    const journal = journalOn(server.url);
    await server.cli("HSET", "{sombra}:rollouts:lease", "a", "b");
    await expect(journal.lease("a", longMs)).rejects.toMatchObject({ fault: "corrupt" });
  });

  it("goes on with the lease, and with higher tokens, when another Redis takes over", async () => {
    const primary = opened.add(await startRedis());
    const replica = opened.add(await startRedis("--replicaof", "127.0.0.1", String(primary.port)));
    const sentinel = opened.add(await startSentinel(primary));
    const url = `redis+sentinel://127.0.0.1:${sentinel.port}/mymaster`;
    const [one, two] = [journalOn(url), journalOn(url)];
    const token = await lease(one, "a");
    await comes(async () => (await replica.cli("GET", "{sombra}:rollouts:token")) === String(token));
    await comes(async () => (await sentinel.cli("SENTINEL", "replicas", "mymaster")).includes(String(replica.port)));
    await primary.kill();
    await comes(() => one.keep("r", progress(1), token));
    await answers(two);
    expect(await two.lease("b", longMs)).toBeNull();
    expect(await lease(one, "a")).toBe(token);
    await one.release("a");
    expect(await lease(two, "b")).toBeGreaterThan(token);
    expect(await one.keep("r", progress(2), token)).toBe(false);
    expect(await two.progress("r")).toEqual(progress(1));
  });

  it("lives in a cluster as elsewhere", async () => {
    const nodes = (await startCluster()).map((node) => opened.add(node));
    const journal = journalOn(`redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`);
    const token = await lease(journal, "a");
    expect([await journal.keep("r", progress(1), token), await journal.add(checkpoint("1"), token)]).toEqual([
      true,
      true,
    ]);
    expect([await journal.progress("r"), await journal.checkpoints("r", 1)]).toEqual([progress(1), [checkpoint("1")]]);
    await journal.release("a");
    expect(await lease(journal, "a")).toBeGreaterThan(token);
  });
});
