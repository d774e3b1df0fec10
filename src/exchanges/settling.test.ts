import { describe, expect, it } from "vitest";
import type { Effect } from "../model/index.ts";
import type { OpenItem } from "./exchange.ts";
import { createExchanges } from "./exchanges.ts";
import { sampleClock, sampleEffect, sampleExchange, sampleOptions } from "./sample.ts";
import { createSettling } from "./settling.ts";
import type { Closed } from "./waiting.ts";

const quietMs = 10;
const maxMs = 50;
const strayMs = 5;

function setUp({ max = 1000, maxExchanges = 1000 } = {}) {
  const clock = sampleClock();
  const exchanges = createExchanges({ ...sampleOptions, max: maxExchanges }, clock);
  const counted: string[] = [];
  const givenUp: string[] = [];
  const settling = createSettling(
    {
      exchanges,
      bounds: (route) => (route === "slow" ? { quietMs: 20, maxMs: 100 } : { quietMs, maxMs }),
      strayMs,
      max,
      complete: ({ legacy, candidate }) => legacy.length === candidate.length,
      counted: (fate, { kind }) => counted.push(`${kind} ${fate}`),
      givenUp: (names) => givenUp.push(...names),
    },
    clock,
  );
  const open = (name: string, ...items: Partial<OpenItem>[]) => settling.open(sampleExchange(name, ...items));
  const effect = (kind: string, some: Partial<Effect>) => settling.effect(sampleEffect({ kind, ...some }));
  /** Lets time pass as an owner does that has one timer. */
  const pass = (ms: number): readonly string[] => {
    const untilMs = clock.nowMs + ms;
    const closed: string[] = [];
    for (let due = settling.due(); due !== null && due <= untilMs; due = settling.due()) {
      clock.nowMs = Math.max(clock.nowMs, due);
      closed.push(...settling.close(clock.nowMs).map(inShort));
    }
    clock.nowMs = untilMs;
    return closed;
  };
  return { clock, exchanges, settling, counted, givenUp, open, effect, pass };
}

/** `a: send|send; b: | (overlapping, timed out)`: of each exchange the kinds of legacy and candidate, by item. */
function inShort({ parts, overlapping, twinned, timedOut }: Closed): string {
  const kinds = (effects: readonly Effect[]): string => effects.map(({ kind }) => kind).join(",");
  const told = parts.map(({ exchange, items }) => {
    const sides = items.map(({ legacy, candidate }) => `${kinds(legacy)}|${kinds(candidate)}`);
    return `${exchange}: ${sides.join(" ")}`;
  });
  return [
    told.join("; "),
    ...(overlapping ? ["overlapping"] : []),
    ...(twinned ? ["twinned"] : []),
    ...(timedOut ? ["timed out"] : []),
  ].join(", ");
}

const candidate = { side: "candidate" } as const;
const a = { traceId: "trace-a" };
const b = { traceId: "trace-b" };

describe("an exchange in reverse shadow", () => {
  it("waits for what the candidate did before legacy was called, and for legacy's after", () => {
    const { exchanges, settling, open, effect, pass } = setUp();
    open("a", { mode: "cutover", compared: true, shopper: "1" });
    effect("first", { ...candidate, ...a });
    expect(pass(100)).toEqual([]);
    exchanges.reverse("a", [0]);
    effect("held", a);
    settling.answered("a");
    expect(pass(quietMs)).toEqual(["a: held|first"]);
  });

  it("has in legacy's place what its twin did", () => {
    const { settling, open, effect, pass } = setUp();
    open("a", { mode: "cutover", compared: true, shopper: "1" });
    effect("twins", { ...a, side: "twin" });
    effect("candidates", { ...candidate, ...a });
    settling.answered("a");
    expect(pass(quietMs)).toEqual(["a: twins|candidates"]);
    open("b", { shopper: "2" });
    effect("twins", { ...b, side: "twin" });
    settling.answered("b");
    expect(pass(quietMs)).toEqual(["b: |"]);
  });
});

