import fc from "fast-check";
import { expect, it } from "vitest";
import type { CallKeys, OpenExchange, OpenItem } from "./exchange.ts";
import { createExchanges } from "./exchanges.ts";
import { createHolding, type Held, type OutboundCall } from "./holding.ts";
import { sampleClock, sampleItem, sampleKeys, sampleOptions } from "./sample.ts";

const { settleMs } = sampleOptions;
const shoppers = ["1", "2", "3"];
const shopper = fc.constantFrom(...shoppers);
const message = fc.constantFrom("m0", "m1", "m2", "m3", "m4");

const item = fc
  .record({
    id: fc.option(message),
    shopper: fc.option(shopper),
    mode: fc.constantFrom("shadow", "dual-run", "cutover", "cutover", "legacy"),
    reverse: fc.boolean(),
  })
  .map(({ reverse, ...some }) => sampleItem({ ...some, ...(some.mode === "cutover" ? { compared: reverse } : {}) }));

/** Exchanges are named by number, and so are their traces, save those that share one. */
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant("open"),
      items: fc.array(item, { minLength: 1, maxLength: 2 }),
      shared: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("settle"), which: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("advance"), ms: fc.nat(settleMs) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant("flags"), possible: fc.boolean(), cut: fc.subarray(shoppers) }),
  },
);

const call = fc.record({
  side: fc.constantFrom("candidate", "candidate", "legacy", "legacy", "twin"),
  exchange: fc.option(fc.nat(4).map(String), { freq: 2 }),
  traceId: fc.option(fc.oneof(fc.nat(4).map(String), fc.constant("shared")), { freq: 2 }),
  refersTo: fc.option(message, { freq: 2 }),
  recipient: fc.option(fc.constantFrom(...shoppers, "9"), { freq: 3 }),
});

interface Opened extends OpenExchange {
  settledMs: number;
}

type Steps = readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[];

function play(steps: Steps, max = 1000) {
  const clock = sampleClock();
  const exchanges = createExchanges({ ...sampleOptions, max }, clock);
  const flags = { possible: true, cut: shoppers };
  const holding = createHolding(exchanges, {
    cutoverPossible: () => flags.possible,
    inCutoverNow: (recipient) => flags.cut.includes(recipient),
  });
  const opened: Opened[] = [];
  for (const each of steps) {
    if ("items" in each) {
      const exchange = String(opened.length);
      const traceId = each.shared ? "shared" : exchange;
      const one = { exchange, traceId, route: "default", items: each.items };
      // What has to make room is over with that.
      for (const gone of exchanges.open(one)) {
        const given = opened[Number(gone.exchange)];
        if (given !== undefined) given.settledMs = clock();
      }
      exchanges.reverse(
        exchange,
        each.items.flatMap((some, i) => (isReverse(some) ? [i] : [])),
      );
      opened.push({ ...one, settledMs: Infinity });
    } else if ("which" in each) {
      const one = opened[each.which];
      exchanges.settle(String(each.which));
      if (one !== undefined) one.settledMs = Math.min(one.settledMs, clock());
    } else if ("ms" in each) {
      clock.nowMs += each.ms;
    } else {
      Object.assign(flags, { possible: each.possible, cut: each.cut });
    }
  }
  // The candidate was not called for what legacy got alone.
  const others = opened.filter(({ items }) => items.some(({ mode }) => mode !== "legacy"));
  const near = others.filter(({ settledMs }) => clock() < settledMs + settleMs);
  return {
    holding,
    flags,
    near,
    isShared: (traceId: string) => others.filter((one) => one.traceId === traceId).length > 1,
  };
}

type Played = ReturnType<typeof play>;

const isHeld = ({ mode }: OpenItem): boolean => mode === "shadow" || mode === "dual-run";
const isCutover = ({ mode }: OpenItem): boolean => mode === "cutover";
const isReverse = (each: OpenItem): boolean => isCutover(each) && each.compared;

