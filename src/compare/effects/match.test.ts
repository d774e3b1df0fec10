import { describe, expect, it } from "vitest";
import { matchEffects } from "./match.ts";
import { marked, text } from "./sample.ts";
import { translations } from "./translations.ts";

describe("matching", () => {
  it("says of every effect once where it went", () => {
    const [a, b, b2, c] = [text("a"), text("b"), text("b"), marked("c")];
    const [x, y, z] = [text("b"), text("a"), marked("z")];
    expect(matchEffects([a, b, b2, c], [x, y, z])).toEqual({
      pairs: [
        { legacy: a, candidate: y, alike: true },
        { legacy: b, candidate: x, alike: true },
      ],
      missing: [c],
      extra: [z],
      duplicated: [{ effect: b, legacy: 2, candidate: 1 }],
      reordered: [{ legacy: [a, b], candidate: [x, y] }],
    });
  });

  it("pairs what is left in its order where there is too much to choose from", () => {
    const many = (prefix: string) => Array.from({ length: 40 }, (_, i) => text(`${prefix}${i}`));
    const { pairs, reordered } = matchEffects(many("a"), many("b"));
    expect([pairs.length, pairs.every(({ alike }) => !alike), reordered]).toEqual([40, true, []]);
  });
});

describe("translations", () => {
  it("lead from legacy's message to the candidate's of the same turn", () => {
    const legacy = [text("a", { produced: ["m1"] }), text("b", { produced: ["m2"] }), text("c", { produced: ["m3"] })];
    const candidate = [
      text("a", { produced: ["held1"] }),
      text("c", { produced: ["held3"] }),
      text("B", { produced: ["held2"] }),
    ];
    expect(translations(matchEffects(legacy, candidate).pairs)).toEqual([
      { legacy: "m1", candidate: "held1" },
      { legacy: "m2", candidate: "held2" },
      { legacy: "m3", candidate: "held3" },
    ]);
  });

  it("are not made of what is no send, has no id, or went to two people", () => {
    const elsewhere = { recipient: "447700900456", produced: ["held1"] };
    const legacy = [text("a", { produced: ["m1"] }), text("b"), marked("c", { produced: ["m3"] })];
    const candidate = [text("a", elsewhere), text("b", { produced: ["held2"] }), marked("c", { produced: ["held3"] })];
    const { pairs } = matchEffects(legacy, candidate);
    expect([pairs.length, translations(pairs)]).toEqual([3, []]);
  });
});
