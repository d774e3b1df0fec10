import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noteSpaces, type Note } from "./notes.ts";
import { setPercent, Setting } from "./sample.ts";
import { StoreError } from "./store-error.ts";

let setting: Setting;
beforeEach(() => {
  setting = new Setting();
});
afterEach(() => setting.close());

const untilMs = Date.now() + 60_000;
const note = (key: string): Note => ({ space: "answered", key, value: "legacy", untilMs });
const silent = new StoreError("unreachable", "the store is silent");

describe("notes of a registry", () => {
  it("are put and found, and known of from the start and soon after others put some", async () => {
    const first = await setting.instance();
    expect(Object.fromEntries(first.noted)).toEqual(Object.fromEntries(noteSpaces.map((space) => [space, 0])));
    await first.registry.notes.put([note("a")]);
    const second = await setting.instance();
    expect(second.noted.get("answered")).toBe(untilMs);
    expect(await second.registry.notes.get("answered", ["a", "b"])).toEqual(new Map([["a", "legacy"]]));
    await second.registry.notes.put([{ ...note("b"), space: "sent" }]);
    await first.until(() => first.noted.get("sent") === untilMs);
  });

  it("are refused at once while the store is down, and taken when it is back", async () => {
    const line = setting.line();
    const instance = await setting.instance({ open: () => line.port });
    line.before = () => Promise.reject(silent);
    await expect(instance.registry.notes.get("answered", ["a"])).rejects.toBe(silent);
    expect(instance.view.store).toMatchObject({ up: false, problem: silent.message });
    const asked: string[] = [];
    line.before = (call) => {
      asked.push(call);
      return call === "notes" ? undefined : Promise.reject(silent);
    };
    await expect(instance.registry.notes.put([note("a")])).rejects.toMatchObject({ fault: "unreachable" });
    expect(asked).not.toContain("notes");
    line.before = () => {};
    await instance.until(() => instance.view.store.up);
    await instance.registry.notes.put([note("a")]);
  });

  it("that cannot be read or put are told, and leave the flags alone", async () => {
    const line = setting.line();
    const instance = await setting.instance({ open: () => line.port });
    const damaged = new StoreError("corrupt", "the notes are damaged");
    line.before = (call) => {
      if (call === "notes") throw damaged;
    };
    await expect(instance.registry.notes.put([note("a")])).rejects.toBe(damaged);
    await expect(instance.registry.notes.get("answered", ["a"])).rejects.toBe(damaged);
    const told = () => instance.events.filter(({ kind }) => kind === "problem");
    await instance.until(() => told().length >= 3);
    const problems = ["look at notes", "read notes", "write notes"].map((operation) => {
      return { kind: "problem", operation, text: damaged.message };
    });
    expect(told()).toHaveLength(3);
    expect(told()).toEqual(expect.arrayContaining(problems));
    expect(instance.view.store).toMatchObject({ up: true, problem: null });
  });

  it("do not wait for the turn of a write of flags", async () => {
    const line = setting.line();
    const instance = await setting.instance({ open: () => line.port });
    const held = Promise.withResolvers<void>();
    const committing = Promise.withResolvers<void>();
    line.before = (call) => {
      if (call !== "commit") return undefined;
      committing.resolve();
      return held.promise;
    };
    const written = instance.registry.write(setPercent(5));
    await committing.promise;
    await instance.registry.notes.put([note("a")]);
    expect((await instance.registry.notes.get("answered", ["a"])).size).toBe(1);
    held.resolve();
    expect(await written).toMatchObject({ kind: "written" });
  });

  it("say that a store takes no writes, as flags do", async () => {
    const line = setting.line();
    const instance = await setting.instance({ open: () => line.port });
    const full = new StoreError("read-only", "the disk is full");
    line.before = (call) => {
      if (call === "notes") throw full;
    };
    await expect(instance.registry.notes.put([note("a")])).rejects.toBe(full);
    expect(instance.view.store).toMatchObject({ up: true, writable: false, problem: full.message });
    line.before = () => {};
    await instance.registry.notes.put([note("a")]);
    expect(instance.view.store).toMatchObject({ writable: true, problem: null });
  });
});
