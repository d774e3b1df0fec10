import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KEY, order, request, setPercent, Setting, type Instance, type Line } from "./sample.ts";
import { StoreError } from "./store-error.ts";
import type { Store } from "./store.ts";

let setting: Setting;
beforeEach(() => {
  setting = new Setting();
});
afterEach(() => setting.close());

const isKilled = ({ view }: Instance): boolean => view.state.kill !== null || view.localKill !== null;

function empty(): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${setting.path}${suffix}`, { force: true });
}

/** A copy of the store as it is now, as a failover would bring it back later. */
async function copy(name: string): Promise<Store> {
  const path = join(setting.folder, name);
  for (const suffix of ["", "-wal", "-shm"]) {
    try {
      copyFileSync(`${setting.path}${suffix}`, `${path}${suffix}`);
    } catch {
      // Not every file is there at every time.
    }
  }
  return setting.store(path);
}

/** An instance whose store can become another. */
async function movable(directory?: string): Promise<{ readonly one: Instance; readonly line: Line }> {
  const line = setting.line();
  const one = await setting.instance({ open: () => line.port, ...(directory === undefined ? {} : { directory }) });
  return { one, line };
}

describe("a store that was emptied", () => {
  it("is given back what it lost, kill and lists included, with an alarm and an audit entry once that stands", async () => {
    const one = await setting.instance();
    await one.registry.write(request([{ kind: "patch", key: KEY, fields: { percent: 5, allowlist: ["a", "b"] } }]));
    await one.registry.write(request([{ kind: "audience", name: "vip", members: ["c"] }]));
    await one.registry.kill(order(true));
    empty();
    await one.untilEvent("store-restored");
    expect(one.events).toContainEqual({ kind: "store-restored", found: 0, version: 3 });
    await one.untilVersion(4);
    const two = await setting.instance();
    const { flags, audiences, kill } = two.view.state;
    expect([...(flags.get(KEY)?.allowlist?.members() ?? [])]).toEqual(["a", "b"]);
    expect([...(audiences.get("vip")?.members() ?? [])]).toEqual(["c"]);
    expect(kill).toEqual(one.view.state.kill);
    expect(await two.registry.audit({ limit: 10 })).toMatchObject([
      { seq: 4, action: "restored", actor: { kind: "automatic" }, before: { version: 0 }, after: { version: 3 } },
    ]);
    expect(await two.registry.checkAudit()).toEqual({ entries: 1, brokenAt: null });
  });

  it("is given back the key of all hashes", async () => {
    const one = await setting.instance({ deps: { hashKey: () => "ours" } });
    await one.registry.write(setPercent(5));
    empty();
    await one.untilEvent("store-restored");
    await one.registry.write(setPercent(6));
    expect(await setting.store().hashKey("theirs")).toBe("ours");
  });

  it("decides nothing meanwhile: what is in force stays", async () => {
    const one = await setting.instance();
    await one.registry.write(setPercent(5));
    empty();
    await one.untilVersion(2);
    expect(one.views.slice(2).map(({ state }) => state.flags.get(KEY)?.percent)).toEqual(
      one.views.slice(2).map(() => 5),
    );
  });

  it("is given back everything also by an instance that starts on it and has a snapshot", async () => {
    const first = await setting.instance();
    await first.registry.write(setPercent(5));
    await first.close();
    empty();
    const second = await setting.instance({ directory: first.directory });
    expect(second.kinds()).toContain("store-restored");
    expect(second.views[0]?.state.flags.get(KEY)?.percent).toBe(5);
  });

  it("is just empty where nobody knew anything", async () => {
    const one = await setting.instance();
    expect(one.view).toMatchObject({ source: "sqlite", state: { position: { version: 0 } } });
    expect(one.kinds()).toEqual(["store-up"]);
  });

  it("holds what the best informed of several instances knew", async () => {
    const lines = [setting.line(), setting.line(), setting.line()];
    const instances = await Promise.all(lines.map((line) => setting.instance({ open: () => line.port })));
    const [behind, ahead] = instances;
    if (behind === undefined || ahead === undefined) throw new Error("No instances");
    await behind.registry.write(setPercent(5));
    await Promise.all(instances.map((one) => one.untilVersion(1)));
    for (const line of lines) {
      if (line !== lines[1]) line.before = () => Promise.reject(new StoreError("unreachable", "cut off"));
    }
    await behind.untilEvent("store-down");
    await ahead.registry.write(setPercent(6));
    const down = new StoreError("unreachable", "down");
    for (const line of lines) line.before = () => Promise.reject(down);
    await ahead.untilEvent("store-down");
    empty();
    for (const line of lines) line.before = () => {};
    await Promise.all(
      instances.map((one) => one.until(() => one.view.store.up && one.view.state.flags.get(KEY)?.percent === 6)),
    );
    const check = await ahead.registry.checkAudit();
    expect(check.brokenAt).toBeNull();
  });

  it("says so where it cannot be given back anything, and is no source", async () => {
    const { one, line } = await movable();
    await one.registry.write(setPercent(5));
    line.before = (call) => {
      if (call === "restore") throw new StoreError("read-only", "it takes no writes");
    };
    empty();
    await one.untilEvent("store-down");
    expect(one.view).toMatchObject({
      source: "snapshot",
      store: { problem: "the store lost what it held, and cannot be given it back: it takes no writes" },
    });
    expect(one.view.state.flags.get(KEY)?.percent).toBe(5);
  });
});

describe("a store that failed over to an older copy", () => {
  it("is brought up to what was known, and its audit goes on with what was restored", async () => {
    const { one, line } = await movable();
    await one.registry.write(setPercent(5));
    const older = await copy("older.db");
    await one.registry.write(setPercent(6));
    line.store = older;
    await one.untilEvent("store-restored");
    expect(one.events).toContainEqual({ kind: "store-restored", found: 1, version: 2 });
    await one.untilVersion(3);
    expect((await older.read()).flags.get(KEY)?.percent).toBe(6);
    expect(await one.registry.audit({ limit: 10 })).toMatchObject([
      { seq: 3, action: "restored" },
      { seq: 1, action: "flag-set" },
    ]);
    expect(await one.registry.checkAudit()).toEqual({ entries: 2, brokenAt: null });
  });

  it("keeps a kill that was thrown on the copy and that nobody here has heard of", async () => {
    const { one, line } = await movable();
    await one.registry.write(setPercent(5));
    const older = await copy("older.db");
    for (const percent of [6, 7, 8]) await one.registry.write(setPercent(percent));
    const stranger = await setting.instance({ open: () => setting.store(join(setting.folder, "older.db")) });
    await stranger.registry.kill(order(true));
    await stranger.close();
    line.store = older;
    await one.until(() => one.view.state.kill !== null);
    expect(one.view.state.flags.get(KEY)?.percent).toBe(8);
    expect(one.views.filter(({ state }) => state.position.version >= 4).at(0)?.localKill).toBeNull();
    expect((await older.read()).kill).not.toBeNull();
  });

  it("does not bring back a kill that was undone", async () => {
    const { one, line } = await movable();
    await one.registry.kill(order(true));
    const older = await copy("older.db");
    await one.registry.kill(order(false));
    line.store = older;
    await one.untilVersion(3);
    expect(isKilled(one)).toBe(false);
    expect((await older.read()).kill).toBeNull();
  });

  it("loses no kill that was thrown after it was made", async () => {
    const { one, line } = await movable();
    await one.registry.write(setPercent(5));
    const older = await copy("older.db");
    await one.registry.kill(order(true));
    line.store = older;
    await one.untilVersion(3);
    expect((await older.read()).kill).toEqual(one.view.state.kill);
    expect(one.views.slice(-3).every(({ state }) => state.kill !== null)).toBe(true);
  });
});

describe("a store with another history", () => {
  /** Two stores that went different ways after `common`. */
  async function forked(writes: number, undo: boolean) {
    const { one, line } = await movable();
    await one.registry.write(setPercent(5));
    const other = await copy("other.db");
    const elsewhere = await setting.instance({ open: () => setting.store(join(setting.folder, "other.db")) });
    await one.registry.kill(order(true));
    if (undo) {
      await elsewhere.registry.kill(order(true, { reason: "there" }));
      await elsewhere.registry.kill(order(false));
    }
    for (let count = 0; count < writes; count += 1) await elsewhere.registry.write(setPercent(50 + count));
    await elsewhere.close();
    return { one, line, other };
  }

  it.each([
    ["as long as the known one", 1],
    ["longer than the known one", 4],
  ])("%s has the say, with an alarm, and a kill that nobody ended is thrown again", async (_what, writes) => {
    const { one, line, other } = await forked(writes, false);
    const { kill } = one.view.state;
    line.store = other;
    await one.untilEvent("history-replaced");
    await one.until(() => one.view.state.flags.get(KEY)?.percent === 49 + writes && one.view.state.kill !== null);
    expect(one.events).toContainEqual({ kind: "history-replaced", known: 2, found: 1 + writes });
    expect((await other.read()).kill).toEqual(kill);
    const [entry] = await one.registry.audit({ limit: 1 });
    expect(entry).toMatchObject({
      action: "kill",
      actor: { kind: "automatic" },
      reason: expect.stringMatching(/^thrown again: /),
    });
    expect(one.views.every((view, at) => at < 2 || view.state.kill !== null || view.localKill)).toBe(true);
    expect(await one.registry.checkAudit()).toMatchObject({ brokenAt: null });
  });

  it("ends a kill where somebody ended it there, later than it was thrown here", async () => {
    const { one, line, other } = await forked(1, true);
    line.store = other;
    await one.untilEvent("history-replaced");
    expect(isKilled(one)).toBe(false);
  });
});

describe("a store that somebody else wrote to for so long that the differences are gone", () => {
  it("ends a kill that was undone meanwhile, and is no other history", async () => {
    const store = setting.store();
    const { one, line } = await movable();
    line.store = { ...store, catchUp: async () => ({ state: await store.read(), commits: null }) };
    await one.registry.kill(order(true));
    const other = await setting.instance();
    // Its clock is behind: the order in the audit counts.
    const late = await setting.instance({ deps: { now: () => 0 } });
    line.before = () => Promise.reject(new StoreError("unreachable", "cut off"));
    await one.untilEvent("store-down");
    await late.registry.kill(order(false));
    await other.registry.write(setPercent(5));
    line.before = () => {};
    await one.untilVersion(3);
    expect(isKilled(one)).toBe(false);
    expect(one.kinds()).not.toContain("history-replaced");
  });
});

describe("another store than the one whose snapshot is on disk", () => {
  it("has the say where it holds anything", async () => {
    const first = await setting.instance();
    for (const percent of [5, 6, 7]) await first.registry.write(setPercent(percent));
    await first.registry.kill(order(true));
    await first.close();
    const path = join(setting.folder, "redis.db");
    const fleet = await setting.instance({ open: () => setting.store(path) });
    await fleet.registry.write(setPercent(50));
    const moved = await setting.instance({
      open: () => setting.store(path),
      directory: first.directory,
      deps: { storeName: "redis" },
    });
    expect(moved.view.state.flags.get(KEY)?.percent).toBe(50);
    expect(isKilled(moved)).toBe(false);
    expect(moved.kinds()).not.toContain("store-restored");
  });

  it("gets everything where it is empty, and has the say from then on", async () => {
    const first = await setting.instance();
    await first.registry.write(setPercent(5));
    await first.close();
    const path = join(setting.folder, "redis.db");
    const moved = await setting.instance({
      open: () => setting.store(path),
      directory: first.directory,
      deps: { storeName: "redis" },
    });
    expect(moved.kinds()).toContain("store-restored");
    expect((await setting.store(path).read()).flags.get(KEY)?.percent).toBe(5);
  });
});
