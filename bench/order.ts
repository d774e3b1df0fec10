/**
 * What order and redeliveries cost the data plane's thread: nanoseconds of its CPU time, median and worst of the rounds; and
 * the memory of 100,000 items. Run it with `node bench/order.ts`.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { monotonic } from "../src/lib/clock.ts";
import type { Place } from "../src/mirror/lanes.ts";
import { createOrder, type Order } from "../src/mirror/order.ts";
import { createSeen, type Seen } from "../src/mirror/seen.ts";

const ROUNDS = 15;
const TURNS = 100_000;
const REMEMBERED = 100_000;

const ready = (): void => undefined;

/** As long as the ids of WhatsApp shoppers, each a fresh string, as a parser makes them. */
const shopperIds = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => fresh(`55119${String(first + index).padStart(8, "0")}`));

/** As long as the ids of messages: 62 characters. */
const messageIds = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    fresh(`wamid.HBgNNTUxMTk4NzY1NDMyMRUCABIYFDNBMDdG${String(first + index).padStart(16, "0")}AA==`),
  );

function fresh(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** `work` does so many turns of what is measured. */
function measure(name: string, turns: number, work: (round: number) => () => void): void {
  const perTurn: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const run = work(round);
    const before = process.threadCpuUsage();
    run();
    const { user, system } = process.threadCpuUsage(before);
    perTurn.push(((user + system) * 1000) / turns);
  }
  perTurn.sort((a, b) => a - b);
  const [median = 0, worst = 0] = [perTurn[ROUNDS >> 1], perTurn.at(-1)];
  console.log(`${name.padEnd(66)} ${median.toFixed(0).padStart(6)} ns ${worst.toFixed(0).padStart(6)} ns`);
}

function call(order: Order, shoppers: readonly string[]): Place {
  const ticket = order.arrive();
  const place = ticket.enter(shoppers, ready);
  ticket.close();
  if (place === null) throw new Error("A call was turned away");
  return place;
}

function freshOrder(): Order {
  return createOrder({ timeoutMs: 60_000, maxWaiting: TURNS }, monotonic);
}

/** Each delivery of one shopper, with so many others under way all the time. */
function calls(name: string, underWay: number): void {
  const order = freshOrder();
  for (const shopper of shopperIds(TURNS, underWay)) call(order, [shopper]);
  measure(name, TURNS, () => {
    const shoppers = shopperIds(0, TURNS);
    return () => {
      for (const shopper of shoppers) call(order, [shopper]).leave();
    };
  });
}

function orders(): void {
  console.log(`${"order, per delivery".padEnd(66)}    median     worst`);
  const passed = freshOrder();
  measure("of legacy mode: arrives, closes", TURNS, () => () => {
    for (let turn = 0; turn < TURNS; turn += 1) passed.arrive().close();
  });
  calls("of one shopper: arrives, enters, closes, leaves; alone", 0);
  calls("the same, 1,000 calls of others under way", 1_000);
  const single = freshOrder();
  measure("behind one of the same shopper: the two calls, each", TURNS, () => {
    const shoppers = shopperIds(0, TURNS / 2);
    return () => {
      for (const shopper of shoppers) {
        const [first, second] = [call(single, [shopper]), call(single, [shopper])];
        first.leave();
        second.leave();
      }
    };
  });
  const batches = freshOrder();
  measure("a batch of 1,000 shoppers, whole", 50, () => {
    const batch = shopperIds(0, 1_000);
    return () => {
      for (let turn = 0; turn < 50; turn += 1) call(batches, batch).leave();
    };
  });
}

const exchangeIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => fresh(String(index).padStart(24, "0")));

/** Spreads the items evenly over the deliveries. */
function deliver(seen: Seen, ids: readonly string[], exchanges: readonly string[]): void {
  const perDelivery = ids.length / exchanges.length;
  let first = 0;
  for (const exchange of exchanges) {
    const sighting = seen.delivered(exchange);
    for (let index = first; index < first + perDelivery; index += 1) sighting.first(ids[index] ?? null);
    sighting.answered(200);
    first += perDelivery;
  }
}

function items(): void {
  console.log(`\n${"seen, per item".padEnd(66)}    median     worst`);
  const seen = createSeen({ forMs: 600_000, max: REMEMBERED }, monotonic);
  const exchanges = exchangeIds(TURNS);
  deliver(seen, messageIds(0, REMEMBERED), exchanges);
  for (const perDelivery of [1, 1_000]) {
    measure(`new, ${perDelivery} in a delivery, memory full`, TURNS, (round) => {
      const ids = messageIds((round + perDelivery) * TURNS, TURNS);
      const some = exchanges.slice(0, TURNS / perDelivery);
      return () => deliver(seen, ids, some);
    });
  }
  measure("delivered again, 1 in a delivery", TURNS, () => {
    const known = createSeen({ forMs: 600_000, max: REMEMBERED * 4 }, monotonic);
    deliver(known, messageIds(0, TURNS), exchanges);
    const ids = messageIds(0, TURNS);
    return () => deliver(known, ids, exchanges);
  });
}

function collect(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
}

/** The heap that all of it takes, ids included. */
function memory(perDelivery: number): void {
  const seen = createSeen({ forMs: 600_000, max: REMEMBERED + 3 }, monotonic);
  collect();
  const before = process.memoryUsage().heapUsed;
  deliver(seen, messageIds(0, REMEMBERED), exchangeIds(REMEMBERED / perDelivery));
  collect();
  const megabytes = (process.memoryUsage().heapUsed - before) / 1_000_000;
  console.log(`${seen.size} items remembered, ${perDelivery} in a delivery: ${megabytes.toFixed(1)} MB`);
}

orders();
items();
console.log("");
memory(1);
memory(4);
