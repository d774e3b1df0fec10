import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KEY, Line, setPercent, Setting } from "./sample.ts";
import { StoreError } from "./store-error.ts";
import type { StoreEvents } from "./store.ts";

let setting: Setting;
beforeEach(() => {
  setting = new Setting();
});
afterEach(() => setting.close());

const never = { pollMs: 1e6 };

describe("an instance", () => {
  it("follows what others write, by differences", async () => {
    const line = setting.line();
    const calls: string[] = [];
    const [one, two] = [await setting.instance(), await setting.instance({ open: () => line.port })];
    line.before = (call) => void calls.push(call);
    await one.registry.write(setPercent(5));
    await two.untilVersion(1);
    expect(two.view.state.flags.get(KEY)).toEqual(one.view.state.flags.get(KEY));
    expect(calls).toContain("catchUp");
    expect(calls).not.toContain("read");
  });

  it("looks at once where the store gives a hint, once for many", async () => {
    let hint: StoreEvents = { moved: () => {} };
    const line = setting.line();
    const open = (events: StoreEvents) => {
      hint = events;
      return line.port;
    };
    const [one, two] = [await setting.instance(), await setting.instance({ open, options: never })];
    await one.registry.write(setPercent(5));
    let looks = 0;
    line.before = (call) => {
      if (call === "position") looks += 1;
      // Hints during a look make for one more.
      if (looks === 1) for (let count = 0; count < 100; count += 1) hint.moved();
    };
    for (let count = 0; count < 100; count += 1) hint.moved();
    await two.untilVersion(1);
    await two.registry.write(setPercent(6));
    // One for the hints, one for those during it, one before the write.
    expect(looks).toBeLessThanOrEqual(3);
  });

  it("looks every so often without any hint", async () => {
    const [one, two] = [await setting.instance(), await setting.instance({ open: () => setting.store() })];
    await one.registry.write(setPercent(5));
    await two.untilVersion(1);
  });

  it("goes on following after a look that failed, whatever was thrown", async () => {
    const line = setting.line();
    const [one, two] = [await setting.instance(), await setting.instance({ open: () => line.port })];
    for (const error of [
      new StoreError("unreachable", "silent"),
      new TypeError("a mistake"),
      new StoreError("corrupt", "bad"),
    ]) {
      line.before = () => {
        throw error;
      };
      await two.until(() => two.view.store.problem === error.message);
      expect(two.view.store.up).toBe(false);
    }
    await one.registry.write(setPercent(5));
    line.before = () => {};
    await two.untilVersion(1);
    expect(two.view).toMatchObject({ source: "sqlite", store: { up: true, problem: null } });
    expect(two.kinds().filter((kind) => kind.startsWith("store-"))).toEqual(["store-up", "store-down", "store-up"]);
  });

  it("opens a store again that could not be opened, until it can", async () => {
    let tries = 0;
    const one = await setting.instance({
      open: async () => {
        tries += 1;
        if (tries < 4) throw new StoreError("unreachable", `try ${tries}`);
        return setting.store();
      },
    });
    expect(one.views[0]?.store).toMatchObject({ up: false, problem: "try 1" });
    await one.untilEvent("store-up");
    expect(tries).toBe(4);
  });

  it("tells a view of each change and none while nothing changes", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port });
    let looks = 0;
    await new Promise<void>((resolve) => {
      line.before = (call) => {
        if (call === "position") looks += 1;
        if (looks === 5) resolve();
      };
    });
    expect(one.views).toHaveLength(1);
  });

  it("goes on where nobody can take a view, and says so", async () => {
    const one = await setting.instance({ deps: { onView: () => Promise.reject(new Error("gone")) } });
    expect(await one.registry.write(setPercent(5))).toMatchObject({ kind: "written" });
    expect(one.events).toContainEqual({
      kind: "problem",
      operation: "view",
      text: "what is in force could not be passed on: gone",
    });
  });

  it("stays where it was while the store is away, and says how old that is", async () => {
    const line = setting.line();
    let now = 1_000;
    const one = await setting.instance({ open: () => line.port, deps: { now: () => now } });
    await one.registry.write(setPercent(5));
    line.before = () => {
      now = 9_000;
      throw new StoreError("unreachable", "silent");
    };
    await one.untilEvent("store-down");
    expect(one.views.at(-1)).toMatchObject({ source: "snapshot", store: { up: false, confirmedAt: 1_000 } });
    expect(one.views.at(-1)?.state.flags.get(KEY)?.percent).toBe(5);
  });

  it("reads everything where the store has forgotten the differences", async () => {
    const store = setting.store();
    const line = new Line(store);
    const [one, two] = [
      await setting.instance(),
      await setting.instance({
        open: () => ({ ...line.port, catchUp: async () => ({ state: await store.read(), commits: null }) }),
      }),
    ];
    await one.registry.write(setPercent(5));
    await two.untilVersion(1);
    expect(two.kinds()).not.toContain("history-replaced");
  });

  it("ends with a store that does not answer", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port });
    await new Promise<void>((resolve) => {
      line.before = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    await one.close();
  });
});
