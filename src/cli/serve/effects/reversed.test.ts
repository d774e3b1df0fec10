import { setImmediate as told } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createKeyedHash } from "../../../compare/index.ts";
import type { CallKeys } from "../../../exchanges/index.ts";
import { withLine, type Note } from "../../../registry/index.ts";
import type { NotesLink } from "../registry/notes-link.ts";
import { createReversed, type Reversed } from "./reversed.ts";

const shopper = "447700900123";

interface StoreState {
  up: boolean;
  alone: boolean;
  nowMs: number;
  puts: number;
  readonly notes: Map<string, Note>;
  told: Promise<void> | null;
}

function createStore() {
  const notes = new Map<string, Note>();
  const store: StoreState = { up: true, alone: true, nowMs: 1_000, puts: 0, notes, told: null };
  const link: NotesLink = {
    put(all) {
      store.puts += 1;
      for (const note of store.up ? all : []) {
        const there = notes.get(note.key)?.value ?? null;
        notes.set(note.key, note.line === true ? { ...note, value: withLine(there, note.value) } : note);
      }
      return Promise.resolve(store.up);
    },
    get(_, keys) {
      const found = keys.flatMap((key) => {
        const note = notes.get(key);
        return note === undefined ? [] : [[key, note.value] as const];
      });
      return Promise.resolve(store.up ? new Map(found) : null);
    },
    get told() {
      return store.told;
    },
    latest: () => Math.max(0, ...[...notes.values()].map(({ untilMs }) => untilMs)),
  };
  const instance = (hashKeys: readonly string[] = ["key"]): Reversed =>
    createReversed({
      notes: link,
      hash: createKeyedHash(hashKeys[0] ?? ""),
      hashes: () => hashKeys.map(createKeyedHash),
      alone: () => store.alone,
      clock: () => store.nowMs,
    });
  return { store, instance };
}

const exchange = { exchange: "x", traceId: "t", items: [{ id: "wamid.1", shopper: `+${shopper}` }] };
const keysOf = (some: Partial<CallKeys>): CallKeys => ({
  side: "legacy",
  exchange: null,
  traceId: null,
  refersTo: null,
  recipient: null,
  phone: null,
  ...some,
});

