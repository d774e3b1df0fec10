import { describe, expect, it } from "vitest";
import type { CallKeys, OpenItem } from "./exchange.ts";
import { createExchanges } from "./exchanges.ts";
import { createHolding, type Held } from "./holding.ts";
import { sampleClock, sampleExchange, sampleKeys, sampleOptions } from "./sample.ts";

function setUp({ possible = true, inCutover = ["cut", "cut2"], max = 1000 } = {}) {
  const clock = sampleClock();
  const exchanges = createExchanges({ ...sampleOptions, max }, clock);
  const flags = { possible };
  const holding = createHolding(exchanges, {
    cutoverPossible: () => flags.possible,
    inCutoverNow: (recipient) => inCutover.includes(recipient),
  });
  /** Legacy has been given what it is to get. */
  const open = (name: string, ...items: Partial<OpenItem>[]) => {
    exchanges.open(sampleExchange(name, ...items));
    const reversed = items.flatMap(({ mode, compared = false }, i) => (mode === "cutover" && compared ? [i] : []));
    exchanges.reverse(name, reversed);
  };
  const decide = (keys: Partial<CallKeys>, isMediaUpload = false) =>
    holding.decide({ keys: sampleKeys(keys), isMediaUpload });
  return { clock, exchanges, flags, open, decide };
}

const held: Partial<OpenItem> = { mode: "shadow", shopper: "shadow" };
const cutover: Partial<OpenItem> = { mode: "cutover", shopper: "cut" };
const reverse: Partial<OpenItem> = { mode: "cutover", shopper: "cut", compared: true };

