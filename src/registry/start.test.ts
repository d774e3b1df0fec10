import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KEY, keyed, order, request, setPercent, Setting } from "./sample.ts";
import { StoreError } from "./store-error.ts";
import type { Store } from "./store.ts";

let setting: Setting;
beforeEach(() => {
  setting = new Setting();
});
afterEach(() => setting.close());

const unreachable = (): Promise<Store> => Promise.reject(new StoreError("unreachable", "nobody there"));

/** A directory that an instance left behind that had written these. */
async function leftBehind(...percents: readonly number[]): Promise<string> {
  const one = await setting.instance();
  for (const percent of percents) await one.registry.write(setPercent(percent));
  await one.close();
  return one.directory;
}

describe("a start", () => {
  it("goes by the store where it answers", async () => {
    await leftBehind(5);
    const one = await setting.instance();
    expect(one.views).toHaveLength(1);
    expect(one.views[0]).toMatchObject({ source: "sqlite", store: { kind: "sqlite", up: true, problem: null } });
    expect(one.views[0]?.state.flags.get(KEY)?.percent).toBe(5);
  });

  it("goes by the last known state where the store does not answer, and decides as before", async () => {
    const first = await setting.instance();
    const members = { percent: 5, denylist: ["a"], audience: "vip", settings: { depth: 2 } };
    await first.registry.write(request([{ kind: "audience", name: "vip", members: ["b"] }]));
    await first.registry.write(request([{ kind: "patch", key: KEY, fields: members }]));
    await first.close();
    const one = await setting.instance({ open: unreachable, directory: first.directory });
    expect(one.views[0]).toMatchObject({
      source: "snapshot",
      store: { up: false, problem: "nobody there", confirmedAt: null },
    });
    const [before, after] = [first.view.state, one.view.state];
    expect(after.position).toEqual(before.position);
    const { allowlist, denylist, forceOn, ...head } = after.flags.get(KEY) ?? {};
    expect(before.flags.get(KEY)).toMatchObject(head);
    expect([allowlist, denylist?.has("a"), denylist?.size, forceOn?.size]).toEqual([null, true, 1, 0]);
    expect(after.audiences.get("vip")?.has("b")).toBe(true);
  });

  it("goes by neither where there is neither", async () => {
    const one = await setting.instance({ open: unreachable });
    expect(one.views).toHaveLength(1);
    expect(one.views[0]).toMatchObject({ source: "none", state: { position: { version: 0 } } });
    expect(one.kinds()).toEqual(["store-down"]);
  });

  it("waits for a store that is silent no longer than it may, and goes by it when it answers", async () => {
    const directory = await leftBehind(5, 6);
    const writer = await setting.instance();
    await writer.registry.write(setPercent(7));
    let answer = (_store: Store): void => {};
    const one = await setting.instance({
      open: () => new Promise((resolve) => (answer = resolve)),
      directory,
      options: { startMs: 100 },
    });
    expect(one.views[0]?.source).toBe("snapshot");
    expect(one.views[0]?.state.flags.get(KEY)?.percent).toBe(6);
    answer(setting.store());
    await one.until(() => one.view.source === "sqlite");
    expect(one.view.state.flags.get(KEY)?.percent).toBe(7);
  });

  it("tells of what changed while it was away, and not of what it did not know", async () => {
    const directory = await leftBehind(5);
    const writer = await setting.instance();
    await writer.registry.write(setPercent(50, "OTHER"));
    const again = await setting.instance({ directory });
    expect(again.events.filter(({ kind }) => kind === "flag-changed")).toMatchObject([{ key: "OTHER" }]);
    const fresh = await setting.instance();
    expect(fresh.events.filter(({ kind }) => kind === "flag-changed")).toEqual([]);
  });
});

