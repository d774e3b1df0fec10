import fc from "fast-check";
import { expect, it } from "vitest";
import type { Effect } from "../model/index.ts";
import { createExchanges } from "./exchanges.ts";
import type { Place } from "./find.ts";
import { isBeside } from "./group.ts";
import { sampleClock, sampleEffect, sampleItem, sampleOptions } from "./sample.ts";
import { createSettling } from "./settling.ts";
import type { Closed, Fate } from "./waiting.ts";

const bounds = { quietMs: 20, maxMs: 1000 };
const name = fc.nat(6).map(String);
const message = fc.constantFrom("m0", "m1", "m2", "m3");
const shopper = fc.constantFrom("1", "2", "3");

const item = fc.record({
  id: fc.option(message),
  shopper: fc.option(shopper),
  mode: fc.constantFrom("shadow", "shadow", "dual-run", "cutover", "legacy"),
});

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ items: fc.array(item, { minLength: 1, maxLength: 3 }), shared: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ answered: name }) },
  { weight: 1, arbitrary: fc.record({ abandoned: name }) },
  { weight: 3, arbitrary: fc.record({ ms: fc.nat(60) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      side: fc.constantFrom("legacy", "candidate", "twin"),
      exchange: fc.option(name, { freq: 2 }),
      traceId: fc.option(fc.oneof(name, fc.constant("shared")), { freq: 2 }),
      refersTo: fc.option(message, { freq: 2 }),
      recipient: fc.option(shopper, { freq: 3 }),
      ids: fc.subarray(["f0", "f1"]),
      produced: fc.subarray(["f0", "f1"], { maxLength: 1 }),
    }),
  },
);

const history = fc.array(step, { minLength: 10, maxLength: 40, size: "max" });

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Plays a history to its end, as an owner with one timer. */
function play(steps: readonly Step[], { max = 1000, maxExchanges = 1000 } = {}) {
  const clock = sampleClock();
  const exchanges = createExchanges({ ...sampleOptions, max: maxExchanges }, clock);
  const fates = new Map<Effect, Fate[]>();
  const ends = new Map<string, string[]>();
  const ended = (exchange: string, how: string): void => void ends.get(exchange)?.push(how);
  const settling = createSettling(
    {
      exchanges,
      bounds: () => bounds,
      strayMs: 10,
      max,
      complete: ({ legacy, candidate }) => legacy.length === candidate.length,
      counted: (fate, effect) => void fates.get(effect)?.push(fate),
      givenUp: (given) => given.forEach((exchange) => ended(exchange, "given up")),
    },
    clock,
  );
  const closed: Closed[] = [];
  const ties: string[][] = [];
  let opened = 0;
  let fullest = 0;
  const isOpen = (exchange: string): boolean => ends.get(exchange)?.length === 0;
  const pass = (ms: number): void => {
    const untilMs = clock.nowMs + ms;
    for (let due = settling.due(); due !== null && due <= untilMs; due = settling.due()) {
      clock.nowMs = Math.max(clock.nowMs, due);
      for (const one of settling.close(clock.nowMs)) {
        closed.push(one);
        for (const exchange of one.exchanges) ended(exchange, "closed");
      }
    }
    clock.nowMs = untilMs;
  };
  const answer = (exchange: string): void => {
    if (isOpen(exchange) && settling.answered(exchange)) ended(exchange, "nothing waited for");
  };
  for (const each of steps) {
    if ("items" in each) {
      const exchange = String(opened);
      const items = each.items.map(sampleItem);
      if (items.some(({ compared }) => compared)) ends.set(exchange, []);
      settling.open({ exchange, traceId: each.shared ? "shared" : exchange, route: "default", items });
      opened += 1;
    } else if ("answered" in each) {
      answer(each.answered);
    } else if ("abandoned" in each) {
      if (isOpen(each.abandoned)) {
        settling.abandon(each.abandoned);
        ended(each.abandoned, "abandoned");
      }
    } else if ("ms" in each) {
      pass(each.ms);
    } else {
      const effect = sampleEffect(each);
      const found = exchanges.find(effect);
      // What a twin beside both sides does ties nothing together.
      const ofTwin = (place: Place): boolean => isBeside(effect, place.exchange.items[place.item]);
      if (found.kind === "several" && !found.places.some(ofTwin)) {
        const compared = found.places.filter(({ exchange, item }) => exchange.items[item]?.compared === true);
        ties.push(compared.map(({ exchange }) => exchange.exchange));
      }
      fates.set(effect, []);
      settling.effect(effect);
    }
    fullest = Math.max(fullest, settling.size);
  }
  for (const exchange of ends.keys()) answer(exchange);
  pass(bounds.maxMs);
  return { exchanges, settling, fates, ends, closed, ties, fullest, pass };
}

