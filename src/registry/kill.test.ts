import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KEY, order, setPercent, Setting, type Instance, type Line } from "./sample.ts";
import { StoreError } from "./store-error.ts";

let setting: Setting;
beforeEach(() => {
  setting = new Setting();
});
afterEach(() => setting.close());

const noted = ({ directory }: Instance): string => join(directory, "kill-pending.json");
const isKilled = ({ view }: Instance): boolean => view.state.kill !== null || view.localKill !== null;
const cut = (line: Line): void => {
  line.before = () => {
    throw new StoreError("unreachable", "Store 'x' does not answer");
  };
};
const mend = (line: Line): void => {
  line.before = () => {};
};

describe("a kill", () => {
  it("is shared with every instance when it returns, audited, and touches no flag", async () => {
    const [one, two] = [await setting.instance(), await setting.instance()];
    await one.registry.write(setPercent(5));
    const flags = one.view.state.flags;
    const answer = await one.registry.kill(order(true, { reason: "it sends twice" }));
    expect(answer).toEqual({ was: false, killed: true, shared: true, why: null });
    expect(one.view).toMatchObject({
      localKill: null,
      state: { kill: { by: "token:anna", reason: "it sends twice" } },
    });
    expect(one.view.state.flags).toEqual(flags);
    await two.until(() => isKilled(two));
    expect(await two.registry.audit({ limit: 1 })).toMatchObject([
      { action: "kill", subject: "", before: null, after: { by: "token:anna" }, reason: "it sends twice" },
    ]);
    const event = { kind: "kill-changed", killed: true, by: "token:anna", reason: "it sends twice" };
    expect(two.events).toContainEqual(event);
  });

  it("is undone everywhere, and everything is as it was", async () => {
    const [one, two] = [await setting.instance(), await setting.instance()];
    await one.registry.write(setPercent(5));
    const flags = one.view.state.flags;
    await one.registry.kill(order(true));
    await two.until(() => isKilled(two));
    const answer = await two.registry.kill(order(false, { reason: "mended" }));
    expect(answer).toEqual({ was: true, killed: false, shared: true, why: null });
    await one.until(() => !isKilled(one));
    expect(one.view.state.flags).toEqual(flags);
    expect(one.events.at(-1)).toEqual({ kind: "kill-changed", killed: false, by: "token:anna", reason: "mended" });
    expect(await one.registry.checkAudit()).toEqual({ entries: 3, brokenAt: null });
  });

  it("that is thrown or undone twice is written once", async () => {
    const one = await setting.instance();
    await one.registry.kill(order(true));
    expect(await one.registry.kill(order(true))).toEqual({ was: true, killed: true, shared: true, why: null });
    await one.registry.kill(order(false));
    expect(await one.registry.kill(order(false))).toEqual({ was: false, killed: false, shared: true, why: null });
    expect(await one.registry.audit({ limit: 10 })).toHaveLength(2);
  });

  it("is in force here before the store has heard of it", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port });
    const killedFirst = new Promise<boolean>((resolve) => {
      line.before = (call) => {
        if (call === "commit") resolve(one.views.at(-1)?.localKill?.kill.by === "token:anna");
      };
    });
    await one.registry.kill(order(true));
    expect(await killedFirst).toBe(true);
  });

  it("holds against an instance that undoes the one before while it is thrown", async () => {
    const line = setting.line();
    const [one, two] = [await setting.instance({ open: () => line.port }), await setting.instance()];
    await two.registry.kill(order(true));
    await one.until(() => isKilled(one));
    let undone = false;
    line.before = async (call) => {
      if (call !== "position" || undone) return;
      undone = true;
      await two.registry.kill(order(false));
    };
    expect(await one.registry.kill(order(true))).toMatchObject({ killed: true, shared: true });
    expect(isKilled(one)).toBe(true);
    await two.until(() => isKilled(two));
  });

  it("that comes while an undo is under way stays", async () => {
    const one = await setting.instance();
    await one.registry.kill(order(true));
    const [, , killed] = await Promise.all([
      one.registry.kill(order(true)),
      one.registry.kill(order(false)),
      one.registry.kill(order(true)),
    ]);
    expect(killed).toMatchObject({ killed: true, shared: true });
    expect(one.view).toMatchObject({ localKill: null, state: { kill: { by: "token:anna" } } });
  });

  it("that comes while an undo is being written leaves not a moment without a kill", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port });
    await one.registry.kill(order(true));
    let killing: Promise<unknown> = Promise.resolve();
    line.before = (call) => {
      if (call !== "commit") return;
      mend(line);
      killing = one.registry.kill(order(true));
    };
    one.views.length = 0;
    await one.registry.kill(order(false));
    await killing;
    expect(one.view.state.kill).not.toBeNull();
    expect(one.views.filter(({ state, localKill }) => state.kill === null && !localKill)).toEqual([]);
  });

  it("that comes after an undo holds where the store is gone before it is written", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port });
    let commits = 0;
    line.before = (call) => {
      if (call === "commit") commits += 1;
      else if (commits === 2) throw new StoreError("unreachable", "Store 'x' does not answer");
    };
    const [, undone, killed] = await Promise.all([
      one.registry.kill(order(true)),
      one.registry.kill(order(false)),
      one.registry.kill(order(true)),
    ]);
    expect(undone).toMatchObject({ shared: true });
    expect(killed).toMatchObject({ killed: true, shared: false });
    expect(one.view).toMatchObject({ localKill: { kill: { by: "token:anna" } }, state: { kill: null } });
  });
});

