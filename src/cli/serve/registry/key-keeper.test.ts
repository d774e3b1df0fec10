import { expect, test } from "vitest";
import type { WriteAnswer } from "../../../registry/index.ts";
import type { HashKeys } from "./hash-keys.ts";
import { createKeyKeeper, type KeyKeeper } from "./key-keeper.ts";
import { fingerprintOf, retiredKeyMs, takesOverMs } from "./key-ring.ts";

const written: WriteAnswer = { kind: "unchanged", version: 1 };

/** A store of one key, and those who keep it. */
function world() {
  const store = { text: "", up: true, nowMs: 0 };
  const reached = (): void => {
    if (!store.up) throw new Error("away");
  };
  const port = {
    async hashKey(mine: string) {
      reached();
      store.text ||= mine;
      return store.text;
    },
    async replaceHashKey(known: string, next: string) {
      reached();
      if (store.text === known) store.text = next;
      return store.text;
    },
  };
  let made = 0;
  const keeper = async (kept: string, configured: string | null = null) => {
    const told: HashKeys[] = [];
    const remembered: string[] = [];
    const keys: KeyKeeper = createKeyKeeper({
      configured,
      kept,
      remember: (text) => void remembered.push(text),
      changed: (next) => void told.push(next),
      madeKey: () => `made${(made += 1)}`,
      now: () => store.nowMs,
    });
    await keys.opened(port);
    return { keys, told, remembered };
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { store, keeper, turn };
}

test("a store that has a key gives it, and one that has none takes ours", async () => {
  const { store, keeper } = world();
  const one = await keeper("one");
  const two = await keeper("two");
  expect([store.text, one.told, two.told, two.remembered]).toEqual([
    "one",
    [],
    [{ current: "one", all: ["one"] }],
    ["one"],
  ]);
});

test("a new key is told to the audit first, known to all soon, and in force for all at its time", async () => {
  const { store, keeper, turn } = world();
  const [one, two] = [await keeper("one"), await keeper("two")];
  const noted: unknown[] = [];
  const answer = await one.keys.rotate(async (value) => {
    expect(store.text).toBe("one");
    noted.push(value);
    return written;
  });
  const key = fingerprintOf("made1");
  const at = new Date(takesOverMs).toISOString();
  const gone = new Date(takesOverMs + retiredKeyMs).toISOString();
  const told = { key, in_force_at: at, retired: [{ key: fingerprintOf("one"), retired_at: at, gone_at: gone }] };
  expect([answer, noted]).toEqual([{ kind: "rotated", told }, [told]]);
  two.keys.look();
  await turn();
  const known = { current: "one", all: ["one", "made1"] };
  expect([one, two].map(({ keys }) => keys.keys())).toEqual([known, known]);
  store.nowMs = takesOverMs;
  // Away or not.
  store.up = false;
  for (const { keys } of [one, two]) keys.look();
  await turn();
  const inForce = { current: "made1", all: ["made1", "one"] };
  expect([one, two].map(({ told: of }) => of.at(-1))).toEqual([inForce, inForce]);
  store.up = true;
  store.nowMs = takesOverMs + retiredKeyMs;
  one.keys.look();
  await turn();
  expect([one.told.at(-1), store.text, one.remembered.at(-1)]).toEqual([
    { current: "made1", all: ["made1"] },
    "made1",
    "made1",
  ]);
});

test("no key is made where the audit refuses, the store is away, or the configuration says which there are", async () => {
  const { store, keeper } = world();
  const one = await keeper("one");
  const refusal = { kind: "unavailable", why: "it takes no writes" } as const;
  expect(await one.keys.rotate(async () => refusal)).toEqual({ kind: "refused", answer: refusal });
  expect(store.text).toBe("one");
  const given = await keeper("one", "given,before");
  expect(await given.keys.rotate(async () => written)).toEqual({ kind: "configured" });
  expect([given.keys.keys(), given.remembered]).toEqual([{ current: "given", all: ["given", "before"] }, []]);
  store.up = false;
  await expect(one.keys.rotate(async () => written)).rejects.toThrow("away");
});

test("of two that are made at once one is kept, and the other is said to be none", async () => {
  const { store, keeper } = world();
  const [one, two] = [await keeper("one"), await keeper("two")];
  const during = one.keys.rotate(async () => {
    await two.keys.rotate(async () => written);
    return written;
  });
  expect(await during).toMatchObject({ kind: "refused", answer: { kind: "unavailable" } });
  expect(one.keys.text()).toBe(store.text);
});
