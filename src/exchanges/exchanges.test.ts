import { describe, expect, it } from "vitest";
import type { Effect } from "../model/index.ts";
import type { CallKeys, OpenItem } from "./exchange.ts";
import { createExchanges } from "./exchanges.ts";
import type { Found } from "./find.ts";
import { sampleClock, sampleExchange, sampleKeys, sampleOptions } from "./sample.ts";

function setUp(options: Partial<typeof sampleOptions> = {}) {
  const clock = sampleClock();
  const exchanges = createExchanges({ ...sampleOptions, ...options }, clock);
  const open = (name: string, ...items: Partial<OpenItem>[]) => exchanges.open(sampleExchange(name, ...items));
  const find = (keys: Partial<CallKeys>, side: Effect["side"] = "legacy") =>
    said(exchanges.find(sampleKeys({ side, ...keys })));
  return { clock, exchanges, open, find };
}

/** `a/0 by trace`, or the kind. */
function said(found: Found): string {
  switch (found.kind) {
    case "one":
      return `${found.exchange.exchange}/${found.item} by ${found.by}${found.exchange.settled ? ", over" : ""}${found.doubtful ? ", doubtful" : ""}`;
    case "several":
      return found.places.map(({ exchange, item }) => `${exchange.exchange}/${item}`).join(" or ");
    default:
      return found.kind;
  }
}

describe("a call finds its exchange", () => {
  const items = [{ shopper: "1", phone: "p" }];

  it.each<[string, Partial<CallKeys>, string]>([
    ["its name", { exchange: "a" }, "a/0 by exchange"],
    ["its trace", { traceId: "trace-a" }, "a/0 by trace"],
    ["its message", { refersTo: "wamid.a" }, "a/0 by message"],
    ["its shopper", { recipient: "1", phone: "p" }, "a/0 by recipient"],
    ["its shopper, spelled otherwise", { recipient: "+1" }, "a/0 by recipient"],
    ["nothing", {}, "none"],
    ["another name, whatever else it bears", { exchange: "x", traceId: "trace-a", recipient: "1" }, "none"],
    ["a trace of the handler's own, then its shopper", { traceId: "own", recipient: "1" }, "a/0 by recipient"],
    ["another's message, then its shopper", { refersTo: "wamid.x", recipient: "1" }, "a/0 by recipient"],
    ["its shopper on another number of the business", { recipient: "1", phone: "q" }, "none"],
    ["its trace, and somebody whom no exchange knows", { traceId: "trace-a", recipient: "9" }, "a/0 by trace"],
  ])("by %s", (_what, keys, expected) => {
    const { open, find } = setUp();
    open("a", ...items);
    open("b", { shopper: "2", phone: "p" });
    expect(find(keys)).toBe(expected);
  });

  it("by the strongest key where they lead apart", () => {
    const { open, find } = setUp();
    open("a", { shopper: "1" });
    open("b", { shopper: "2" });
    open("c", { shopper: "3" });
    expect(find({ exchange: "a", traceId: "trace-b", refersTo: "wamid.c", recipient: "3" })).toBe("a/0 by exchange");
    expect(find({ refersTo: "wamid.b", recipient: "3" })).toBe("b/0 by message");
  });

  it("not by the trace of a queue that works for everybody", () => {
    const { open, find } = setUp();
    open("a", { shopper: "1" });
    open("b", { shopper: "2" });
    expect(find({ traceId: "trace-a", recipient: "2" })).toBe("b/0 by recipient");
    expect(find({ traceId: "trace-a", refersTo: "wamid.b" })).toBe("b/0 by message");
  });

  it("in a delivery of several items by message or shopper, else by the first that is compared", () => {
    const { open, find } = setUp();
    open("a", { shopper: "1", mode: "legacy" }, { shopper: "2" }, { shopper: "3" });
    expect(find({ exchange: "a", refersTo: "wamid.a.2" })).toBe("a/2 by exchange");
    expect(find({ traceId: "trace-a", recipient: "3" })).toBe("a/2 by trace");
    expect(find({ traceId: "trace-a" })).toBe("a/1 by trace");
    expect(find({ recipient: "1" })).toBe("a/0 by recipient");
  });
});

