import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { monotonic } from "../lib/clock.ts";
import type { Place, Shoppers } from "./lanes.ts";
import { createOrder, type Order, type Ticket } from "./order.ts";

const timeoutMs = 1_000;

/** The clock and the timers are driven by hand. */
beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

function orderOf(maxWaiting = 100): Order {
  return createOrder({ timeoutMs, maxWaiting }, monotonic);
}

/** Names of calls in the order of their turns, and how to make one. */
function caller() {
  const turns: string[] = [];
  const enter = (ticket: Ticket, shoppers: Shoppers, name: string): Place => {
    const place = ticket.enter(shoppers, () => turns.push(name));
    if (place === null) throw new Error(`${name} was turned away`);
    return place;
  };
  /** A delivery of one call. */
  const call = (order: Order, shoppers: Shoppers, name: string): Place => {
    const ticket = order.arrive();
    const place = enter(ticket, shoppers, name);
    ticket.close();
    return place;
  };
  return { turns, enter, call };
}

describe("a call", () => {
  test("starts at once where nobody is in front of it", () => {
    const order = orderOf();
    const { turns, call } = caller();
    const place = call(order, ["ana"], "a1");
    expect(turns).toEqual(["a1"]);
    expect(place).toMatchObject({ waitedMs: 0, uncertain: false });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("waits for those before it of the same shopper, and says how long", () => {
    const order = orderOf();
    const { turns, call } = caller();
    const [first, second, third] = [call(order, ["ana"], "a1"), call(order, ["ana"], "a2"), call(order, ["ana"], "a3")];
    vi.advanceTimersByTime(30);
    expect([turns, order.waiting]).toEqual([["a1"], 2]);
    first.leave();
    expect([turns, order.waiting]).toEqual([["a1", "a2"], 1]);
    vi.advanceTimersByTime(20);
    second.leave();
    expect(turns).toEqual(["a1", "a2", "a3"]);
    expect([first.waitedMs, second.waitedMs, third.waitedMs]).toEqual([0, 30, 50]);
    expect([first.uncertain, second.uncertain, third.uncertain]).toEqual([false, false, false]);
  });

  test("does not wait for other shoppers", () => {
    const order = orderOf();
    const { turns, call } = caller();
    call(order, ["ana"], "a1");
    call(order, ["bia"], "b1");
    call(order, ["ana"], "a2");
    call(order, ["cleo"], "c1");
    expect(turns).toEqual(["a1", "b1", "c1"]);
  });

  test("for several shoppers waits for all of them, and they for it", () => {
    const order = orderOf();
    const { turns, call } = caller();
    const [ana, bia] = [call(order, ["ana"], "a1"), call(order, ["bia"], "b1")];
    const both = call(order, ["ana", "bia", "ana"], "ab");
    call(order, ["bia"], "b2");
    bia.leave();
    expect(turns).toEqual(["a1", "b1"]);
    ana.leave();
    expect(turns).toEqual(["a1", "b1", "ab"]);
    both.leave();
    expect(turns).toEqual(["a1", "b1", "ab", "b2"]);
  });

  test("of nobody known waits for nobody", () => {
    const order = orderOf();
    const { turns, call } = caller();
    call(order, [null], "n1");
    order.arrive();
    call(order, [null, null], "n2").leave();
    call(order, [], "n3");
    expect([turns, order.busy]).toEqual([["n1", "n2", "n3"], 0]);
  });

  test("that gives up waiting is not told, and those behind it move up", () => {
    const order = orderOf();
    const { turns, call } = caller();
    const first = call(order, ["ana"], "a1");
    const second = call(order, ["ana", "bia"], "ab");
    call(order, ["bia"], "b1");
    second.leave();
    expect([turns, order.waiting]).toEqual([["a1", "b1"], 0]);
    first.leave();
    expect(turns).toEqual(["a1", "b1"]);
  });

  test("is turned away where too many wait, and only then", () => {
    const order = orderOf(1);
    const { turns, call } = caller();
    const first = call(order, ["ana"], "a1");
    call(order, ["ana"], "a2");
    const ready = vi.fn<() => void>();
    expect(order.arrive().enter(["ana"], ready)).toBeNull();
    first.leave();
    expect([turns, order.waiting]).toEqual([["a1", "a2"], 0]);
    expect(ready).not.toHaveBeenCalled();
  });

  test("may leave twice, which takes nothing from the next", () => {
    const order = orderOf();
    const { turns, call } = caller();
    const first = call(order, ["ana"], "a1");
    call(order, ["ana"], "a2");
    call(order, ["ana"], "a3");
    first.leave();
    first.leave();
    expect(turns).toEqual(["a1", "a2"]);
  });

  test("that is over as soon as it is told does not pile up on the stack", () => {
    const order = orderOf(20_000);
    const first = caller().call(order, ["ana"], "first");
    let told = 0;
    for (let index = 0; index < 20_000; index += 1) {
      const ticket = order.arrive();
      ticket.enter(["ana"], (place) => {
        told += 1;
        place.leave();
      });
      ticket.close();
    }
    first.leave();
    expect([told, order.busy, order.waiting]).toEqual([20_000, 0, 0]);
  });

  test("that leaves before it is told is not told, its turn having come", () => {
    const order = orderOf();
    const { turns, enter, call } = caller();
    const both = call(order, ["ana", "bia"], "ab");
    const ticket = order.arrive();
    let second: Place | null = null;
    ticket.enter(["ana"], () => {
      turns.push("a1");
      second?.leave();
    });
    second = enter(ticket, ["bia"], "b1");
    both.leave();
    expect(turns).toEqual(["ab", "a1"]);
  });

  test("may make the next from within its turn", () => {
    const order = orderOf();
    const turns: string[] = [];
    const ticket = order.arrive();
    ticket.enter(["ana"], (place) => {
      turns.push("a1");
      caller().call(order, ["ana"], "a2");
      ticket.enter(["bia"], () => turns.push("b1"));
      expect(turns).toEqual(["a1"]);
      place.leave();
    });
    expect(turns).toEqual(["a1", "b1"]);
  });
});

describe("a delivery that is not judged yet", () => {
  test("keeps its place before those that were judged sooner", () => {
    const order = orderOf();
    const { turns, enter, call } = caller();
    const large = order.arrive();
    call(order, ["ana"], "a2");
    call(order, ["bia"], "b1");
    expect([turns, order.waiting]).toEqual([[], 2]);
    vi.advanceTimersByTime(5);
    const place = enter(large, ["ana"], "a1");
    large.close();
    expect(turns).toEqual(["a1", "b1"]);
    place.leave();
    expect(turns).toEqual(["a1", "b1", "a2"]);
  });

  test("holds nobody up once it turns out to make no call", () => {
    const order = orderOf();
    const { turns, call } = caller();
    const [one, other] = [order.arrive(), order.arrive()];
    call(order, ["ana"], "a1");
    other.close();
    expect(turns).toEqual([]);
    one.close();
    one.close();
    expect([turns, vi.getTimerCount()]).toEqual([["a1"], 0]);
  });

  test("makes a call for each of its modes", () => {
    const order = orderOf();
    const { turns, enter, call } = caller();
    const [unjudged, ticket] = [order.arrive(), order.arrive()];
    enter(ticket, ["ana"], "shadow");
    enter(ticket, ["bia"], "dual-run");
    ticket.close();
    call(order, ["bia"], "b2");
    unjudged.close();
    expect([turns, order.waiting]).toEqual([["shadow", "dual-run"], 1]);
  });

  test("that takes too long lets the others by, which are marked as its own calls are", () => {
    const order = orderOf();
    const { turns, enter, call } = caller();
    const before = call(order, ["cleo"], "c1");
    const later = call(order, ["cleo"], "c2");
    const lost = order.arrive();
    const waiting = call(order, ["ana"], "a2");
    vi.advanceTimersByTime(timeoutMs - 1);
    before.leave();
    expect(turns).toEqual(["c1", "c2"]);
    vi.advanceTimersByTime(1);
    expect(turns).toEqual(["c1", "c2", "a2"]);
    const late = enter(lost, ["bia", null], "b1");
    const nobody = enter(lost, [null], "n1");
    const meanwhile = call(order, ["davi"], "d1");
    lost.close();
    const after = call(order, ["eva"], "e1");
    expect([later, waiting, late, nobody, meanwhile, after].map(({ uncertain }) => uncertain)).toEqual([
      false,
      true,
      true,
      false,
      true,
      false,
    ]);
  });
});

describe("a call that takes too long", () => {
  test("lets the next by, which is marked", () => {
    const order = orderOf();
    const { turns, call } = caller();
    const slow = call(order, ["ana"], "a1");
    const second = call(order, ["ana"], "a2");
    vi.advanceTimersByTime(timeoutMs - 1);
    expect(turns).toEqual(["a1"]);
    vi.advanceTimersByTime(1);
    expect(turns).toEqual(["a1", "a2"]);
    expect([slow.uncertain, second.uncertain, second.waitedMs]).toEqual([false, true, timeoutMs]);
    slow.leave();
    const third = call(order, ["ana"], "a3");
    second.leave();
    expect([turns, third.uncertain]).toEqual([["a1", "a2", "a3"], false]);
  });

  test("is overtaken by one that comes after that time without waiting or a timer", () => {
    const order = orderOf(0);
    const { turns, call } = caller();
    call(order, ["ana"], "a1");
    vi.advanceTimersByTime(timeoutMs);
    expect(call(order, ["ana"], "a2")).toMatchObject({ uncertain: true, waitedMs: 0 });
    expect([turns, vi.getTimerCount()]).toEqual([["a1", "a2"], 0]);
  });

  test("keeps its lanes until it is over", () => {
    const order = orderOf();
    const { call } = caller();
    const slow = call(order, ["ana", "bia"], "ab");
    const next = call(order, ["ana"], "a2");
    vi.advanceTimersByTime(timeoutMs);
    next.leave();
    expect(order.busy).toBe(2);
    slow.leave();
    expect(order.busy).toBe(0);
  });

  test("is counted from its own turn, one after the other", () => {
    const order = orderOf();
    const { turns, call } = caller();
    for (const name of ["a1", "a2", "a3"]) call(order, ["ana"], name);
    vi.advanceTimersByTime(timeoutMs * 2 - 1);
    expect(turns).toEqual(["a1", "a2"]);
    vi.advanceTimersByTime(1);
    expect(turns).toEqual(["a1", "a2", "a3"]);
  });
});

describe("the timer", () => {
  test("is one for all who wait, and goes with the last of them", () => {
    const order = orderOf();
    const { call } = caller();
    const firsts = ["ana", "bia", "cleo"].map((shopper) => call(order, [shopper], shopper));
    expect(vi.getTimerCount()).toBe(0);
    for (const shopper of ["ana", "bia", "cleo"]) call(order, [shopper], shopper);
    expect(vi.getTimerCount()).toBe(1);
    for (const first of firsts) first.leave();
    expect([vi.getTimerCount(), order.waiting]).toEqual([0, 0]);
  });

  test("does not ring for a ticket that nobody is behind", () => {
    const order = orderOf();
    const { turns, enter } = caller();
    const startMs = monotonic();
    const ticket = order.arrive();
    vi.advanceTimersByTime(600);
    enter(ticket, ["ana"], "a1");
    vi.advanceTimersByTime(500);
    enter(ticket, ["ana"], "a2");
    vi.advanceTimersToNextTimer();
    expect([turns, monotonic() - startMs]).toEqual([["a1", "a2"], 600 + timeoutMs]);
  });

  test("keeps no process alive", () => {
    vi.useRealTimers();
    const alive = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = alive();
    const order = orderOf();
    const { call } = caller();
    const places = [call(order, ["ana"], "a1"), call(order, ["ana"], "a2")];
    expect([order.waiting, alive()]).toEqual([1, before]);
    for (const place of places) place.leave();
  });
});
