import { describe, expect, it } from "vitest";
import { maxMs, sampleSettling } from "./sample.ts";

const a = { traceId: "trace-a" };
const b = { traceId: "trace-b" };

describe("an exchange that is not compared after all", () => {
  it("has its effects counted as such, those that come later too", () => {
    const { settling, open, effect, pass, counted } = sampleSettling();
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
    const { settling, open, effect, pass, counted } = sampleSettling();
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
    const { exchanges, settling, open, effect, pass, counted, givenUp } = sampleSettling({ max: 3 });
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
    const { settling, open, effect, counted, givenUp } = sampleSettling({ maxExchanges: 2 });
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