describe("a twin beside both sides", () => {
  const twin = { side: "twin" } as const;
  const both = ({ effect }: ReturnType<typeof setUp>, of: { readonly traceId: string }): void => {
    effect("ours", of);
    effect("theirs", { ...candidate, ...of });
  };

  it("is waited for while it has sent less than legacy, and not where it sends nothing", () => {
    const all = setUp();
    for (const [name, of] of [
      ["a", a],
      ["b", b],
    ] as const) {
      all.open(name, { shopper: name });
      both(all, of);
      both(all, of);
    }
    all.effect("twins", { ...a, ...twin });
    all.settling.answered("a", true);
    all.settling.answered("b", true);
    expect(all.pass(quietMs)).toEqual(["b: ours,ours|theirs,theirs, twinned"]);
    all.effect("twins", { ...a, ...twin });
    expect(all.pass(quietMs)).toEqual(["a: ours,ours|theirs,theirs, twinned"]);
  });

  it("is not waited for where it did not answer", () => {
    const all = setUp();
    all.open("a", { shopper: "1" });
    both(all, a);
    both(all, a);
    all.effect("twins", { ...a, ...twin });
    all.settling.answered("a");
    expect(all.pass(quietMs)).toEqual(["a: ours,ours|theirs,theirs"]);
  });

  it("ties no exchanges together: what could be of several is left out, and the twin with it", () => {
    const all = setUp();
    all.open("a", { shopper: "1" });
    all.open("b", { shopper: "1" });
    both(all, a);
    both(all, b);
    all.effect("twins", { ...twin, recipient: "1" });
    all.settling.answered("a", true);
    all.settling.answered("b", true);
    expect(all.pass(quietMs)).toEqual(["a: ours|theirs", "b: ours|theirs"]);
    expect(all.counted).toContain("twins not-compared");
  });

  it("takes no room from the sides", () => {
    const all = setUp();
    all.open("a", { shopper: "1" });
    for (let i = 0; i < 200; i += 1) all.effect("twins", { ...a, ...twin });
    both(all, a);
    all.settling.answered("a", true);
    expect(all.pass(quietMs)).toEqual(["a: ours|theirs"]);
    expect(all.counted.filter((one) => one === "twins not-compared")).toHaveLength(180);
  });
});

