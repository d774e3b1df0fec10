import { Session } from "node:inspector";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Opened } from "../../../../test/support/opened.ts";
import { startRedis } from "../../../../test/support/redis.ts";
import type { Note } from "../../../registry/index.ts";
import { LEGACY, load } from "../../config/sample.ts";
import { startRegistry, type RegistryLink } from "./registry-link.ts";

const opened = new Opened();
const threads: Worker[] = [];
const count = (worker: Worker): void => void threads.push(worker);
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sombra-notes-"));
  process.on("worker", count);
});
afterEach(async () => {
  await opened.close();
  process.off("worker", count);
  threads.length = 0;
  rmSync(directory, { recursive: true });
});

const untilMs = Date.now() + 600_000;
const note = (key: string, changes: Partial<Note> = {}): Note => {
  return { space: "answered", key, value: "legacy", untilMs, ...changes };
};
const many = (size: number, value = "legacy"): readonly Note[] =>
  Array.from({ length: size }, (_, index) => note(String(index), { value }));

/** A registry's thread with its store, as the data plane has it. */
async function linked(name: string, env: Readonly<Record<string, string>> = {}): Promise<RegistryLink> {
  const config = load({ ...LEGACY, SOMBRA_DATA_DIR: join(directory, name), ...env });
  const link = startRegistry({
    data: () => ({ config, hashKey: "key", localKill: null }),
    rules: () => {},
    expected: () => {},
    hashKeys: () => {},
    forget: () => {},
    flags: () => {},
    event: () => {},
    fault: () => {},
    begun: () => {},
    tied: [],
  });
  opened.add({ close: () => link.stop(2_000) });
  await isUp(link, true);
  return link;
}

test("what the store holds is told once it was looked at", async () => {
  const { notes } = await linked("told");
  await notes.told;
  expect(notes.told).toBeNull();
});

const isUp = (link: RegistryLink, up: boolean): Promise<void> =>
  expect.poll(() => link.store()?.up, { timeout: 30_000, interval: 10 }).toBe(up);

async function timed<T>(work: Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const started = performance.now();
  const value = await work;
  return { value, ms: performance.now() - started };
}