describe("a start on a disk that is not as it was left", () => {
  it.each([
    ["truncated", (text: string) => text.slice(0, 100), /snapshot\.json is truncated or damaged/],
    ["damaged", (text: string) => text.replace('"percent":5', '"percent":7'), /snapshot\.json is damaged/],
    ["written by a newer Sombra", () => '{"format":2}', /snapshot\.json was written by a newer Sombra/],
  ])("goes on without a snapshot that is %s, and says which file and why", async (_what, damage, says) => {
    const directory = await leftBehind(5);
    const path = join(directory, "snapshot.json");
    writeFileSync(path, damage(readFileSync(path, "utf8")));
    const alone = await setting.instance({ open: unreachable, directory });
    expect(alone.view.source).toBe("none");
    expect(alone.events).toContainEqual({
      kind: "problem",
      operation: "last known",
      text: expect.stringMatching(new RegExp(`^the last known flags cannot be used in ${directory}: .*${says.source}`)),
    });
    expect(readdirSync(directory)).toContain("snapshot.json.bad");
    const one = await setting.instance({ directory });
    expect(one.view.state.flags.get(KEY)?.percent).toBe(5);
  });

  it("goes on where it is no folder at all", async () => {
    const directory = setting.directory();
    writeFileSync(directory, "");
    const one = await setting.instance({ directory });
    expect(await one.registry.write(setPercent(5))).toMatchObject({ kind: "written" });
    expect(one.events).toContainEqual(expect.objectContaining({ kind: "problem", operation: "folder" }));
  });

  /** A snapshot that hangs until it is released: whoever opens a pipe waits for somebody at its other end. */
  function hang(directory: string): { release(): void } {
    const path = join(directory, "snapshot.json");
    const text = readFileSync(path, "utf8");
    execFileSync("sh", ["-c", 'rm "$0" && mkfifo "$0"', path]);
    return {
      release() {
        const pipe = openSync(path, "w");
        writeFileSync(pipe, text);
        closeSync(pipe);
      },
    };
  }

  it("says nothing before the disk does where the store does not answer: a kill may stand there", async () => {
    const directory = await leftBehind(5);
    const disk = hang(directory);
    let tried = 0;
    const refused = Promise.withResolvers<void>();
    const open = (): Promise<Store> => {
      tried += 1;
      if (tried > 3) refused.resolve();
      return unreachable();
    };
    let begun = false;
    const starting = setting.instance({ open, directory, options: { startMs: 50, pollMs: 50 } }).then((one) => {
      begun = true;
      return one;
    });
    await refused.promise;
    expect(begun).toBe(false);
    disk.release();
    const one = await starting;
    expect(one.views).toHaveLength(1);
    expect(one.view.source).toBe("snapshot");
    expect(one.view.state.flags.get(KEY)?.percent).toBe(5);
  });

  it("says nothing before a store has been read, however long that takes: a kill may stand there", async () => {
    const left = await leftBehind(5);
    const first = await setting.instance();
    await first.registry.kill(order(true));
    await first.close();
    const line = setting.line();
    const reading = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    line.before = (call) => {
      if (call !== "read") return undefined;
      reading.resolve();
      return released.promise;
    };
    let begun = false;
    const starting = setting.instance({ open: () => line.port, options: { startMs: 50 } }).then((one) => {
      begun = true;
      return one;
    });
    await reading.promise;
    // Begins when its time is up, which is later.
    await setting.instance({ open: () => new Promise(() => {}), directory: left, options: { startMs: 100 } });
    expect(begun).toBe(false);
    released.resolve();
    const one = await starting;
    expect(one.views).toHaveLength(1);
    expect(one.view.state.kill).not.toBeNull();
  });

  it("waits for a disk that is slow where the store does not answer at all", async () => {
    const directory = await leftBehind(5);
    const disk = hang(directory);
    let released = false;
    const open = (): Promise<Store> => {
      if (!released) disk.release();
      released = true;
      return unreachable();
    };
    const one = await setting.instance({ open, directory, options: { startMs: 2_000 } });
    expect(one.views[0]?.source).toBe("snapshot");
  });
});

describe("what an instance leaves on disk", () => {
  it("is its newest state, however fast the end came", async () => {
    const directory = await leftBehind(1, 2, 3, 4, 5);
    const { flags, position } = JSON.parse(readFileSync(join(directory, "snapshot.json"), "utf8"));
    expect([position.version, flags[0].percent]).toEqual([5, 5]);
  });

  it("is the audit of every instance, once, also after a restart", async () => {
    const directory = setting.directory();
    const other = await setting.instance();
    for (let count = 0; count < 3; count += 1) {
      const one = await setting.instance({ directory });
      await one.registry.write(setPercent(count));
      await other.registry.write(setPercent(50 + count));
      await one.untilVersion(2 * count + 2);
      await one.close();
    }
    await other.registry.write(setPercent(99));
    const last = await setting.instance({ directory });
    await last.close();
    const lines = readFileSync(join(directory, "audit.jsonl"), "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual((await setting.store().audit({ limit: 100 })).toReversed());
    expect(lines).toHaveLength(7);
  });

  it("names shoppers in lists only, for its owner's eyes", async () => {
    const one = await setting.instance();
    const shopper = "4916011122";
    await one.registry.write(request([{ kind: "patch", key: KEY, fields: { forceOn: [shopper] } }]));
    await one.close();
    expect(readdirSync(one.directory).toSorted()).toEqual([
      "audit.jsonl",
      "kill-pending.json",
      "lists",
      "snapshot.json",
    ]);
    for (const file of ["audit.jsonl", "kill-pending.json", "snapshot.json"]) {
      expect(readFileSync(join(one.directory, file), "utf8")).not.toContain(shopper);
    }
    expect(readFileSync(join(one.directory, "audit.jsonl"), "utf8")).toContain(keyed(shopper));
  });

  it("does not end a start on a folder of others", async () => {
    const directory = setting.directory();
    mkdirSync(join(directory, "lists"), { recursive: true });
    const one = await setting.instance({ directory });
    expect(one.kinds()).toEqual(["store-up"]);
  });
});