type Played = ReturnType<typeof play>;

function accountsForAll({ settling, exchanges, fates, ends, closed, pass }: Played): void {
  for (const [effect, told] of fates) expect([effect, told.length]).toEqual([effect, 1]);
  for (const [exchange, how] of ends) expect([exchange, how.length]).toEqual([exchange, 1]);

  const compared = closed.flatMap(({ parts }) =>
    parts.flatMap(({ items }) => items.flatMap(({ legacy, candidate, twin }) => [...legacy, ...candidate, ...twin])),
  );
  const attributed = [...fates].filter(([, [fate]]) => fate === "attributed").map(([effect]) => effect);
  expect(new Set(compared)).toEqual(new Set(attributed));
  expect(compared.length).toBe(attributed.length);

  expect([settling.size, settling.due()]).toEqual([0, null]);
  for (const exchange of Array.from({ length: 40 }, (_, i) => String(i))) exchanges.settle(exchange);
  pass(sampleOptions.settleMs);
  exchanges.find(sampleEffect());
  expect([exchanges.size, exchanges.get("0")]).toEqual([0, undefined]);
}

it("every effect has one fate, every compared exchange one end, and nothing is left", () => {
  const told: Record<string, number> = {};
  fc.assert(
    fc.property(history, (steps) => {
      const played = play(steps);
      accountsForAll(played);
      for (const [fate = ""] of played.fates.values()) told[fate] = (told[fate] ?? 0) + 1;
    }),
    { numRuns: 1000 },
  );
  for (const fate of ["attributed", "late", "unattributed", "not-compared"]) {
    expect([fate, (told[fate] ?? 0) > 15]).toEqual([fate, true]);
  }
});

it("so they have where there is little room, and never more is kept than that", () => {
  let given = 0;
  const room = fc.record({ max: fc.integer({ min: 1, max: 8 }), maxExchanges: fc.integer({ min: 1, max: 8 }) });
  fc.assert(
    fc.property(history, room, (steps, limits) => {
      const played = play(steps, limits);
      accountsForAll(played);
      const strays = played.fates.size;
      expect(played.fullest).toBeLessThanOrEqual(limits.max + strays);
      given += [...played.ends.values()].filter(([how]) => how === "given up").length;
    }),
    { numRuns: 1000 },
  );
  expect(given).toBeGreaterThan(150);
});

it("what one effect could belong to closes together, and no sooner than complete or waited for in vain", () => {
  const said = { together: 0, timedOut: 0, complete: 0 };
  fc.assert(
    fc.property(history, (steps) => {
      const { closed, ties, ends } = play(steps);
      for (const { parts, timedOut } of closed) {
        const complete = parts.every(({ items }) =>
          items.every((item) => item.legacy.length === item.candidate.length),
        );
        expect(complete).toBe(!timedOut);
        said[timedOut ? "timedOut" : "complete"] += 1;
      }
      for (const tied of ties) {
        const left = tied.filter((exchange) => ends.get(exchange)?.[0] === "closed");
        if (left.length < 2) continue;
        const groups = new Set(left.map((one) => closed.find(({ exchanges }) => exchanges.includes(one))));
        expect(groups.size).toBe(1);
        expect([...groups][0]?.overlapping).toBe(true);
        said.together += 1;
      }
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(...Object.values(said))).toBeGreaterThan(60);
});
