import { copyFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { order, setPercent, Setting, type Instance, type Line } from "./sample.ts";
import { StoreError } from "./store-error.ts";
import type { Store } from "./store.ts";

let setting: Setting;
beforeEach(() => {
  setting = new Setting();
});
afterEach(() => setting.close());

/** Holds up one kind of call. */
class Gate {
  readonly #reached = Promise.withResolvers<void>();
  readonly #open = Promise.withResolvers<void>();

  constructor(line: Line, held: keyof Store) {
    line.before = (call) => {
      if (call !== held) return undefined;
      this.#reached.resolve();
      return this.#open.promise;
    };
  }

  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  open(): void {
    this.#open.resolve();
  }

  fail(): void {
    this.#open.reject(new StoreError("unreachable", "silent"));
  }
}

const switched = ({ events }: Instance): readonly unknown[] => events.filter(({ kind }) => kind === "kill-changed");
const byAnna = (killed: boolean) => ({ kind: "kill-changed", killed, by: "token:anna", reason: null });

/** Two instances; the second is held up while it catches up with a write of the first. */
async function catchingUp() {
  const line = setting.line();
  const [one, two] = [await setting.instance(), await setting.instance({ open: () => line.port })];
  await one.registry.write(setPercent(5));
  await two.untilVersion(1);
  for (const suffix of ["", "-wal", "-shm"]) copyFileSync(`${setting.path}${suffix}`, `${setting.path}.known${suffix}`);
  const gate = new Gate(line, "catchUp");
  await one.registry.write(setPercent(6));
  await gate.reached;
  return { one, two, line, gate };
}

describe("a kill that is thrown elsewhere", () => {
  it("is in force while the rest of the store is still being read", async () => {
    const { one, two, gate } = await catchingUp();
    await one.registry.kill(order(true));
    await two.until(() => two.view.killAhead !== null);
    expect(two.views.at(-1)).toMatchObject({
      killAhead: { by: "token:anna" },
      state: { kill: null, position: { version: 1 } },
    });
    gate.open();
    await two.untilVersion(3);
    expect(two.view).toMatchObject({ killAhead: null, localKill: null, state: { kill: { by: "token:anna" } } });
    expect(switched(two)).toEqual([byAnna(true)]);
  });

  it("here is shared while the rest of the store is still being read, and is one kill afterwards", async () => {
    const { one, two, gate } = await catchingUp();
    const answer = await two.registry.kill(order(true));
    expect(answer).toEqual({ was: false, killed: true, shared: true, why: null });
    await one.until(() => one.view.state.kill !== null || one.view.killAhead !== null);
    gate.open();
    await two.untilVersion(3);
    await two.until(() => two.view.localKill === null);
    expect(two.view).toMatchObject({ state: { kill: { by: "token:anna" }, position: { version: 3 } } });
    expect((await one.registry.checkAudit()).brokenAt).toBeNull();
    await two.registry.kill(order(false));
    await one.until(() => one.view.state.kill === null && one.view.killAhead === null);
    expect(two.view).toMatchObject({ killAhead: null, localKill: null, state: { kill: null } });
  });

  it("and undone is so with the rest of the store, and does not come back", async () => {
    const { one, two, line, gate } = await catchingUp();
    await one.registry.kill(order(true));
    await two.until(() => two.view.killAhead !== null);
    await one.registry.kill(order(false));
    expect(two.view.killAhead).not.toBeNull();
    gate.open();
    await two.untilVersion(4);
    const asked = new Gate(line, "killed");
    await asked.reached;
    expect(two.view).toMatchObject({ killAhead: null, localKill: null, state: { kill: null } });
    expect(switched(two)).toEqual([byAnna(true), byAnna(false)]);
    asked.open();
  });

  it("is not heard of again from an answer that comes after its end", async () => {
    const line = setting.line();
    const held = Promise.withResolvers<void>();
    const later = Promise.withResolvers<void>();
    let answered = 0;
    const open = (): Store => ({
      ...line.port,
      killed: async () => {
        const found = await line.store.killed();
        if (found.kill !== null) await held.promise;
        else if (answered > 0) later.resolve();
        if (found.kill !== null) answered += 1;
        return found;
      },
    });
    const [one, two] = [await setting.instance(), await setting.instance({ open })];
    await one.registry.kill(order(true));
    await two.untilVersion(1);
    expect(await two.registry.kill(order(false))).toMatchObject({ was: true, killed: false });
    held.resolve();
    await later.promise;
    expect(answered).toBe(1);
    expect(two.views.at(-1)?.killAhead).toBeNull();
    expect(switched(two)).toEqual([byAnna(true), byAnna(false)]);
  });

  it("is in force at a start from disk while the store is still being read", async () => {
    const directory = setting.directory();
    const before = await setting.instance({ directory });
    await before.registry.write(setPercent(5));
    await before.close();
    const one = await setting.instance();
    await one.registry.kill(order(true));
    const line = setting.line();
    const gate = new Gate(line, "read");
    const two = await setting.instance({ directory, open: () => line.port, options: { startMs: 100 } });
    await two.until(() => two.view.killAhead !== null);
    expect(two.view).toMatchObject({ source: "snapshot", state: { kill: null, position: { version: 1 } } });
    gate.open();
    await two.untilVersion(2);
    expect(two.view).toMatchObject({ killAhead: null, state: { kill: { by: "token:anna" } } });
  });

  it.each([
    ["is emptied", ".empty"],
    ["falls back to what is known here", ".known"],
  ])("is thrown again where the store %s before the rest was read", async (_what, path) => {
    const { one, two, line, gate } = await catchingUp();
    await one.registry.kill(order(true));
    await two.until(() => two.view.killAhead !== null);
    const fallen = setting.store(`${setting.path}${path}`);
    line.store = fallen;
    gate.fail();
    await two.until(() => two.view.state.kill !== null);
    expect(await fallen.killed()).toMatchObject({ kill: { by: "token:anna" } });
    expect(two.view).toMatchObject({ killAhead: null, localKill: null });
    expect(switched(two)).toEqual([byAnna(true)]);
  });
});