describe("a kill without a store", () => {
  it("is in force here, is noted on disk, and is told first thing when the store is back", async () => {
    const line = setting.line();
    const [one, two] = [await setting.instance({ open: () => line.port }), await setting.instance()];
    cut(line);
    await one.untilEvent("store-down");
    expect(await one.registry.kill(order(true, { reason: "now" }))).toEqual({
      was: false,
      killed: true,
      shared: false,
      why: "the store (sqlite) is not up: Store 'x' does not answer; the others are told as soon as it is back",
    });
    expect(one.view).toMatchObject({ localKill: { kill: { by: "token:anna" } }, state: { kill: null } });
    expect(JSON.parse(readFileSync(noted(one), "utf8"))).toMatchObject({ kill: { by: "token:anna", reason: "now" } });
    const thrownAt = JSON.parse(readFileSync(noted(one), "utf8")).kill.at;
    mend(line);
    await two.until(() => isKilled(two));
    await one.until(() => !one.view.localKill);
    expect(await two.registry.audit({ limit: 1 })).toMatchObject([{ action: "kill", after: { at: thrownAt } }]);
    await one.close();
    expect(JSON.parse(readFileSync(noted(one), "utf8"))).toBeNull();
  });

  it("is in force before a store that is silent gives up, and shared when it answers after all", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port, options: { killMs: 200 } });
    let answer = (): void => {};
    const silence = new Promise<void>((resolve) => (answer = resolve));
    line.before = () => silence;
    expect(await one.registry.kill(order(true))).toMatchObject({
      killed: true,
      shared: false,
      why: "the store did not answer within 200 ms; the others are told as soon as it is back",
    });
    answer();
    await one.until(() => one.view.state.kill !== null && !one.view.localKill);
  });

  it("is still in force after a restart", async () => {
    const line = setting.line();
    const first = await setting.instance({ open: () => line.port });
    cut(line);
    await first.untilEvent("store-down");
    await first.registry.kill(order(true));
    await first.close();
    const second = await setting.instance({ open: () => line.port, directory: first.directory });
    expect(second.views[0]?.localKill?.kill.by).toBe("token:anna");
    expect(second.view.source).toBe("none");
    line.store = setting.store();
    mend(line);
    await second.until(() => second.view.state.kill !== null);
  });

  it("is undone here, where only this process knew", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port });
    cut(line);
    await one.untilEvent("store-down");
    await one.registry.kill(order(true));
    // Whether others were killed meanwhile, nobody can tell.
    expect(await one.registry.kill(order(false))).toEqual({
      was: true,
      killed: false,
      shared: false,
      why: "the store (sqlite) is not up: Store 'x' does not answer; ended here alone: an instance that was killed meanwhile stays so, and tells the others",
    });
    mend(line);
    await one.until(() => one.view.store.up);
    expect(await one.registry.audit({ limit: 10 })).toEqual([]);
  });

  it("stays where two were killed and one of them is undone: the other tells everybody, and then it can be undone", async () => {
    const [line, other] = [setting.line(), setting.line()];
    const one = await setting.instance({ open: () => line.port });
    const two = await setting.instance({ open: () => other.port });
    for (const each of [line, other]) cut(each);
    await Promise.all([one.untilEvent("store-down"), two.untilEvent("store-down")]);
    await one.registry.kill(order(true));
    await two.registry.kill(order(true));
    expect(await one.registry.kill(order(false))).toMatchObject({ killed: false, shared: false });
    mend(line);
    await one.until(() => one.view.store.up);
    expect(isKilled(one)).toBe(false);
    mend(other);
    await one.until(() => isKilled(one));
    await two.until(() => two.view.localKill === null);
    expect(await one.registry.kill(order(false))).toMatchObject({ killed: false, shared: true, why: null });
    await two.until(() => !isKilled(two));
  });

  it("that is shared is not undone: the others could not be told", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port });
    await one.registry.kill(order(true));
    cut(line);
    await one.untilEvent("store-down");
    expect(await one.registry.kill(order(false))).toEqual({
      was: true,
      killed: true,
      shared: false,
      why: "the store (sqlite) is not up: Store 'x' does not answer; the kill is shared and stays until the store can be told",
    });
    expect(isKilled(one)).toBe(true);
  });

  it("says where not even the disk could note it", async () => {
    const line = setting.line();
    const directory = setting.directory();
    mkdirSync(join(directory, "kill-pending.json", "in the way"), { recursive: true });
    const one = await setting.instance({ open: () => line.port, directory });
    cut(line);
    await one.untilEvent("store-down");
    const { killed, why } = await one.registry.kill(order(true));
    expect(killed).toBe(true);
    expect(why).toMatch(/; a restart forgets it, as it could not be written to disk$/);
  });
});

