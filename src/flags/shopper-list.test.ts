import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ShopperTable } from "./shopper-list.ts";

const anyUnits = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
const anyShopper = fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: "binary" }), anyUnits);

test("a table has the members of a set of the same shoppers, and no others", () => {
  fc.assert(
    fc.property(fc.array(anyShopper), fc.array(anyShopper), (listed, others) => {
      const table = new ShopperTable(listed);
      const set = new Set(listed);
      expect(table.size).toBe(set.size);
      for (const shopper of [...listed, ...others])
        expect([shopper, table.has(shopper)]).toEqual([shopper, set.has(shopper)]);
    }),
  );
});

test("a list of a hundred thousand shoppers has each of them and none of the next hundred thousand", () => {
  const shoppers = Array.from({ length: 200_000 }, (_, index) => `55119${index}`);
  const table = new ShopperTable(shoppers.slice(0, 100_000));
  expect(table.size).toBe(100_000);
  const found = shoppers.filter((shopper) => table.has(shopper));
  expect([found.length, found.at(-1)]).toEqual([100_000, shoppers[99_999]]);
});

test("shoppers with the same hash are told apart", () => {
  // Found by running the hash backwards: both are 0.
  const [one, two] = ["CHECKOUT_ENABLED:0000130cKHg", "ejOoVL"];
  expect(new ShopperTable([one]).has(two)).toBe(false);
  const both = new ShopperTable([one, two, one]);
  expect([both.size, both.has(one), both.has(two), both.has("")]).toEqual([2, true, true, false]);
});

test("an empty list has nobody", () => {
  expect([new ShopperTable([]).size, new ShopperTable([]).has(""), new ShopperTable([]).has("alice")]).toEqual([
    0,
    false,
    false,
  ]);
});