describe("a trace that several deliveries share", () => {
  const shared = (name: string, ...items: Partial<OpenItem>[]) => ({ ...sampleExchange(name, ...items), traceId: "t" });

  it("is no key, and narrows", () => {
    const { exchanges, find } = setUp();
    exchanges.open(shared("a", { shopper: "1" }));
    exchanges.open(shared("b", { shopper: "2" }));
    exchanges.open(sampleExchange("c", { shopper: "1" }));
    expect(find({ traceId: "t" })).toBe("none");
    expect(find({ traceId: "t", recipient: "9" })).toBe("none");
    expect(find({ traceId: "t", refersTo: "wamid.b" })).toBe("b/0 by trace");
    expect(find({ traceId: "t", recipient: "1" })).toBe("a/0 by trace");
    expect(find({ recipient: "1" })).toBe("a/0 or c/0");
  });

  it("stays none when all but one are forgotten", () => {
    const { clock, exchanges, find } = setUp();
    exchanges.open(shared("a"));
    exchanges.settle("a");
    exchanges.open(shared("b"));
    clock.nowMs += 100;
    expect(find({ exchange: "a" })).toBe("none");
    expect(find({ traceId: "t" })).toBe("none");
  });
});

describe("several open exchanges of one shopper", () => {
  it("are told, oldest first, and one of them is when the others are over", () => {
    const { exchanges, open, find } = setUp();
    for (const name of ["a", "b", "c"]) open(name, { shopper: "1" });
    expect(find({ recipient: "1" })).toBe("a/0 or b/0 or c/0");
    exchanges.settle("a");
    exchanges.settle("c");
    expect(find({ recipient: "1" })).toBe("b/0 by recipient");
    exchanges.settle("b");
    expect(find({ recipient: "1" })).toBe("b/0 by recipient, over");
  });

  it("are one where these are items of one delivery", () => {
    const { open, find } = setUp();
    open("a", { shopper: "1" }, { shopper: "1" });
    expect(find({ recipient: "1" })).toBe("a/0 by recipient");
  });

  it("are told apart by the message", () => {
    const { open, find } = setUp();
    open("a", { shopper: "1" });
    open("b", { shopper: "1" });
    expect(find({ refersTo: "wamid.b", recipient: "1" })).toBe("b/0 by message");
  });

  it("are looked at up to a bound, the newest of them", () => {
    const { exchanges, open } = setUp();
    for (let i = 0; i < 100; i += 1) open(`x${i}`, { shopper: "1" });
    const found = exchanges.find(sampleKeys({ recipient: "1" }));
    expect(found.kind === "several" && found.places.map(({ exchange }) => exchange.exchange)).toEqual(
      Array.from({ length: 32 }, (_, i) => `x${i + 68}`),
    );
  });
});

describe("what is over", () => {
  it("is remembered for the settle window", () => {
    const { clock, exchanges, open, find } = setUp();
    open("a", { shopper: "1" });
    clock.nowMs += 5000;
    exchanges.settle("a");
    clock.nowMs += 99;
    for (const keys of [{ exchange: "a" }, { traceId: "trace-a" }, { refersTo: "wamid.a" }, { recipient: "1" }]) {
      expect(find(keys)).toMatch(/^a\/0 by \w+, over$/);
    }
    clock.nowMs += 1;
    for (const keys of [{ exchange: "a" }, { traceId: "trace-a" }, { refersTo: "wamid.a" }, { recipient: "1" }]) {
      expect(find(keys)).toBe("none");
    }
    expect(exchanges.size).toBe(0);
  });

  it("is over from the first time it is told", () => {
    const { clock, exchanges, open, find } = setUp();
    open("a");
    exchanges.settle("a");
    clock.nowMs += 60;
    exchanges.settle("a");
    exchanges.abandon("a");
    clock.nowMs += 40;
    expect(find({ exchange: "a" })).toBe("none");
  });
});

