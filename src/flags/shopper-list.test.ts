import { MessageChannel } from "node:worker_threads";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ShopperTable } from "./shopper-list.ts";
import type { SharedTable } from "./table-parts.ts";
import { anyCharacter } from "../../test/support/any-character.ts";

const anyUnits = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
const anyShopper = fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: anyCharacter }), anyUnits);

test("a table has the members of a set of the same shoppers, and no others", () => {
  fc.assert(
    fc.property(fc.array(anyShopper), fc.array(anyShopper), (listed, others) => {
      const table = ShopperTable.of(listed);
      const set = new Set(listed);
      expect(table.size).toBe(set.size);
      for (const shopper of [...listed, ...others])
        expect([shopper, table.has(shopper)]).toEqual([shopper, set.has(shopper)]);
    }),
  );
});

test("a list of a hundred thousand shoppers has each of them and none of the next hundred thousand", () => {
  const shoppers = Array.from({ length: 200_000 }, (_, index) => `55119${index}`);
  const table = ShopperTable.of(shoppers.slice(0, 100_000));
  expect(table.size).toBe(100_000);
  const found = shoppers.filter((shopper) => table.has(shopper));
  expect([found.length, found.at(-1)]).toEqual([100_000, shoppers[99_999]]);
});

test("shoppers with the same hash are told apart", () => {
  // Found by running the hash backwards: both are 0.
  const [one, two] = ["CHECKOUT_ENABLED:0000130cKHg", "ejOoVL"];
  expect(ShopperTable.of([one]).has(two)).toBe(false);
  const both = ShopperTable.of([one, two, one]);
  expect([both.size, both.has(one), both.has(two), both.has("")]).toEqual([2, true, true, false]);
});

test("an empty list has nobody", () => {
  expect([ShopperTable.of([]).size, ShopperTable.of([]).has(""), ShopperTable.of([]).has("alice")]).toEqual([
    0,
    false,
    false,
  ]);
});

/** So few that most steps meet members, and some that share a home in a small table. */
const anyOfFew = fc.constantFrom(
  ...Array.from({ length: 24 }, (_, index) => `shopper-${index}`),
  "",
  "ejOoVL",
  "\ud800",
);
const anyStep = fc.record({ added: fc.array(anyOfFew), removed: fc.array(anyOfFew) });

test("a table that is changed step by step has the members of a set, in the order of a set, and so does each before it", () => {
  fc.assert(
    fc.property(fc.array(anyOfFew), fc.array(anyStep, { maxLength: 12 }), (listed, steps) => {
      const set = new Set(listed);
      const history = [{ table: ShopperTable.of(listed), members: [...set] }];
      for (const { added, removed } of steps) {
        for (const shopper of removed) set.delete(shopper);
        for (const shopper of added) set.add(shopper);
        const table = history.at(-1)?.table.with({ added, removed });
        if (table !== undefined) history.push({ table, members: [...set] });
      }
      for (const { table, members } of history) {
        expect([table.size, ...table.members()]).toEqual([members.length, ...members]);
        const wrong = [
          "ejOoVL",
          "",
          ...listed,
          ...steps.flatMap(({ added, removed }) => [...added, ...removed]),
        ].filter((shopper) => table.has(shopper) !== members.includes(shopper));
        expect(wrong).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
});

test("members that come and go a thousand times leave no more behind than they take up", () => {
  let table = ShopperTable.of(["alice"]);
  for (let index = 0; index < 1000; index += 1) {
    table = table.with({ added: [`55119${index}`], removed: index === 0 ? [] : [`55119${index - 1}`] });
  }
  expect([...table.members()]).toEqual(["alice", "55119999"]);
  expect(table.shared().units.length).toBeLessThan(100);
  expect(table.shared().slots.length).toBeLessThan(100);
});

test("a change of nobody is the same table", () => {
  const table = ShopperTable.of(["alice"]);
  expect(table.with({ added: [], removed: [] })).toBe(table);
});

test("another thread reads the same memory", async () => {
  const { port1, port2 } = new MessageChannel();
  const table = ShopperTable.of(["alice", "bob"]);
  const received = new Promise<SharedTable>((resolve) => port2.once("message", resolve));
  port1.postMessage(table.shared());
  const parts = await received;
  port1.close();
  expect(parts.units.buffer).not.toBe(table.shared().units.buffer);
  const [there, here] = [parts, table.shared()].map(({ slots }) => slots);
  expect([...ShopperTable.from(parts).members()]).toEqual(["alice", "bob"]);
  // Written on one side, which nothing but a test does, it is there on the other.
  here?.fill(0);
  expect(there?.every((slot) => slot === 0)).toBe(true);
});

test("members come in the order in which they were put in, from anywhere on", () => {
  const table = ShopperTable.of(["a", "b", "c", "d"]).with({ added: ["e", "f"], removed: ["b", "e"] });
  expect([...table.members()]).toEqual(["a", "c", "d", "e", "f"]);
  expect([...table.members(2)]).toEqual(["d", "e", "f"]);
  expect([...table.members(5)]).toEqual([]);
  expect([table.first(2), table.first(9), table.first(0)]).toEqual([["a", "c"], ["a", "c", "d", "e", "f"], []]);
});