describe("an exchange whose answers are compared", () => {
  it("is waited for from the first one on: the sides may act after they have answered", () => {
    const { settling, open, effect, pass, counted } = setUp();
    open("a");
    expect(settling.answered("a")).toBe(false);
    effect("send", a);
    expect(pass(quietMs)).toEqual([]);
    expect(pass(maxMs)).toEqual(["a: send|, timed out"]);
    expect(counted).toEqual(["send attributed"]);
  });

  it("is over at once where none of its items is compared", () => {
    const { exchanges, settling, open } = setUp();
    open("a", { mode: "cutover" });
    expect(settling.answered("a")).toBe(true);
    expect(exchanges.get("a")?.settled).toBe(true);
  });

  it("that nothing is known of is not waited for", () => {
    const { settling, open } = setUp();
    open("l", { mode: "legacy" });
    expect(settling.answered("l")).toBe(true);
    expect(settling.answered("x")).toBe(true);
    expect(settling.size).toBe(0);
  });

  it("closes without effects when it has been quiet", () => {
    const { exchanges, settling, open, pass } = setUp();
    open("a");
    expect(settling.answered("a")).toBe(false);
    expect(pass(quietMs - 1)).toEqual([]);
    expect(pass(1)).toEqual(["a: |"]);
    expect(exchanges.get("a")?.settled).toBe(true);
    expect(settling.answered("a")).toBe(true);
  });

  it("closes when what both sides did is complete and nothing has come for a while", () => {
    const { settling, open, effect, pass, counted } = setUp();
    open("a");
    effect("one", a);
    settling.answered("a");
    expect(pass(30)).toEqual([]);
    effect("two", { ...a, ...candidate });
    expect(pass(quietMs - 1)).toEqual([]);
    effect("three", a);
    effect("four", { ...a, ...candidate });
    expect(counted).toEqual([]);
    expect(pass(quietMs)).toEqual(["a: one,three|two,four"]);
    expect(counted).toEqual(["one attributed", "two attributed", "three attributed", "four attributed"]);
  });

  it("closes at the latest so long after its answers, whatever is missing", () => {
    const { settling, open, effect, pass } = setUp();
    open("a");
    effect("one", a);
    expect(pass(1000)).toEqual([]);
    settling.answered("a");
    expect(pass(maxMs - 1)).toEqual([]);
    expect(pass(1)).toEqual(["a: one|, timed out"]);
  });

  it("closes at the latest so long after its answers, whatever still comes", () => {
    const { settling, open, effect, pass } = setUp();
    open("a");
    settling.answered("a");
    const closed: string[] = [];
    for (let i = 0; i < 20; i += 1) {
      effect(`${i}`, a);
      effect(`${i}`, { ...a, ...candidate });
      closed.push(...pass(5));
    }
    expect(closed).toEqual(["a: 0,1,2,3,4,5,6,7,8,9|0,1,2,3,4,5,6,7,8,9"]);
  });

  it("is waited for as its route says", () => {
    const { settling, effect, pass } = setUp();
    settling.open({ ...sampleExchange("a"), route: "slow" });
    settling.answered("a");
    expect(pass(19)).toEqual([]);
    effect("one", a);
    expect(pass(80)).toEqual([]);
    expect(pass(1)).toEqual(["a: one|, timed out"]);
  });

  it("keeps effects in the order of their calls, and the twin's apart", () => {
    const { clock, settling, open } = setUp();
    open("a");
    for (const [kind, atMs] of [
      ["late", 2],
      ["early", 1],
    ] as const) {
      settling.effect(sampleEffect({ ...a, kind, atMs }));
    }
    settling.effect(sampleEffect({ ...a, kind: "twin", side: "twin" }));
    settling.answered("a");
    const [closed] = settling.close(clock.nowMs + maxMs);
    const [item] = closed?.parts[0]?.items ?? [];
    expect(item?.legacy.map(({ kind }) => kind)).toEqual(["early", "late"]);
    expect(item?.twin.map(({ kind }) => kind)).toEqual(["twin"]);
  });
});

describe("items of one exchange", () => {
  it("have their own effects, those of one shopper together", () => {
    const { settling, open, effect, pass } = setUp();
    open("a", { shopper: "1" }, { shopper: "2" }, { shopper: "1" });
    effect("quote", { refersTo: "wamid.a.2" });
    effect("plain", { ...candidate, recipient: "1" });
    effect("two", { recipient: "2" });
    settling.answered("a");
    expect(pass(maxMs)).toEqual(["a: quote|plain two| |, timed out"]);
  });

  it("are all complete, or it is waited on", () => {
    const { settling, open, effect, pass } = setUp();
    open("a", { shopper: "1" }, { shopper: "2" });
    effect("one", { recipient: "1" });
    effect("two", { ...candidate, recipient: "2" });
    settling.answered("a");
    expect(pass(maxMs - 1)).toEqual([]);
    expect(pass(1)).toEqual(["a: one| |two, timed out"]);
  });

  it("that are not compared have theirs counted apart", () => {
    const { settling, open, effect, pass, counted } = setUp();
    open("a", { shopper: "1" }, { shopper: "2", mode: "legacy" });
    effect("two", { recipient: "2" });
    expect(counted).toEqual(["two not-compared"]);
    settling.answered("a");
    expect(pass(quietMs)).toEqual(["a: | |"]);
  });

  it("keep a hundred effects each of a side that runs wild", () => {
    const { settling, open, effect, pass, counted } = setUp();
    open("a");
    for (let i = 0; i < 150; i += 1) effect("x", a);
    expect(counted.length).toBe(50);
    expect(settling.size).toBe(101);
    settling.answered("a");
    expect(pass(maxMs)).toHaveLength(1);
    expect(counted.filter((each) => each === "x attributed").length).toBe(100);
  });
});

