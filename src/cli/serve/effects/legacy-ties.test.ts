import { describe, expect, test } from "vitest";
import { createLegacyTies, tiesIn } from "./legacy-ties.ts";

/** What is said of sends, `t` tied and `u` not. */
function saw(sends: string, remembered: string | null = null) {
  const texts: (string | null)[] = [];
  const ties = createLegacyTies(remembered, ({ text }) => texts.push(text));
  const said = sends.split("").flatMap((send) => ties.sent("default", send === "t") ?? []);
  return { ties, texts, said, tie: ties.of("default") };
}

describe("what legacy sends", () => {
  test("is tied once three sends were, and that is remembered", () => {
    expect(saw("tt").tie).toBeNull();
    const three = saw("ttt");
    expect([three.tie, three.ties.tied, three.texts, three.said]).toEqual(["tied", ["default"], ["tied default"], []]);
    expect(saw("", "tied default").tie).toBe("tied");
  });

  test("is not where one in ten or more is not", () => {
    expect(saw("ttu").tie).toBeNull();
    expect(saw("uttttttt").tie).toBeNull();
    expect(saw("uttttttttt").tie).toBe("tied");
  });

  test("is no longer where three of the last are not: told once, and once again when it is", () => {
    expect(saw("tttuu").said).toEqual([]);
    const lost = saw("tttuuu");
    expect([lost.tie, lost.said, lost.texts.at(-1)]).toEqual(["untied", ["lost"], "untied default"]);
    expect(saw(`tttuuuu${"t".repeat(18)}`).said).toEqual(["lost", "regained"]);
    expect(saw("ttt", "untied default").said).toEqual(["regained"]);
  });

  test("counts on each route by itself", () => {
    const { ties } = saw("ttt");
    expect(ties.of("orders")).toBeNull();
    for (let i = 0; i < 3; i += 1) ties.sent("orders", false);
    expect([ties.of("orders"), ties.of("default")]).toEqual([null, "tied"]);
  });

  test("is what another instance saw, where nothing was seen here", () => {
    const { ties } = saw("tttuuu");
    ties.heard({ tied: ["default", "orders"], untied: [] });
    expect([ties.of("default"), ties.of("orders")]).toEqual(["untied", "tied"]);
    expect([...tiesIn(ties.text)]).toEqual([
      ["default", "untied"],
      ["orders", "tied"],
    ]);
  });

  test("is untied here as long as another instance says so, whatever was seen here", () => {
    const { ties, texts } = saw("ttt");
    ties.heard({ tied: ["default"], untied: ["default"] });
    expect([ties.of("default"), ties.tied, ties.untied, texts.length]).toEqual(["untied", [], [], 2]);
    ties.heard({ tied: [], untied: ["default"] });
    ties.sent("default", true);
    expect([ties.of("default"), texts.length]).toEqual(["untied", 2]);
    ties.heard({ tied: ["default"], untied: [] });
    expect([ties.of("default"), ties.tied, texts.length]).toEqual(["tied", ["default"], 3]);
  });

  test("is no longer tied where three of the last hundred doubled what the candidate sent", () => {
    const { ties } = saw("ttt");
    const outcomes = Array.from({ length: 90 }, (_, i) => ties.sent("default", i % 30 !== 29, i % 30 === 29));
    expect(outcomes.flatMap((one, i) => (one === null ? [] : [i]))).toEqual([89]);
    expect(ties.untied).toEqual(["default"]);
    // What was counted once is not counted again.
    expect([
      ...Array.from({ length: 20 }, () => ties.sent("default", true)),
      ties.sent("default", false, true),
    ]).not.toContain("lost");
    expect(ties.of("default")).toBe("tied");
  });
});

test("a file that cannot be read says nothing", () => {
  expect(tiesIn("what is this\ntied a b\n\u0000").get("a b")).toBe("tied");
  expect([...tiesIn("")]).toEqual([]);
});
