import { describe, expect, it } from "vitest";
import { createFormat } from "./format.ts";
import { catalogue, preferredLocale } from "./locale.ts";

describe("the catalogue", () => {
  it("has each text in both languages", () => {
    const texts = catalogue({ one: ["one", "um"], many: [(n: string) => `${n} items`, (n: string) => `${n} itens`] });
    expect([texts.in("en").one, texts.in("pt-BR").many("3")]).toEqual(["one", "3 itens"]);
  });

  it("does not compile with a half of a text missing, or made of something else", () => {
    // @ts-expect-error -- there is no Portuguese
    catalogue({ one: ["one"] });
    // @ts-expect-error -- English is made of a number, Portuguese of nothing
    catalogue({ many: [(n: string) => `${n} items`, "itens"] });
    const { one } = catalogue({ one: ["one", "um"] }).in("en");
    // @ts-expect-error -- it is no function
    expect(() => one("x")).toThrow();
  });

  it.each([
    ["", "en"],
    ["pt", "pt-BR"],
    ["pt-PT, en;q=0.9", "pt-BR"],
    ["en-GB, pt;q=0.9", "en"],
    ["fr-CH, fr;q=0.9, pt-BR;q=0.8, en;q=0.7", "pt-BR"],
    ["*", "en"],
    ["pt;q=0.001, en;q=0.0001", "pt-BR"],
  ])("is shown in the language asked for first: %j is %s", (accepted, locale) => {
    expect(preferredLocale(accepted)).toBe(locale);
  });
});

describe("numbers", () => {
  const [en, pt] = [createFormat("en"), createFormat("pt-BR")];

  it("are written as each language writes them", () => {
    expect([en.count(1_234_567), pt.count(1_234_567)]).toEqual(["1,234,567", "1.234.567"]);
    expect([en.percent(0.12345), pt.percent(0.12345)]).toEqual(["12.3 %", "12,3 %"]);
    expect([en.ms(4.567), pt.ms(45.67), en.ms(456.7)]).toEqual(["4.57", "45,7", "457"]);
    expect([en.short(9_999), en.short(1_234_567)]).toEqual(["9,999", "1.2M"]);
  });

  it("that are not there are a dash, and small shares are not nothing", () => {
    expect([en.count(null), en.percent(null), en.ms(null)]).toEqual(["–", "–", "–"]);
    expect([en.percent(0), en.percent(0.00012), en.percent(1)]).toEqual(["0 %", "0.012 %", "100 %"]);
  });

  it("of durations have their two largest units", () => {
    expect([0, 59_000, 3_600_000, 3_725_000, 90_061_000].map((ms) => en.duration(ms))).toEqual([
      "0 s",
      "59 s",
      "1 h",
      "1 h 2 min",
      "1 d 1 h",
    ]);
  });
});