describe("exchanges that an effect could belong to", () => {
  it("settle as one, under the first item of the shopper", () => {
    const { settling, open, effect, pass, counted } = setUp();
    open("a", { shopper: "1" });
    open("b", { shopper: "2" }, { shopper: "1" });
    effect("own", { ...b, refersTo: "wamid.b.1" });
    settling.answered("b");
    effect("either", { ...candidate, recipient: "1" });
    effect("two", { recipient: "2" });
    expect(pass(1000)).toEqual([]);
    settling.answered("a");
    effect("two", { ...candidate, recipient: "2" });
    expect(pass(quietMs)).toEqual(["a: own|either; b: two|two |, overlapping"]);
    expect(counted).toHaveLength(4);
  });

  it("wait for the last of their answers", () => {
    const { settling, open, effect, pass } = setUp();
    open("a", { shopper: "1" });
    open("b", { shopper: "1" });
    effect("one", { recipient: "1" });
    settling.answered("a");
    expect(pass(1000)).toEqual([]);
    settling.answered("b");
    expect(pass(maxMs - 1)).toEqual([]);
    expect(pass(1)).toEqual(["a: one|; b: |, overlapping, timed out"]);
  });

  it("are no more than a shopper can go on with for ever", () => {
    const { settling, open, effect, pass } = setUp();
    const closed: string[] = [];
    for (let i = 0; i < 12; i += 1) {
      open(`x${i}`, { shopper: "1" });
      effect("e", { recipient: "1" });
      settling.answered(`x${i}`);
      closed.push(...pass(10));
    }
    closed.push(...pass(maxMs));
    expect(closed.length).toBeGreaterThan(1);
    expect(closed.join(";").match(/x\d+:/g)).toHaveLength(12);
    for (const each of closed) expect(each).toContain("overlapping");
  });

  it("are overlapping where one of them is not compared", () => {
    const { settling, open, effect, pass } = setUp();
    open("a", { shopper: "1", mode: "cutover" });
    open("b", { shopper: "1" });
    effect("one", { recipient: "1" });
    settling.answered("b");
    open("l", { shopper: "2", mode: "legacy" });
    open("c", { shopper: "2" });
    effect("two", { recipient: "2" });
    settling.answered("c");
    expect(pass(maxMs).toSorted()).toEqual(["b: one|, overlapping, timed out", "c: two|, overlapping, timed out"]);
  });
});

describe("an effect", () => {
  it("of an exchange that is over is late, and reopens nothing", () => {
    const { settling, open, effect, pass, counted } = setUp();
    open("a", { shopper: "1" });
    settling.answered("a");
    pass(quietMs);
    effect("one", a);
    effect("two", { recipient: "1" });
    expect(counted).toEqual(["one late"]);
    expect(pass(strayMs)).toEqual([]);
    expect(counted).toEqual(["one late", "two late"]);
    expect(settling.size).toBe(0);
  });

  it("that nobody is known for is unattributed, after a while", () => {
    const { effect, pass, counted } = setUp();
    effect("one", { recipient: "9" });
    expect(counted).toEqual([]);
    pass(strayMs);
    expect(counted).toEqual(["one unattributed"]);
  });

  it("of a delivery that legacy got alone is not compared", () => {
    const { open, effect, counted } = setUp();
    open("l", { mode: "legacy", shopper: "1" });
    effect("one", { recipient: "1" });
    effect("two", { traceId: "trace-l" });
    expect(counted).toEqual(["one not-compared", "two not-compared"]);
  });

  it.each<[string, Partial<Effect>]>([
    ["name", { exchange: "b" }],
    ["trace", b],
    ["message", { refersTo: "wamid.b" }],
    ["shopper", { recipient: "1" }],
  ])("that comes before its delivery was judged finds it by its %s", (_key, keys) => {
    const { settling, open, effect, pass, counted } = setUp();
    // Another exchange of the shopper is over.
    open("a", { shopper: "1" });
    settling.answered("a");
    pass(quietMs);
    effect("one", keys);
    pass(strayMs - 1);
    open("b", { shopper: "+1" });
    settling.answered("b");
    expect(pass(maxMs)).toEqual(["b: one|, timed out"]);
    expect(counted).toEqual(["one attributed"]);
  });

  it("that comes before its delivery was judged is not compared where legacy got it alone", () => {
    const { open, effect, pass, counted } = setUp();
    effect("one", { recipient: "1" });
    open("l", { mode: "legacy", shopper: "1" });
    pass(strayMs);
    expect(counted).toEqual(["one not-compared"]);
  });

  it("that uploads a file belongs to the send that names it, of the same side", () => {
    const { settling, open, effect, pass, counted } = setUp();
    open("a", { shopper: "1" });
    effect("upload", { produced: ["file"] });
    effect("theirs", { ...candidate, produced: ["file"] });
    effect("send", { recipient: "1", ids: ["file"] });
    settling.answered("a");
    expect(pass(maxMs)).toEqual(["a: send,upload|, timed out"]);
    expect(counted).toEqual(["theirs unattributed", "send attributed", "upload attributed"]);
  });

  it("waits among a bounded number, of which the oldest is decided at once", () => {
    const { settling, effect, counted } = setUp();
    for (let i = 0; i < 1001; i += 1) effect(`${i}`, {});
    expect(counted).toEqual(["0 unattributed"]);
    expect(settling.size).toBe(1000);
  });
});