/** Blocks the newest thread so long: not even its timers run. Resolves once it stands still. */
async function block({ notes }: RegistryLink, ms: number): Promise<void> {
  const session = new Session();
  session.connect();
  const sessions: string[] = [];
  session.on("NodeWorker.attachedToWorker", ({ params }) => void sessions.push(params.sessionId));
  await new Promise((resolve) => session.post("NodeWorker.enable", { waitForDebuggerOnStart: false }, resolve));
  await expect.poll(() => sessions.length, { interval: 5 }).toBeGreaterThan(0);
  const expression = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms})`;
  const message = JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression } });
  session.post("NodeWorker.sendMessageToWorker", { sessionId: sessions.at(-1) ?? "", message });
  opened.add({ close: () => Promise.resolve(session.disconnect()) });
  await expect.poll(() => notes.get("answered", ["a"], 50), { interval: 1 }).toBeNull();
}

describe("notes for the data plane", () => {
  test("are put and found by all on the same store, who know of them within a second", async () => {
    const redis = opened.add(await startRedis());
    const env = { SOMBRA_REDIS_URL: redis.url };
    const [one, other] = [await linked("one", env), await linked("other", env)];
    expect([one.notes.latest("answered"), other.notes.latest("answered")]).toEqual([0, 0]);
    const put = one.notes.put([note("a"), note("b", { untilMs: untilMs - 1 })], 5_000);
    expect(one.notes.latest("answered")).toBe(untilMs);
    expect(await put).toBe(true);
    await expect.poll(() => other.notes.latest("answered"), { timeout: 1_000, interval: 5 }).toBe(untilMs);
    expect(await other.notes.get("answered", ["a", "none"], 5_000)).toEqual(new Map([["a", "legacy"]]));
    expect(await other.notes.get("sent", ["a"], 5_000)).toEqual(new Map());
    expect(other.notes.latest("sent")).toBe(0);
  });

  test("may be any number, and are known of as soon as there are flags", async () => {
    const link = await linked("one");
    expect(await link.notes.put(many(2_500), 5_000)).toBe(true);
    const keys = many(2_600).map(({ key }) => key);
    expect((await link.notes.get("answered", keys, 5_000))?.size).toBe(2_500);
    expect([await link.notes.put([], 5_000), await link.notes.get("answered", [], 5_000)]).toEqual([true, new Map()]);
    await link.stop(2_000);
    const again = await linked("one");
    expect(again.notes.latest("answered")).toBe(untilMs);
  });

  test("that have expired are not known of any longer", async () => {
    const link = await linked("one");
    await link.notes.put([note("a", { untilMs: Date.now() + 100 })], 5_000);
    expect(link.notes.latest("answered")).toBeGreaterThan(0);
    await expect.poll(() => link.notes.latest("answered"), { interval: 10 }).toBe(0);
  });

  test("that a store would not take are not put, and the next ones are", async () => {
    const link = await linked("one");
    expect(await link.notes.put([note("a", { value: "x".repeat(4_097) })], 5_000)).toBe(false);
    expect(await link.notes.put([note("a")], 5_000)).toBe(true);
  });

  test("fail at once while the store is down, and come back with it", async () => {
    const redis = opened.add(await startRedis());
    const { notes, ...link } = await linked("one", { SOMBRA_REDIS_URL: redis.url });
    await redis.kill();
    await isUp({ ...link, notes }, false);
    const put = await timed(notes.put([note("a")], 5_000));
    const got = await timed(notes.get("answered", ["a"], 5_000));
    expect([put.value, got.value, notes.latest("answered")]).toEqual([false, null, 0]);
    expect(put.ms + got.ms).toBeLessThan(50);
    await redis.restart();
    await isUp({ ...link, notes }, true);
    expect(await notes.put([note("a")], 5_000)).toBe(true);
  });

  test("fail at the limit while the store hangs", async () => {
    const redis = opened.add(await startRedis());
    const { notes } = await linked("one", { SOMBRA_REDIS_URL: redis.url });
    redis.freeze();
    const [put, got] = await Promise.all([
      timed(notes.put([note("a")], 100)),
      timed(notes.get("answered", ["a"], 100)),
    ]);
    redis.thaw();
    expect([put.value, got.value]).toEqual([false, null]);
    for (const { ms } of [put, got]) expect(ms).toBeLessThan(600);
    // What was given up may be there, and is asked for.
    expect(notes.latest("answered")).toBe(untilMs);
  });
});

describe("a registry's thread", () => {
  test("that hangs holds nobody up beyond the limit, and does afterwards what it was told", async () => {
    const link = await linked("one");
    const { notes } = link;
    await notes.put([note("before")], 5_000);
    await block(link, 1_500);
    const [put, got] = await Promise.all([
      timed(notes.put([note("a")], 100)),
      timed(notes.get("answered", ["before"], 100)),
    ]);
    expect([put.value, got.value]).toEqual([false, null]);
    for (const { ms } of [put, got]) {
      expect(ms).toBeGreaterThan(95);
      expect(ms).toBeLessThan(600);
    }
    expect((await notes.get("answered", ["before", "a"], 10_000))?.size).toBe(2);
    expect(threads).toHaveLength(1);
  });

  test("that hangs gets no more than it may find in its queue, and gets more when it is through", async () => {
    const link = await linked("one");
    const { notes } = link;
    await block(link, 2_000);
    const large = many(3_900, "x".repeat(4_000));
    const waiting = notes.put(large, 60_000);
    const refused = await timed(notes.put(large.slice(0, 1_000), 60_000));
    const unread = await timed(
      notes.get(
        "answered",
        many(200_000).map(({ key }) => key),
        60_000,
      ),
    );
    expect([refused.value, unread.value]).toEqual([false, null]);
    expect(refused.ms + unread.ms).toBeLessThan(500);
    expect(await waiting).toBe(true);
    expect(await notes.put(large.slice(0, 1_000), 60_000)).toBe(true);
  });

  test("that dies fails what waits in time, and the next one has what was put", async () => {
    const link = await linked("one");
    expect(await link.notes.put([note("before")], 5_000)).toBe(true);
    await block(link, 60_000);
    const waiting = timed(link.notes.get("answered", ["before"], 30_000));
    await threads[0]?.terminate();
    const late = await timed(link.notes.get("answered", ["before"], 100));
    expect(late.value).toBeNull();
    expect(late.ms).toBeLessThan(600);
    // The next thread begins after a second, and knows nothing of who waits.
    const { value, ms } = await waiting;
    expect(value).toBeNull();
    expect(ms).toBeLessThan(5_000);
    expect(threads).toHaveLength(2);
    expect(link.notes.latest("answered")).toBe(untilMs);
    expect(await link.notes.get("answered", ["before"], 10_000)).toEqual(new Map([["before", "legacy"]]));
  });
});