/** The items to which name, trace and message of a call tie it, key by key; a shared trace is no key. */
function tiesOf({ near, isShared }: Played, { exchange, traceId, refersTo, recipient }: CallKeys) {
  const about = ({ items }: Opened): readonly OpenItem[] => {
    const named = items.filter(({ id }) => id !== null && id === refersTo);
    const theirs = items.filter((each) => each.shopper !== null && each.shopper === recipient);
    return named.length > 0 ? named : theirs.length > 0 ? theirs : items;
  };
  const named = near.filter((each) => each.exchange === exchange);
  const traced = near.filter((each) => each.traceId === traceId && !isShared(traceId));
  const tied = [...named, ...traced];
  const isIn = (each: Opened): boolean => each.items.some(({ id }) => id !== null && id === refersTo);
  const meant = tied.some(isIn) ? [] : near.filter(isIn);
  return [...tied.flatMap(about), ...meant.flatMap(({ items }) => items.filter(({ id }) => id === refersTo))];
}

/** What the decision on a call must have been made for. */
function justify(decided: Held, { keys, isMediaUpload }: OutboundCall, played: Played): void {
  const { flags, near } = played;
  const tied = tiesOf(played, keys);
  const shared = near.filter(({ traceId }) => traceId === keys.traceId);
  const maybe = [...tied, ...shared.flatMap(({ items }) => items)];
  if (keys.side === "twin") {
    expect(decided).toBe("hold");
  } else if (keys.side === "legacy") {
    expect(decided).not.toBe("refuse");
    // No customer sees it.
    if (isMediaUpload) return expect(decided).toBe("release");
    if (decided === "hold") expect(maybe.some(isReverse)).toBe(true);
    const { exchange, traceId, refersTo, recipient } = keys;
    if (exchange === null || (traceId ?? refersTo ?? recipient) !== null) return;
    // Named, and nothing else: what was cut over and not given to legacy is not what it acts for.
    const wholly = tied.some(isReverse) && tied.every(isCutover);
    expect(decided).toBe(wholly ? "hold" : "release");
  } else if (!flags.possible && !near.some(({ items }) => items.some(isCutover))) {
    expect(decided).toBe("hold");
  } else if (decided === "hold") {
    expect(maybe.some(isHeld)).toBe(true);
  } else if (decided === "release") {
    expect(tied.some(isHeld)).toBe(false);
    if (maybe.some(isCutover)) return;
    // Nothing in cutover ties it.
    expect(tied).toEqual([]);
    if (isMediaUpload) return;
    expect(flags.cut).toContain(keys.recipient);
    const theirs = near.flatMap(({ items }) => items.filter(({ shopper }) => shopper === keys.recipient));
    expect(theirs.some(isHeld)).toBe(false);
  }
}

it("whatever happened before, a call is held, sent on or refused for a reason", () => {
  const outcomes: Record<string, number> = {};
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), call, fc.boolean(), (steps, some, isMediaUpload) => {
      const played = play(steps);
      const made = { keys: sampleKeys(some), isMediaUpload };
      const decided = played.holding.decide(made);
      const outcome = `${some.side} ${decided}`;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      justify(decided, made, played);
    }),
    { numRuns: 4000 },
  );
  for (const outcome of ["candidate hold", "candidate release", "candidate refuse", "legacy hold", "legacy release"]) {
    expect([outcome, (outcomes[outcome] ?? 0) > 20]).toEqual([outcome, true]);
  }
});

it("nothing is sent on by its recipient because a held exchange had to make room", () => {
  let released = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.integer({ min: 1, max: 6 }), shopper, (steps, max, recipient) => {
      const { holding, flags, near } = play(steps, max);
      const decided = holding.decide({ keys: sampleKeys({ recipient }), isMediaUpload: false });
      if (decided !== "release") return;
      released += 1;
      expect(flags.cut).toContain(recipient);
      const theirs = near.flatMap(({ items }) => items.filter((each) => each.shopper === recipient));
      expect(theirs.some(isHeld)).toBe(false);
    }),
    { numRuns: 3000 },
  );
  expect(released).toBeGreaterThan(100);
});