describe("a delivery that legacy got alone", () => {
  it("is known by its keys for the settle window, to legacy's calls", () => {
    const { clock, exchanges, open, find } = setUp();
    open("a", { mode: "legacy", shopper: "+1" });
    expect(exchanges.size).toBe(0);
    const keys = [{ exchange: "a" }, { traceId: "trace-a" }, { refersTo: "wamid.a" }, { recipient: "1" }];
    expect(keys.map((each) => find(each))).toEqual(["alone", "alone", "alone", "alone"]);
    expect(keys.map((each) => find(each, "candidate"))).toEqual(["none", "none", "none", "none"]);
    clock.nowMs += 99;
    expect(find({ recipient: "1" })).toBe("alone");
    clock.nowMs += 1;
    expect(keys.map((each) => find(each))).toEqual(["none", "none", "none", "none"]);
  });

  it("leaves a doubt about a compared one of the same shopper", () => {
    const { open, find } = setUp();
    open("a", { mode: "legacy", shopper: "1" });
    open("b", { shopper: "1" });
    expect(find({ recipient: "1" })).toBe("b/0 by recipient, doubtful");
    expect(find({ recipient: "1" }, "candidate")).toBe("b/0 by recipient");
    expect(find({ refersTo: "wamid.b", recipient: "1" })).toBe("b/0 by message");
  });

  it("shares a trace as any other does", () => {
    const { exchanges, find } = setUp();
    exchanges.open({ ...sampleExchange("a", { mode: "legacy", shopper: "1" }), traceId: "t" });
    exchanges.open({ ...sampleExchange("b", { shopper: "2" }), traceId: "t" });
    expect(find({ traceId: "t" })).toBe("alone");
    expect(find({ traceId: "t", recipient: "2" })).toBe("b/0 by trace");
    expect(find({ traceId: "t" }, "candidate")).toBe("b/0 by trace");
  });

  it("gives way to newer ones where there are too many", () => {
    const { open, find } = setUp({ maxAlone: 4 });
    const last = 1000;
    for (let i = 0; i <= last; i += 1) open(`x${i}`, { mode: "legacy" });
    expect(find({ exchange: `x${last}` })).toBe("alone");
    const known = Array.from({ length: last }, (_, i) => find({ exchange: `x${i}` })).filter(
      (each) => each === "alone",
    );
    expect(known.length).toBeLessThanOrEqual(32);
  });
});

describe("at the bound", () => {
  it("what is over is forgotten first, then the oldest that is open, which is told", () => {
    const { exchanges, open, find } = setUp({ max: 3 });
    expect(["a", "b", "c"].flatMap((name) => open(name))).toEqual([]);
    exchanges.settle("b");
    expect(open("d")).toEqual([]);
    expect(find({ exchange: "b" })).toBe("none");
    expect(open("e").map(({ exchange }) => exchange)).toEqual(["a"]);
    expect(find({ traceId: "trace-a" })).toBe("none");
    expect(find({ traceId: "trace-c" })).toBe("c/0 by trace");
    expect(open("f", {}, {}, {}, {}).map(({ exchange }) => exchange)).toEqual(["c", "d", "e"]);
    expect(exchanges.size).toBe(4);
  });

  it("says for the settle window that a held one was forgotten", () => {
    const { clock, exchanges, open } = setUp({ max: 1 });
    open("a", { mode: "cutover" });
    open("b", { mode: "cutover" });
    expect(exchanges.blind).toBe(false);
    open("c");
    expect(exchanges.blind).toBe(false);
    open("d");
    expect(exchanges.blind).toBe(true);
    clock.nowMs += 100;
    expect(exchanges.blind).toBe(false);
  });
});

it("knows whether any exchange in cutover is open or was lately", () => {
  const { clock, exchanges, open } = setUp();
  open("a");
  expect(exchanges.cutover).toBe(false);
  open("b", { mode: "cutover" });
  open("c", { mode: "cutover" });
  exchanges.fallBack("c");
  exchanges.settle("b");
  clock.nowMs += 99;
  expect(exchanges.cutover).toBe(true);
  clock.nowMs += 1;
  expect(exchanges.cutover).toBe(false);
});

it("an exchange that is opened twice is one", () => {
  const { exchanges, open } = setUp();
  open("a");
  open("a");
  expect(exchanges.size).toBe(1);
});