describe("a kill that the store does not take", () => {
  it("is tried again until the store takes it", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port });
    line.before = (call) => {
      if (call === "commit") throw new StoreError("read-only", "Store 'x' takes no writes");
    };
    expect(await one.registry.kill(order(true))).toMatchObject({ killed: true, shared: false });
    expect(one.view).toMatchObject({ localKill: { kill: { by: "token:anna" } }, store: { up: true } });
    mend(line);
    await one.until(() => one.view.state.kill !== null);
  });
});

describe("a kill noted on disk", () => {
  it("that the store was told before the process died is not thrown again once somebody undid it", async () => {
    const [one, two] = [await setting.instance(), await setting.instance()];
    await one.registry.kill(order(true));
    const kill = one.view.state.kill;
    await one.close();
    writeFileSync(noted(one), JSON.stringify({ kill, actor: { kind: "token", name: "anna" }, reason: null }));
    await two.until(() => isKilled(two));
    await two.registry.kill(order(false));
    const again = await setting.instance({ directory: one.directory });
    expect(isKilled(again)).toBe(false);
    await again.registry.write(setPercent(5, KEY));
    expect(await again.registry.audit({ limit: 10 })).toMatchObject([
      { action: "flag-set" },
      { action: "kill-undone" },
      { action: "kill" },
    ]);
  });

  it("that the store had lost is thrown again, although the audit knows it from the first time", async () => {
    const one = await setting.instance();
    await one.registry.kill(order(true));
    const kill = one.view.state.kill;
    await one.registry.kill(order(false));
    await one.close();
    writeFileSync(noted(one), JSON.stringify({ kill, actor: { kind: "automatic", name: "registry" }, reason: null }));
    const again = await setting.instance({ directory: one.directory });
    expect(again.view).toMatchObject({ localKill: null, state: { kill } });
  });

  it("that cannot be read is in force, and said", async () => {
    const directory = setting.directory();
    mkdirSync(directory);
    writeFileSync(join(directory, "kill-pending.json"), "{");
    const one = await setting.instance({ directory });
    expect(isKilled(one)).toBe(true);
    expect(one.events).toContainEqual(expect.objectContaining({ kind: "problem", operation: "noted kill" }));
  });
});
