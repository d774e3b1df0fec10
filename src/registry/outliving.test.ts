import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { order, setPercent, Setting, type Instance, type Line } from "./sample.ts";
import { StoreError } from "./store-error.ts";
import type { Store } from "./store.ts";

let setting: Setting;
beforeEach(() => {
  setting = new Setting();
});
afterEach(() => setting.close());

const isKilled = ({ view }: Instance): boolean => view.state.kill !== null || view.localKill !== null;
const cut = (line: Line): void => {
  line.before = () => {
    throw new StoreError("unreachable", "Store 'x' does not answer");
  };
};

/** A folder in which no kill can be noted. */
function withoutRoom(): string {
  const directory = setting.directory();
  mkdirSync(join(directory, "kill-pending.json", "in the way"), { recursive: true });
  return directory;
}

describe("a kill that neither store nor disk took", () => {
  async function killed() {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port, directory: withoutRoom() });
    cut(line);
    await one.untilEvent("store-down");
    expect((await one.registry.kill(order(true))).why).toMatch(/a restart forgets it/);
    return { one, line, kill: one.view.localKill };
  }

  it("is known to the registry that takes the place of this one, from its first view on", async () => {
    const { one, line, kill } = await killed();
    const { directory } = one;
    const next = await setting.instance({ open: () => line.port, directory, deps: { localKill: kill } });
    expect(next.views[0]?.localKill).toEqual(kill);
    line.before = () => {};
    await next.until(() => next.view.localKill === null);
    expect(next.view.state.kill).toEqual(kill?.kill);
  });

  it("is noted by that one where the disk has room again", async () => {
    const { one, line, kill } = await killed();
    const { directory } = one;
    rmSync(join(directory, "kill-pending.json"), { recursive: true });
    const next = await setting.instance({ open: () => line.port, directory, deps: { localKill: kill } });
    await next.close();
    const last = await setting.instance({ open: () => line.port, directory });
    expect(last.view.localKill).toEqual(kill);
  });

  it("is noted as soon as the disk has room", async () => {
    const line = setting.line();
    const directory = withoutRoom();
    const one = await setting.instance({ open: () => line.port, directory, options: { noteAgainMs: 5 } });
    cut(line);
    await one.untilEvent("store-down");
    await one.registry.kill(order(true));
    await one.until(() => one.view.store.unkept?.startsWith("the kill could not be noted") === true);
    rmSync(join(directory, "kill-pending.json"), { recursive: true });
    await one.until(() => one.view.store.unkept === null);
    const next = await setting.instance({ open: () => line.port, directory });
    expect(next.view.localKill).toEqual(one.view.localKill);
  });

  it("is not thrown again where the store was told and somebody undid it", async () => {
    const one = await setting.instance();
    await one.registry.kill(order(true));
    const { kill } = one.view.state;
    await one.registry.kill(order(false));
    const localKill = kill && { kill, actor: { kind: "token", name: "anna" } as const, reason: null };
    const next = await setting.instance({ directory: withoutRoom(), deps: { localKill } });
    await next.until(() => !isKilled(next));
    expect(isKilled(one)).toBe(false);
    expect(await one.registry.audit({ limit: 10 })).toHaveLength(2);
  });
});

describe("room for a kill", () => {
  it("that cannot be taken is told, and taken as soon as it can be", async () => {
    const directory = withoutRoom();
    const one = await setting.instance({ directory, options: { noteAgainMs: 5 } });
    await one.until(() => one.view.store.unkept?.startsWith("there is no room to note a kill in ") === true);
    expect(one.events).toContainEqual(expect.objectContaining({ kind: "problem", operation: "kill" }));
    rmSync(join(directory, "kill-pending.json"), { recursive: true });
    await one.until(() => one.view.store.unkept === null);
    expect(existsSync(join(directory, "kill-pending.json"))).toBe(true);
  });
});

describe("a kill that ended", () => {
  /** As a failover would bring it back. */
  async function copy(): Promise<Store> {
    const path = join(setting.folder, "older.db");
    for (const suffix of ["", "-wal", "-shm"].filter((each) => existsSync(setting.path + each))) {
      copyFileSync(setting.path + suffix, path + suffix);
    }
    return setting.store(path);
  }

  it("does not come back with an older copy of the store after a restart", async () => {
    const one = await setting.instance();
    await one.registry.kill(order(true));
    const older = await copy();
    await one.registry.kill(order(false));
    await one.close();
    const next = await setting.instance({ open: () => older, directory: one.directory });
    await next.untilEvent("store-restored");
    expect(isKilled(next)).toBe(false);
    expect((await older.read()).kill).toBeNull();
  });

  it("does not come back to an instance that was cut off while it was thrown and undone", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port });
    const other = await setting.instance();
    await other.registry.write(setPercent(5));
    await one.untilVersion(1);
    cut(line);
    await one.untilEvent("store-down");
    await other.registry.kill(order(true));
    const older = await copy();
    await other.registry.kill(order(false));
    line.before = () => {};
    await one.untilVersion(3);
    line.store = older;
    await one.untilEvent("store-restored");
    expect(isKilled(one)).toBe(false);
  });
});