describe("the candidate's call", () => {
  const ties: readonly [string, (name: string) => Partial<CallKeys>][] = [
    ["name", (name) => ({ exchange: name })],
    ["trace", (name) => ({ traceId: `trace-${name}` })],
    ["message", (name) => ({ refersTo: `wamid.${name}` })],
  ];

  it.each(ties)("is decided as the exchange is that it is tied to by its %s", (_key, keys) => {
    const { exchanges, open, decide } = setUp();
    open("h", held);
    open("d", { ...held, mode: "dual-run" });
    open("c", cutover);
    open("r", { ...reverse, shopper: "cut2" });
    const all = () => ["h", "d", "c", "r"].map((name) => decide(keys(name)));
    expect(all()).toEqual(["hold", "hold", "release", "release"]);
    // To somebody else, or to no customer at all, it is still that exchange's.
    expect(decide({ ...keys("h"), recipient: "9" })).toBe("hold");
    expect(decide({ ...keys("h") }, true)).toBe("hold");
    expect(decide({ ...keys("c"), recipient: "9" })).toBe("release");
    for (const name of ["h", "d", "c", "r"]) exchanges.settle(name);
    expect(all()).toEqual(["hold", "hold", "release", "release"]);
  });

  it("keeps the decision of its exchange when the flags change", () => {
    const { clock, exchanges, flags, open, decide } = setUp();
    open("c", cutover);
    flags.possible = false;
    expect(decide({ traceId: "trace-c" })).toBe("release");
    expect(decide({ recipient: "9" })).toBe("refuse");
    exchanges.settle("c");
    clock.nowMs += 99;
    expect(decide({ traceId: "trace-c" })).toBe("release");
    clock.nowMs += 1;
    expect(decide({ traceId: "trace-c" })).toBe("hold");
    expect(decide({ recipient: "cut" })).toBe("hold");
  });

  it("is held whatever it bears while no cutover is possible", () => {
    const { open, decide } = setUp({ possible: false });
    open("h", held);
    expect(decide({ exchange: "h" })).toBe("hold");
    expect(decide({ exchange: "x" })).toBe("hold");
    expect(decide({ recipient: "cut" })).toBe("hold");
    expect(decide({}, true)).toBe("hold");
  });

  it("that is tied to nothing is sent on to whoever is in cutover now, and no held exchange of theirs is near", () => {
    const { clock, exchanges, open, decide } = setUp();
    expect(decide({ recipient: "cut" })).toBe("release");
    expect(decide({ recipient: "shadow" })).toBe("refuse");
    open("h", { ...held, shopper: "+cut" });
    expect(decide({ recipient: "cut" })).toBe("refuse");
    exchanges.settle("h");
    clock.nowMs += 99;
    expect(decide({ recipient: "cut" })).toBe("refuse");
    clock.nowMs += 1;
    expect(decide({ recipient: "cut" })).toBe("release");
  });

  it("that is tied to nothing and names nobody is sent on when no customer sees it", () => {
    const { open, decide } = setUp();
    open("h", held);
    expect(decide({}, true)).toBe("release");
    expect(decide({})).toBe("refuse");
  });

  it("that is tied to nothing is in doubt while something is held for somebody whose number nobody knows", () => {
    const { clock, exchanges, open, decide } = setUp();
    open("h", { ...held, shopper: "customer-7", nameless: true });
    expect(decide({ recipient: "cut" })).toBe("refuse");
    expect(decide({}, true)).toBe("release");
    open("c", { ...cutover, nameless: true });
    expect(decide({ traceId: "trace-c", recipient: "cut" })).toBe("release");
    exchanges.settle("h");
    clock.nowMs += 99;
    expect(decide({ recipient: "cut" })).toBe("refuse");
    clock.nowMs += 1;
    expect(decide({ recipient: "cut" })).toBe("release");
  });

  it("that names an exchange that is not known here is in doubt", () => {
    const { open, decide } = setUp();
    open("c", cutover);
    expect(decide({ exchange: "x", traceId: "trace-c", recipient: "cut" })).toBe("refuse");
    expect(decide({ exchange: "x" }, true)).toBe("refuse");
  });

  it("is in doubt where its keys lead to a held exchange and to one in cutover", () => {
    const { open, decide } = setUp();
    open("h", held);
    open("c", cutover);
    expect(decide({ exchange: "c", refersTo: "wamid.h" })).toBe("refuse");
    expect(decide({ exchange: "c", traceId: "trace-h" })).toBe("refuse");
    expect(decide({ traceId: "trace-h", refersTo: "wamid.c" })).toBe("refuse");
    // The trace of a queue that works for everybody.
    expect(decide({ traceId: "trace-c", recipient: "shadow" })).toBe("refuse");
    expect(decide({ traceId: "trace-h", recipient: "cut" })).toBe("refuse");
  });

  it("of a delivery of several items is decided as the one that it is about, else in doubt", () => {
    const { open, decide } = setUp();
    open("m", held, cutover, { mode: "legacy", shopper: "legacy" });
    expect(decide({ exchange: "m", recipient: "shadow" })).toBe("hold");
    expect(decide({ traceId: "trace-m", recipient: "cut" })).toBe("release");
    expect(decide({ refersTo: "wamid.m.1" })).toBe("release");
    expect(decide({ exchange: "m" })).toBe("refuse");
    expect(decide({ exchange: "m", recipient: "legacy" })).toBe("refuse");
    open("n", { mode: "legacy", shopper: "legacy" }, held);
    expect(decide({ exchange: "n" }, true)).toBe("hold");
  });

  it("about a message that came twice is the exchange's that it is tied to", () => {
    const { exchanges, open, decide } = setUp();
    open("h", { ...held, id: "m", shopper: "cut" });
    exchanges.settle("h");
    open("c", { ...cutover, id: "m" });
    expect(decide({ exchange: "c", refersTo: "m", recipient: "cut" })).toBe("release");
    expect(decide({ traceId: "trace-h", refersTo: "m" })).toBe("hold");
    expect(decide({ refersTo: "m" })).toBe("refuse");
  });

  it("bears no key in a trace that several deliveries share, which only narrows", () => {
    const { exchanges, decide } = setUp();
    exchanges.open({ ...sampleExchange("h", held), traceId: "t" });
    exchanges.open({ ...sampleExchange("c", cutover), traceId: "t" });
    expect(decide({ traceId: "t" })).toBe("refuse");
    expect(decide({ traceId: "t", recipient: "shadow" })).toBe("hold");
    expect(decide({ traceId: "t", recipient: "cut" })).toBe("release");
    expect(decide({ traceId: "t", recipient: "cut2" })).toBe("release");
    expect(decide({ traceId: "t", recipient: "9" })).toBe("refuse");
  });

  it("is in doubt where legacy answers in its place", () => {
    const { exchanges, open, decide } = setUp();
    open("c", cutover);
    exchanges.fallBack("c");
    expect(decide({ traceId: "trace-c", recipient: "cut" })).toBe("refuse");
  });

  it("that is tied to nothing is in doubt while a held exchange was forgotten before its time", () => {
    const { clock, open, decide } = setUp({ max: 1 });
    open("h", held);
    open("c", cutover);
    expect(decide({ recipient: "cut2" })).toBe("refuse");
    expect(decide({}, true)).toBe("refuse");
    expect(decide({ traceId: "trace-c" })).toBe("release");
    clock.nowMs += 100;
    expect(decide({ recipient: "cut2" })).toBe("release");
  });
});

