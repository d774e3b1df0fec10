import { describe, expect, it } from "vitest";
import { inShort, maxMs, quietMs, sampleEffect, sampleExchange, sampleSettling } from "./sample.ts";

const candidate = { side: "candidate" } as const;
const a = { traceId: "trace-a" };
const b = { traceId: "trace-b" };

describe("an exchange whose answers are compared", () => {
  it("is waited for from the first one on: the sides may act after they have answered", () => {
    const { settling, open, effect, pass, counted } = sampleSettling();
    open("a");
    expect(settling.answered("a")).toBe(false);
    effect("send", a);
    expect(pass(quietMs)).toEqual([]);
    expect(pass(maxMs)).toEqual(["a: send|, timed out"]);
    expect(counted).toEqual(["send attributed"]);
  });

  it("is over at once where none of its items is compared", () => {
    const { exchanges, settling, open } = sampleSettling();
    open("a", { mode: "cutover" });
    expect(settling.answered("a")).toBe(true);
    expect(exchanges.get("a")?.settled).toBe(true);
  });

  it("that nothing is known of is not waited for", () => {
    const { settling, open } = sampleSettling();
    open("l", { mode: "legacy" });
    expect(settling.answered("l")).toBe(true);
    expect(settling.answered("x")).toBe(true);
    expect(settling.size).toBe(0);
  });

  it("closes without effects when it has been quiet", () => {
    const { exchanges, settling, open, pass } = sampleSettling();
    open("a");
    expect(settling.answered("a")).toBe(false);
    expect(pass(quietMs - 1)).toEqual([]);
    expect(pass(1)).toEqual(["a: |"]);
    expect(exchanges.get("a")?.settled).toBe(true);
    expect(settling.answered("a")).toBe(true);
  });

  it("closes when what both sides did is complete and nothing has come for a while", () => {
    const { settling, open, effect, pass, counted } = sampleSettling();
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
    const { settling, open, effect, pass } = sampleSettling();
    open("a");
    effect("one", a);
    expect(pass(1000)).toEqual([]);
    settling.answered("a");
    expect(pass(maxMs - 1)).toEqual([]);
    expect(pass(1)).toEqual(["a: one|, timed out"]);
  });

  it("closes at the latest so long after its answers, whatever still comes", () => {
    const { settling, open, effect, pass } = sampleSettling();
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
    const { settling, effect, pass } = sampleSettling();
    settling.open({ ...sampleExchange("a"), route: "slow" });
    settling.answered("a");
    expect(pass(19)).toEqual([]);
    effect("one", a);
    expect(pass(80)).toEqual([]);
    expect(pass(1)).toEqual(["a: one|, timed out"]);
  });

  it("keeps effects in the order of their calls, and the twin's apart", () => {
    const { clock, settling, open } = sampleSettling();
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

describe("an exchange in reverse shadow", () => {
  it("waits for what the candidate did before legacy was called, and for legacy's after", () => {
    const { exchanges, settling, open, effect, pass } = sampleSettling();
    open("a", { mode: "cutover", compared: true, shopper: "1" });
    effect("first", { ...candidate, ...a });
    expect(pass(100)).toEqual([]);
    exchanges.reverse("a", [0]);
    effect("held", a);
    settling.answered("a");
    expect(pass(quietMs)).toEqual(["a: held|first"]);
  });

  it("has in legacy's place what its twin did", () => {
    const { settling, open, effect, pass } = sampleSettling();
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

it("all that is answered closes when told so", () => {
  const { settling, open, effect, counted } = sampleSettling();
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

it("what is due in one burst closes in turns; what is left over of one is still due", () => {
  const { clock, settling, open } = sampleSettling();
  const burst = Array.from({ length: 50 }, (_, i) => `e${i}`);
  for (const exchange of burst) {
    open(exchange, { shopper: `of ${exchange}` });
    settling.answered(exchange);
  }
  clock.nowMs += quietMs;
  const first = settling.close(clock.nowMs);
  expect(first.length).toBeLessThan(burst.length);
  expect(settling.due()).toBeLessThanOrEqual(clock.nowMs);
  const rest = settling.close(clock.nowMs);
  expect([...first, ...rest].flatMap(({ exchanges }) => exchanges).toSorted()).toEqual(burst.toSorted());
  expect(settling.due()).toBe(null);
});