describe("an exchange that is not compared after all", () => {
  it("has its effects counted as such, those that come later too", () => {
    const { settling, open, effect, pass, counted } = setUp();
    open("a", { shopper: "1" });
    effect("one", a);
    settling.abandon("a");
    effect("two", a);
    effect("three", { recipient: "1" });
    expect(counted).toEqual(["one not-compared", "two not-compared", "three not-compared"]);
    expect(pass(1000)).toEqual([]);
    expect(settling.size).toBe(0);
  });

  it("leaves what could be another's to that", () => {
    const { settling, open, effect, pass, counted } = setUp();
    open("a", { shopper: "1" }, { shopper: "2" });
    open("b", { shopper: "1" });
    effect("either", { recipient: "1" });
    effect("own", { recipient: "2" });
    settling.answered("b");
    settling.abandon("a");
    settling.abandon("a");
    expect(pass(maxMs)).toEqual(["b: either|, overlapping, timed out"]);
    expect(counted).toEqual(["own not-compared", "either attributed"]);
  });
});

describe("at the bound", () => {
  it("the oldest that is waited for is given up", () => {
    const { exchanges, settling, open, effect, pass, counted, givenUp } = setUp({ max: 3 });
    open("a", { shopper: "1" });
    open("b", { shopper: "2" });
    effect("one", a);
    effect("two", b);
    expect(givenUp).toEqual(["a"]);
    expect(counted).toEqual(["one not-compared"]);
    expect(exchanges.get("a")?.settled).toBe(true);
    effect("three", a);
    expect(counted).toEqual(["one not-compared", "three not-compared"]);
    settling.answered("b");
    expect(pass(maxMs)).toEqual(["b: two|, timed out"]);
  });

  it("what the exchanges have to forget is given up, with an effect or without", () => {
    const { settling, open, effect, counted, givenUp } = setUp({ maxExchanges: 2 });
    open("a");
    open("b");
    effect("one", a);
    open("c");
    open("d", { mode: "cutover" });
    open("e");
    open("f");
    expect(givenUp).toEqual(["a", "b", "c"]);
    expect(counted).toEqual(["one not-compared"]);
    expect(settling.size).toBe(0);
  });
});

it("all that is answered closes when told so", () => {
  const { settling, open, effect, counted } = setUp();
  open("a");
  open("b");
  effect("one", a);
  effect("two", {});
  effect("three", b);
  settling.answered("a");
  expect(settling.close(Infinity).map(inShort)).toEqual(["a: one|, timed out"]);
  settling.abandon("b");
  expect(counted).toEqual(["two unattributed", "one attributed", "three not-compared"]);
  expect([settling.size, settling.due()]).toEqual([0, null]);
});
