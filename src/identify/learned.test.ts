import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLearnedAliases } from "./learned.ts";

const table = (max = 100) => createLearnedAliases({ max });

describe("a learned alias", () => {
  it("is the number that was seen with the id", () => {
    const learned = table();
    expect(learned.of("BR.1")).toBe("BR.1");
    learned.learn(["5511999990000", "BR.1", "81896@lid"]);
    expect([learned.of("BR.1"), learned.of("81896@lid"), learned.of("BR.2")]).toEqual([
      "5511999990000",
      "5511999990000",
      "BR.2",
    ]);
  });

  it("is the number from when it is seen, and the newest of several", () => {
    const learned = table();
    learned.learn(["BR.1"]);
    expect(learned.of("BR.1")).toBe("BR.1");
    learned.learn(["5511999990000", "BR.1"]);
    learned.learn(["5511999990001", "BR.1"]);
    expect(learned.of("BR.1")).toBe("5511999990001");
  });

  it("is the id before, where an id was changed and no number is known", () => {
    const learned = table();
    learned.learn(["BR.old", "BR.new"]);
    learned.learn(["BR.new", "BR.newer"]);
    expect(learned.of("BR.newer")).toBe("BR.old");
    learned.learn(["5511999990000", "BR.old"]);
    expect(learned.of("BR.newer")).toBe("5511999990000");
  });

  it("is the number behind the id before, where that is known", () => {
    const learned = table();
    learned.learn(["5511999990000", "BR.old"]);
    learned.learn(["BR.old", "BR.new"]);
    expect(learned.of("BR.new")).toBe("5511999990000");
  });

  it("is never one of a number", () => {
    const learned = table();
    learned.learn(["5511999990000", "551199990000"]);
    learned.load([["551199990000", "BR.1"]]);
    expect(learned.of("551199990000")).toBe("551199990000");
    expect(learned.drain()).toEqual([]);
  });

  it("leads to an end whatever was told of whom", () => {
    const id = fc.constantFrom("a", "b", "c", "d", "e", "1", "2");
    const person = fc.array(id, { maxLength: 3 });
    const told = fc.array(fc.record({ person, saved: fc.boolean() }), { maxLength: 30 });
    fc.assert(
      fc.property(told, (all) => {
        const learned = table();
        for (const { person: ids, saved } of all) {
          const [first = "a", second = "b"] = ids;
          if (saved) learned.load([[first, second]]);
          else learned.learn(ids);
        }
        for (const each of ["a", "b", "c", "d", "e", "1", "2"]) {
          const end = learned.of(each);
          expect(learned.of(end)).toBe(end);
        }
      }),
    );
  });
});

describe("the table", () => {
  it("forgets what nobody asked for longest, and holds no more than it may", () => {
    const learned = table(100);
    const known = (i: number) => learned.of(`BR.${i}`) !== `BR.${i}`;
    for (let i = 0; i < 1_000; i += 1) {
      learned.learn([`55119${i}`, `BR.${i}`]);
      expect(known(0)).toBe(true);
    }
    const count = Array.from({ length: 1_000 }, (_, i) => known(i)).filter(Boolean).length;
    expect(count).toBeGreaterThanOrEqual(50);
    expect(count).toBeLessThanOrEqual(100);
    expect(learned.drain().length).toBeLessThanOrEqual(100);
  });

  it("hands out what it learned, once", () => {
    const learned = table();
    learned.learn(["1", "a"]);
    learned.learn(["2", "b"]);
    learned.learn(["1", "a"]);
    learned.learn(["3", "b"]);
    expect(learned.drain()).toEqual([
      ["a", "1"],
      ["b", "3"],
    ]);
    learned.learn(["1", "a"]);
    expect(learned.drain()).toEqual([]);
  });

  it("takes back what was saved, without handing it out again", () => {
    const learned = table();
    learned.load([
      ["a", "1"],
      ["b", "2"],
    ]);
    expect([learned.of("a"), learned.of("b"), learned.drain()]).toEqual(["1", "2", []]);
  });

  it("goes by what it learned itself until that is saved", () => {
    const learned = table();
    learned.learn(["2", "a"]);
    learned.load([["a", "1"]]);
    expect(learned.of("a")).toBe("2");
    learned.drain();
    learned.load([["a", "3"]]);
    expect(learned.of("a")).toBe("3");
  });

  it("keeps ids as they are, lone surrogates too", () => {
    const learned = table();
    learned.learn(["1", "a\ud800"]);
    expect([learned.of("a\ud800"), learned.of("a\ud801"), learned.of("a\ufffd")]).toEqual(["1", "a\ud801", "a\ufffd"]);
  });
});
