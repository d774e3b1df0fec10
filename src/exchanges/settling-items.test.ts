import { describe, expect, it } from "vitest";
import { maxMs, quietMs, sampleSettling } from "./sample.ts";

const candidate = { side: "candidate" } as const;
const a = { traceId: "trace-a" };
const b = { traceId: "trace-b" };

describe("items of one exchange", () => {
  it("have their own effects, those of one shopper together", () => {
    const { settling, open, effect, pass } = sampleSettling();
    open("a", { shopper: "1" }, { shopper: "2" }, { shopper: "1" });
    effect("quote", { refersTo: "wamid.a.2" });
    effect("plain", { ...candidate, recipient: "1" });
    effect("two", { recipient: "2" });
    settling.answered("a");
    expect(pass(maxMs)).toEqual(["a: quote|plain two| |, timed out"]);
  });

  it("are all complete, or it is waited on", () => {
    const { settling, open, effect, pass } = sampleSettling();
    open("a", { shopper: "1" }, { shopper: "2" });
    effect("one", { recipient: "1" });
    effect("two", { ...candidate, recipient: "2" });
    settling.answered("a");
    expect(pass(maxMs - 1)).toEqual([]);
    expect(pass(1)).toEqual(["a: one| |two, timed out"]);
  });

  it("that are not compared have theirs counted apart", () => {
    const { settling, open, effect, pass, counted } = sampleSettling();
    open("a", { shopper: "1" }, { shopper: "2", mode: "legacy" });
    effect("two", { recipient: "2" });
    expect(counted).toEqual(["two not-compared"]);
    settling.answered("a");
    expect(pass(quietMs)).toEqual(["a: | |"]);
  });

  it("keep a hundred effects each of a side that runs wild", () => {
    const { settling, open, effect, pass, counted } = sampleSettling();
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
    const { settling, open, effect, pass, counted } = sampleSettling();
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
    const { settling, open, effect, pass } = sampleSettling();
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
    const { settling, open, effect, pass } = sampleSettling();
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
    const { settling, open, effect, pass } = sampleSettling();
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
