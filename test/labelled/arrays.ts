/** Lists: what was put in, taken out, moved, and what changed inside an element. */
import { json, type Labelled } from "./pair.ts";

const list = (name: string, legacy: readonly unknown[], candidate: readonly unknown[], ...found: readonly string[]) =>
  json(name, [{ items: legacy }, { items: candidate }], ...found);

const bread = { id: "pao", name: "Pão francês", qty: 2, price: 1.5 };
const coffee = { id: "cafe", name: "Café 500 g", qty: 1, price: 38.9 };
const milk = { id: "leite", name: "Leite", qty: 3, price: 5.2 };
const sugar = { id: "acucar", name: "Açúcar", qty: 1, price: 4.1 };

/** The same shape again and again, as lists of slots, rows and messages have it. */
const slot = (hour: number, free = true) => ({ day: "2026-08-01", hour, free, room: "A" });

export const arrays: readonly Labelled[] = [
  list("the same products", [bread, coffee], [bread, coffee]),
  list("one at the end", [1, 2, 3], [1, 2, 3, 4], "minor added /body/items/3"),
  list("one at the front", ["a", "b", "c"], ["x", "a", "b", "c"], "minor added /body/items/0"),
  list("one in the middle", ["a", "b", "c"], ["a", "x", "b", "c"], "minor added /body/items/1"),
  list("without the first", ["a", "b", "c"], ["b", "c"], "minor removed /body/items/0"),
  list("without the middle one", ["a", "b", "c"], ["a", "c"], "minor removed /body/items/1"),
  list("without the last", ["a", "b", "c"], ["a", "b"], "minor removed /body/items/2"),
  list("one against none", [bread], [], "minor removed /body/items/0"),
  list("none against two", [], ["a", "b"], "minor added /body/items/0", "minor added /body/items/1"),
  list("another in its place", ["a", "b", "c"], ["a", "x", "c"], "minor changed /body/items/1"),
  list("another first", ["a", "b", "c"], ["x", "b", "c"], "minor changed /body/items/0"),
  list("another last", ["a", "b", "c"], ["a", "b", "x"], "minor changed /body/items/2"),
  list("the only one is another", ["a"], ["b"], "minor changed /body/items/0"),
  list("null in its place", ["a", "b"], ["a", null], "minor type /body/items/1"),
  list("null against absence at the end", ["a", null], ["a"], "minor removed /body/items/1"),
  list("numbers that became texts", [1, 2], ["1", "2"], "minor type /body/items/0", "minor type /body/items/1"),
  list("one more of the same at the end", ["a", "b", "b"], ["a", "b"], "minor removed /body/items/2 or /body/items/1"),
  list("twice the same", ["a"], ["a", "a"], "minor added /body/items/1 or /body/items/0"),
  list("the last first", [1, 2, 3, 4], [4, 1, 2, 3], "minor removed /body/items/3", "minor added /body/items/0"),
  list("the first last", [1, 2, 3, 4], [2, 3, 4, 1], "minor removed /body/items/0", "minor added /body/items/3"),
  list(
    "two put in at two places",
    ["a", "b", "c", "d"],
    ["x", "a", "b", "y", "c", "d"],
    "minor added /body/items/0",
    "minor added /body/items/3",
  ),
  list(
    "one out at the front, one in at the end",
    ["a", "b", "c", "d"],
    ["b", "c", "d", "e"],
    "minor removed /body/items/0",
    "minor added /body/items/3",
  ),
  list("a product at the front", [coffee, milk], [bread, coffee, milk], "minor added /body/items/0"),
  list("a product out of the middle", [bread, coffee, milk], [bread, milk], "minor removed /body/items/1"),
  list("a product at the end", [bread], [bread, coffee], "minor added /body/items/1"),
  list(
    "a price in a list",
    [bread, coffee, milk],
    [bread, { ...coffee, price: 39.9 }, milk],
    "critical changed /body/items/1/price",
  ),
  list("the price of the only product", [bread], [{ ...bread, price: 2 }], "critical changed /body/items/0/price"),
  list(
    "a member of a product gone",
    [bread, coffee],
    [bread, { id: "cafe", name: "Café 500 g", qty: 1 }],
    "critical removed /body/items/1/price",
  ),
  list(
    "a product in front, and the price of the one after",
    [coffee, milk],
    [bread, { ...coffee, price: 41 }, milk],
    "minor added /body/items/0",
    "critical changed /body/items/0/price",
  ),
  list(
    "a product out, and the quantity of another",
    [bread, coffee, milk],
    [coffee, { ...milk, qty: 4 }],
    "minor removed /body/items/0",
    "minor changed /body/items/2/qty",
  ),
  list(
    "two prices",
    [bread, coffee, milk],
    [{ ...bread, price: 9 }, coffee, { ...milk, price: 9 }],
    "critical changed /body/items/0/price",
    "critical changed /body/items/2/price",
  ),
  list(
    "a product moved to the front",
    [bread, coffee, milk, sugar],
    [sugar, bread, coffee, milk],
    "minor removed /body/items/3",
    "minor added /body/items/0",
  ),
  list(
    "a slot at the front",
    [slot(9), slot(10), slot(11)],
    [slot(8), slot(9), slot(10), slot(11)],
    "minor added /body/items/0",
  ),
  list("a slot taken out", [slot(9), slot(10), slot(11)], [slot(9), slot(11)], "minor removed /body/items/1"),
  list(
    "a slot that is taken",
    [slot(9), slot(10), slot(11)],
    [slot(9), slot(10, false), slot(11)],
    "minor changed /body/items/1/free",
  ),
  list(
    "a slot moved from the front to the end",
    [slot(9), slot(10), slot(11)],
    [slot(10), slot(11), slot(9)],
    "minor removed /body/items/0",
    "minor added /body/items/2",
  ),
  list(
    "hundred slots, one put in at the front",
    Array.from({ length: 100 }, (_, i) => slot(i)),
    [slot(-1), ...Array.from({ length: 100 }, (_, i) => slot(i))],
    "minor added /body/items/0",
  ),
  list(
    "hundred numbers, one taken out in the middle",
    Array.from({ length: 100 }, (_, i) => i),
    Array.from({ length: 100 }, (_, i) => i).filter((i) => i !== 50),
    "minor removed /body/items/50",
  ),
  list(
    "a row in a table",
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 2],
      [3, 5],
    ],
    "minor changed /body/items/1/1",
  ),
  list(
    "a row at the front of a table",
    [
      [1, 2],
      [3, 4],
    ],
    [
      [0, 0],
      [1, 2],
      [3, 4],
    ],
    "minor added /body/items/0",
  ),
  list(
    "a cell at the front of a row",
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 2],
      [9, 3, 4],
    ],
    "minor added /body/items/1/0",
  ),
  list("an empty row", [[1], []], [[1], [2]], "minor added /body/items/1/0"),
  json(
    "a list alone, one at the front",
    [
      ["b", "c"],
      ["a", "b", "c"],
    ],
    "minor added /body/0",
  ),
  json(
    "messages of a change, one more at the front",
    [
      {
        changes: [
          {
            value: {
              messages: [
                { id: "m-2", type: "text" },
                { id: "m-3", type: "image" },
              ],
            },
          },
        ],
      },
      {
        changes: [
          {
            value: {
              messages: [
                { id: "m-1", type: "text" },
                { id: "m-2", type: "text" },
                { id: "m-3", type: "image" },
              ],
            },
          },
        ],
      },
    ],
    "minor added /body/changes/0/value/messages/0",
  ),
  json(
    "two lists at once",
    [
      { a: [1, 2], b: ["x", "y"] },
      { a: [0, 1, 2], b: ["x"] },
    ],
    "minor added /body/a/0",
    "minor removed /body/b/1",
  ),
];