describe("legacy's call", () => {
  const legacy = (keys: Partial<CallKeys>): Partial<CallKeys> => ({ side: "legacy", ...keys });

  it("is held in reverse shadow alone, and never by its recipient", () => {
    const { open, decide } = setUp();
    open("r", reverse);
    open("c", { ...cutover, shopper: "cut2" });
    open("h", held);
    const decided = (keys: Partial<CallKeys>): Held => decide(legacy(keys));
    expect([{ exchange: "r" }, { traceId: "trace-r" }, { refersTo: "wamid.r" }].map(decided)).toEqual(
      Array.from({ length: 3 }, () => "hold"),
    );
    expect(decided({ traceId: "trace-r", recipient: "cut" })).toBe("hold");
    expect(decided({ traceId: "trace-r", recipient: "9" })).toBe("hold");
    for (const keys of [{ recipient: "cut" }, {}, { traceId: "trace-c" }, { exchange: "x" }, { refersTo: "wamid.h" }]) {
      expect(decided(keys)).toBe("release");
    }
  });

  it("goes out where it uploads media: no customer sees that, and legacy may keep the id", () => {
    const { open, decide } = setUp();
    open("r", reverse);
    expect(decide(legacy({ traceId: "trace-r" }), true)).toBe("release");
  });

  it("is held by its message although the shopper was decided otherwise a moment ago", () => {
    const { exchanges, open, decide } = setUp();
    open("h", { ...held, shopper: "cut" });
    open("l", { mode: "legacy", shopper: "cut" });
    exchanges.settle("h");
    open("r", reverse);
    expect(decide(legacy({ refersTo: "wamid.r", recipient: "cut" }))).toBe("hold");
    expect(decide({ refersTo: "wamid.r", recipient: "cut" })).toBe("release");
    expect(decide({ recipient: "cut" })).toBe("refuse");
  });

  it("streams where its tie is in doubt", () => {
    const { open, decide } = setUp();
    open("r", reverse);
    open("h", held);
    open("l", { mode: "legacy", shopper: "legacy" });
    open("m", { ...reverse, shopper: "a" }, { mode: "legacy", shopper: "b" });
    expect(decide(legacy({ traceId: "trace-r", recipient: "shadow" }))).toBe("release");
    expect(decide(legacy({ traceId: "trace-r", recipient: "legacy" }))).toBe("release");
    expect(decide(legacy({ traceId: "trace-r", refersTo: "wamid.h" }))).toBe("release");
    expect(decide(legacy({ exchange: "m" }))).toBe("release");
    expect(decide(legacy({ exchange: "m", recipient: "b" }))).toBe("release");
    expect(decide(legacy({ exchange: "m", recipient: "a" }))).toBe("hold");
  });

  it("streams where its trace is that of a delivery that legacy got alone, too", () => {
    const { exchanges, decide } = setUp();
    exchanges.open({ ...sampleExchange("r", reverse), traceId: "t" });
    expect(decide(legacy({ traceId: "t" }))).toBe("release");
    expect(exchanges.reverse("r", [0])).toBe(true);
    expect(decide(legacy({ traceId: "t" }))).toBe("hold");
    exchanges.open({ ...sampleExchange("l", { mode: "legacy", shopper: "legacy" }), traceId: "t" });
    expect(decide(legacy({ traceId: "t" }))).toBe("release");
    expect(decide(legacy({ traceId: "t", recipient: "cut" }))).toBe("hold");
    expect(decide({ traceId: "t" })).toBe("release");
  });

  it("streams where it answers in the candidate's place", () => {
    const { exchanges, decide } = setUp();
    exchanges.open(sampleExchange("r", reverse));
    exchanges.fallBack("r");
    exchanges.reverse("r", [0]);
    expect(decide(legacy({ exchange: "r", recipient: "cut" }))).toBe("release");
  });

  it("streams until the candidate has answered, and for the items that legacy does not get", () => {
    const { exchanges, decide } = setUp();
    exchanges.open(sampleExchange("r", reverse, { ...reverse, shopper: "cut2" }));
    expect(decide(legacy({ exchange: "r" }))).toBe("release");
    expect(exchanges.reverse("r", [1])).toBe(true);
    expect(decide(legacy({ exchange: "r", recipient: "cut" }))).toBe("release");
    expect(decide(legacy({ exchange: "r", recipient: "cut2" }))).toBe("hold");
    expect(decide({ exchange: "r" })).toBe("release");
  });

  it("is held for a delivery of which it got a part, unless it is about what it did not get or answers in between", () => {
    const { exchanges, open, decide } = setUp();
    open("r", reverse, { ...cutover, shopper: "cut2" });
    const decided = (keys: Partial<CallKeys>): Held => decide(legacy({ traceId: "trace-r", ...keys }));
    expect([decided({}), decided({ recipient: "9" }), decided({ recipient: "cut" })]).toEqual(["hold", "hold", "hold"]);
    expect(decided({ recipient: "cut2" })).toBe("release");
    open("l", { mode: "legacy", shopper: "legacy" }, { mode: "dual-run", shopper: "dual" });
    expect(decided({ recipient: "legacy" })).toBe("release");
    expect(decided({ exchange: "l" })).toBe("release");
    exchanges.fallBack("r");
    expect(decided({})).toBe("release");
  });

  it("is not to be held of an exchange that is over or unknown", () => {
    const { exchanges } = setUp();
    exchanges.open(sampleExchange("r", reverse));
    exchanges.settle("r");
    expect([exchanges.reverse("r", [0]), exchanges.reverse("nobody", [0])]).toEqual([false, false]);
  });

  it("streams for a delivery of its own that names a message it had in reverse shadow", () => {
    const { exchanges, open, decide } = setUp();
    open("r", reverse);
    exchanges.open({ ...sampleExchange("l", { mode: "legacy", shopper: "cut" }), traceId: "again" });
    expect(decide(legacy({ traceId: "again", refersTo: "wamid.r" }))).toBe("release");
    expect(decide(legacy({ refersTo: "wamid.r" }))).toBe("hold");
  });

  it("streams under a trace or a name of its own, whatever message it quotes and however late", () => {
    const { open, decide } = setUp();
    open("r", reverse);
    expect(decide(legacy({ traceId: "own", refersTo: "wamid.r", recipient: "cut" }))).toBe("release");
    expect(decide(legacy({ exchange: "own", refersTo: "wamid.r" }))).toBe("release");
    expect(decide(legacy({ traceId: "trace-r", refersTo: "wamid.r" }))).toBe("hold");
  });

  it("streams where it may be the answer to what the shopper wrote next, after a rollback", () => {
    for (const mode of ["legacy", "shadow"] as const) {
      const { clock, open, decide } = setUp();
      open("r", reverse);
      clock.nowMs += 1;
      expect(decide(legacy({ traceId: "trace-r", recipient: "cut" }))).toBe("hold");
      open("next", { mode, shopper: "cut" });
      clock.nowMs += 1;
      expect(decide(legacy({ traceId: "trace-r", recipient: "cut" }))).toBe("release");
      expect(decide(legacy({ exchange: "r", recipient: "cut" }))).toBe("hold");
      expect(decide({ traceId: "trace-r", recipient: "cut" })).toBe("release");
    }
  });

  it("is held on when its comparison was given up", () => {
    const { exchanges, open, decide } = setUp();
    open("r", reverse);
    exchanges.abandon("r");
    expect(decide(legacy({ traceId: "trace-r" }))).toBe("hold");
  });
});

it("the twin's call is held whatever it bears", () => {
  const { open, decide } = setUp();
  open("c", cutover);
  expect(decide({ side: "twin", exchange: "c", recipient: "cut" })).toBe("hold");
  expect(decide({ side: "twin" }, true)).toBe("hold");
});