describe("what legacy got in reverse shadow", () => {
  const ways: readonly [string, Partial<CallKeys>][] = [
    ["name", { exchange: "x" }],
    ["trace", { traceId: "t" }],
    ["message", { refersTo: "wamid.1" }],
    ["trace, to its shopper", { traceId: "t", recipient: shopper }],
  ];

  test.each(ways)("is found by its %s, here and by whoever comes after", async (_, keys) => {
    const { store, instance } = createStore();
    const one = instance();
    expect(one.any()).toBe(false);
    expect(await one.note(exchange)).toBe(true);
    expect(one.any()).toBe(true);
    const tied = { exchange: "x", isNamed: keys.exchange === "x" };
    expect(await one.find(keysOf(keys))).toEqual(tied);
    expect(await instance().find(keysOf(keys))).toEqual(tied);
    // By the key that hashed it, too, when there is another.
    expect(await instance(["new", "key"]).find(keysOf(keys))).toEqual(tied);
    // Here no store is needed.
    store.up = false;
    expect(one.find(keysOf(keys))).toEqual(tied);
    expect(await instance().find(keysOf(keys))).toBeNull();
  });

  test("is waited for by whoever has just begun and does not know yet what the store holds", async () => {
    const { store, instance } = createStore();
    await instance().note(exchange);
    const told = Promise.withResolvers<void>();
    const { notes } = store;
    const before = [...notes];
    notes.clear();
    Object.assign(store, { up: false, told: told.promise });
    const begun = instance();
    expect(begun.any()).toBe(true);
    const found = begun.find(keysOf({ traceId: "t" }));
    for (const [key, note] of before) notes.set(key, note);
    Object.assign(store, { up: true, told: null });
    told.resolve();
    expect(await found).toEqual({ exchange: "x", isNamed: false });
  });

  test("is waited for no longer where the store says nothing for long, or that there is nothing", async () => {
    const { store, instance } = createStore();
    Object.assign(store, { up: false, told: new Promise<void>(() => undefined) });
    const begun = instance();
    expect(begun.any()).toBe(true);
    expect(await begun.find(keysOf({ traceId: "t" }))).toBeNull();
    store.nowMs += 5_000;
    expect(begun.any()).toBe(false);
    store.nowMs -= 5_000;
    store.told = null;
    expect(begun.any()).toBe(false);
  });

  test("is not found by its recipient alone, nor by its message under another trace or name", async () => {
    const { instance } = createStore();
    const one = instance();
    await one.note(exchange);
    for (const each of [one, instance()]) {
      expect(await each.find(keysOf({ recipient: shopper }))).toBeNull();
      expect(await each.find(keysOf({ traceId: "another" }))).toBeNull();
      expect(await each.find(keysOf({ traceId: "another", refersTo: "wamid.1" }))).toBeNull();
      expect(await each.find(keysOf({ exchange: "another", refersTo: "wamid.1" }))).toBeNull();
    }
  });

  test("is found for whomever it names, though not whose exchange it is", async () => {
    const { instance } = createStore();
    const one = instance();
    await one.note(exchange);
    const recipient = "447700900199";
    for (const each of [one, instance()]) {
      expect(await each.find(keysOf({ traceId: "t", recipient }))).toEqual({ exchange: null, isNamed: false });
      expect(await each.find(keysOf({ exchange: "x", recipient }))).toEqual({ exchange: "x", isNamed: true });
    }
  });

  test("is kept of each delivery that has the same trace", async () => {
    const { instance } = createStore();
    const one = instance();
    await one.note(exchange);
    await one.note({ ...exchange, exchange: "y", items: [{ id: "wamid.2", shopper: "447700900124" }] });
    for (const each of [one, instance()]) {
      const found = ["447700900124", shopper, null].map(async (recipient) =>
        each.find(keysOf({ traceId: "t", recipient })),
      );
      expect((await Promise.all(found)).map((tied) => tied?.exchange)).toEqual(["y", "x", null]);
    }
  });

  test("is known of each of two instances that note deliveries of one trace at the same time", async () => {
    const { instance } = createStore();
    const [one, two] = [instance(), instance()];
    const second = { ...exchange, exchange: "y", items: [{ id: "wamid.2", shopper: "447700900124" }] };
    expect(await Promise.all([one.note(exchange), two.note(second)])).toEqual([true, true]);
    const found = ["447700900124", shopper].map(async (recipient) =>
      instance().find(keysOf({ traceId: "t", recipient })),
    );
    expect((await Promise.all(found)).map((tied) => tied?.exchange)).toEqual(["y", "x"]);
  });

  test("names nobody in its notes", async () => {
    const { store, instance } = createStore();
    await instance().note(exchange);
    expect(JSON.stringify([...store.notes.values()])).not.toMatch(/447700900123|wamid/);
  });

  test("is noted in one write with what comes at the same time", async () => {
    const { store, instance } = createStore();
    const one = instance();
    const more = Array.from({ length: 20 }, (_, i) => one.note({ exchange: `x${i}`, traceId: `t${i}`, items: [] }));
    expect(new Set(await Promise.all(more))).toEqual(new Set([true]));
    expect(store.puts).toBe(1);
  });
});

describe("legacy gets nothing", () => {
  test("that it got before, here, on another instance or before a restart", async () => {
    const { instance } = createStore();
    const one = instance();
    expect(await one.note(exchange)).toBe(true);
    const again = { exchange: "again", traceId: "another", items: exchange.items };
    expect([await one.note(again), await instance().note(again), await instance(["new", "key"]).note(again)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(await instance().note({ ...again, items: [{ id: "wamid.2", shopper }] })).toBe(true);
  });

  test("that could not be noted", async () => {
    const { store, instance } = createStore();
    store.up = false;
    expect(await instance().note(exchange)).toBe(false);
  });

  test("before all other instances know that there is something to look for", async () => {
    const { store, instance } = createStore();
    store.alone = false;
    const one = instance();
    expect(await one.note(exchange)).toBe(false);
    await told();
    store.nowMs += 1_900;
    expect(await one.note(exchange)).toBe(false);
    store.nowMs += 200;
    expect(await one.note(exchange)).toBe(true);
  });

  test("where they have known for long it goes on after a restart", async () => {
    const { store, instance } = createStore();
    await instance().note(exchange);
    store.alone = false;
    expect(await instance().note(exchange)).toBe(false);
    for (const note of store.notes.values()) store.notes.set(note.key, { ...note, untilMs: note.untilMs - 5_000 });
    expect(await instance().note({ ...exchange, items: [] })).toBe(true);
  });

  test("while the others cannot be told", async () => {
    const { store, instance } = createStore();
    store.alone = false;
    store.up = false;
    const one = instance();
    for (let i = 0; i < 3; i += 1) {
      expect(await one.note(exchange)).toBe(false);
      await told();
      store.nowMs += 10_000;
    }
    store.up = true;
    expect(await one.note(exchange)).toBe(false);
    await told();
    store.nowMs += 2_100;
    expect(await one.note(exchange)).toBe(true);
  });
});
