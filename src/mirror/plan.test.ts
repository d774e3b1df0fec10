import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Mode, Part, PartOf, SkipReason } from "../model/index.ts";
import type { JudgedItem, Judgement } from "../proxy/index.ts";
import { planOf, type PlanOptions } from "./plan.ts";

const judged = (mode: Mode, skip: SkipReason | null = mode === "legacy" ? "not-enabled" : null): JudgedItem => ({
  item: { id: "id", kind: "message.text", shopper: "s", phone: null, about: null },
  mode,
  reason: "percent",
  flags: [],
  skip,
  story: null,
});

/** Cuts by writing down what it was asked for. */
const cut = (parts: readonly PartOf[]): readonly Part[] =>
  parts.map(({ items, side }) => ({ headers: ["x-for", side], body: Buffer.from(items.join(",")) }));

function plan(items: readonly JudgedItem[], options: Partial<PlanOptions> = {}): Judgement {
  const made = planOf(items, {
    answered: new Set(),
    candidateHeaders: null,
    renamed: new Map(),
    cut,
    mixedBatch: "skip",
    sighting: null,
    maybeTwice: () => undefined,
    ...options,
  });
  if (made instanceof Promise) throw new Error("Nothing here is asynchronous");
  return made;
}

/** What each side gets, as `side mode items bytes`; `whole`: the bytes as they came. */
function calls({ answering, mirrored }: Judgement): { answering: readonly string[]; mirrored: readonly string[] } {
  const shown = ({ side, mode, items, body }: Judgement["answering"][number]): string =>
    `${side} ${mode} ${items.join(",")} ${body === null ? "whole" : "cut"}`;
  return { answering: answering.map(shown), mirrored: mirrored.map(shown) };
}
const skips = ({ items }: Judgement) => items.map(({ skip }) => skip);

describe("a delivery whose messages the candidate knows by other ids", () => {
  const status = (mode: Mode, about: string): JudgedItem => {
    const made = judged(mode);
    return { ...made, item: { ...made.item, kind: "status.read", about } };
  };
  const renamed = new Map([
    ["a", "held-a"],
    ["b", "held-b"],
  ]);
  const asked: PartOf[] = [];
  const noting = (parts: readonly PartOf[]): readonly Part[] => {
    asked.push(...parts);
    return cut(parts);
  };
  const wanted = (items: readonly JudgedItem[]): readonly PartOf[] => {
    asked.length = 0;
    plan(items, { renamed, cut: noting });
    return asked;
  };
  const unmade = (parts: readonly PartOf[]): readonly null[] => parts.map(() => null);

  test("is another to the candidate, and as it came to legacy", () => {
    expect(wanted([status("shadow", "a")])).toEqual([
      { items: [0], side: "candidate", renamed: new Map([["a", "held-a"]]) },
    ]);
    expect(calls(plan([status("dual-run", "a")], { renamed }))).toEqual({
      answering: ["legacy dual-run 0 whole"],
      mirrored: ["candidate dual-run 0 cut"],
    });
  });

  test("tells each call of its own", () => {
    const items = [status("shadow", "a"), status("dual-run", "b"), status("cutover", "a"), judged("dual-run")];
    expect(wanted(items)).toEqual([
      { items: [0, 1, 3], side: "legacy" },
      { items: [2], side: "candidate" },
      { items: [0], side: "candidate", renamed: new Map([["a", "held-a"]]) },
      { items: [1, 3], side: "candidate", renamed: new Map([["b", "held-b"]]) },
    ]);
  });

  test("is not told where it cannot be signed or written, and what was in it besides is a batch that cannot be parted", () => {
    const alone = plan([status("shadow", "a")], { renamed, cut: unmade });
    expect([calls(alone).mirrored, skips(alone)]).toEqual([[], ["not-comparable"]]);
    const beside = plan([status("shadow", "a"), judged("shadow")], { renamed, cut: unmade });
    expect([calls(beside).mirrored, skips(beside)]).toEqual([[], ["not-comparable", "mixed-batch"]]);
    const whole = plan([status("shadow", "a"), judged("shadow")], { renamed, cut: unmade, mixedBatch: "whole" });
    expect([calls(whole).mirrored, skips(whole)]).toEqual([["candidate shadow 1 whole"], ["not-comparable", null]]);
  });
});

describe("a delivery", () => {
  test.each<readonly [Mode, readonly string[], readonly string[]]>([
    ["legacy", ["legacy legacy 0 whole"], []],
    ["shadow", ["legacy shadow 0 whole"], ["candidate shadow 0 whole"]],
    ["dual-run", ["legacy dual-run 0 whole"], ["candidate dual-run 0 whole"]],
    ["cutover", ["candidate cutover 0 whole"], []],
  ])("of one item goes as it came: %s", (mode, answering, mirrored) => {
    expect(calls(plan([judged(mode)]))).toEqual({ answering, mirrored });
  });

  test("of one mode goes as it came, in one call", () => {
    expect(calls(plan([judged("dual-run"), judged("dual-run")]))).toEqual({
      answering: ["legacy dual-run 0,1 whole"],
      mirrored: ["candidate dual-run 0,1 whole"],
    });
  });

  test("that legacy answers goes whole to legacy, and by its modes to the candidate", () => {
    const items = [judged("dual-run"), judged("legacy"), judged("shadow"), judged("dual-run")];
    expect(calls(plan(items))).toEqual({
      answering: ["legacy legacy 0,1,2,3 whole"],
      mirrored: ["candidate shadow 2 cut", "candidate dual-run 0,3 cut"],
    });
  });

  test("that is partly cut over is parted, and the rest compared", () => {
    const items = [judged("cutover"), judged("legacy"), judged("dual-run"), judged("cutover")];
    expect(calls(plan(items))).toEqual({
      answering: ["legacy legacy 1,2 cut", "candidate cutover 0,3 cut"],
      mirrored: ["candidate dual-run 2 cut"],
    });
  });

  test("that cannot be parted is legacy's", () => {
    const made = plan([judged("cutover"), judged("legacy"), judged("shadow")], {
      cut: (parts) => parts.map(() => null),
    });
    expect(calls(made)).toEqual({ answering: ["legacy legacy 0,1,2 whole"], mirrored: [] });
    expect(skips(made)).toEqual(["mixed-batch", "not-enabled", "mixed-batch"]);
    expect(made.items[0]?.mode).toBe("legacy");
  });

  test("that cannot be cut is mirrored whole where that is asked for", () => {
    const items = [judged("dual-run"), judged("legacy"), judged("shadow")];
    const options = { cut: (parts: readonly PartOf[]) => parts.map(() => null), mixedBatch: "whole" } as const;
    const made = plan(items, options);
    expect(calls(made)).toEqual({
      answering: ["legacy legacy 0,1,2 whole"],
      mirrored: ["candidate dual-run 0,2 whole"],
    });
    expect(skips(made)).toEqual([null, "mixed-batch", null]);
    // What the candidate has had already would come to it a second time.
    const again = plan([...items, judged("shadow", "redelivery")], options);
    expect(again.mirrored).toEqual([]);
    expect(skips(again)).toEqual(["mixed-batch", "not-enabled", "mixed-batch", "redelivery"]);
  });

  test("of which items were answered leaves them out", () => {
    const made = plan([judged("cutover"), judged("legacy"), judged("cutover")], { answered: new Set([0]) });
    expect(calls(made)).toEqual({ answering: ["legacy legacy 1 cut", "candidate cutover 2 cut"], mirrored: [] });
    expect(skips(made)).toEqual(["redelivery", "not-enabled", null]);
  });

  test("of which all was answered asks nobody", () => {
    const made = plan([judged("cutover"), judged("legacy")], { answered: new Set([0, 1]) });
    expect(calls(made)).toEqual({ answering: [], mirrored: [] });
    expect(skips(made)).toEqual(["redelivery", "redelivery"]);
    expect(plan([judged("legacy")], { answered: new Set([0]) }).answering).toEqual([]);
  });

  test("of which items were answered and that cannot be cut goes again, and that is told", () => {
    let told = 0;
    const options = { answered: new Set([0]), cut: (parts: readonly PartOf[]) => parts.map(() => null) };
    const made = plan([judged("cutover"), judged("legacy")], { ...options, maybeTwice: () => (told += 1) });
    expect(calls(made).answering).toEqual(["legacy legacy 0,1 whole"]);
    expect(told).toBe(1);
  });
});

const anyItem = fc
  .tuple(fc.constantFrom<Mode>("legacy", "shadow", "dual-run", "cutover"), fc.boolean())
  .map(([mode, again]) => judged(mode, again && mode !== "cutover" ? "redelivery" : undefined));

test("every item is answered once, by whom its mode says, and is given to the candidate at most once", () => {
  fc.assert(
    fc.property(fc.array(anyItem, { minLength: 1, maxLength: 12 }), fc.infiniteStream(fc.boolean()), (items, coins) => {
      const answered = new Set(items.flatMap((_, i) => (coins.next().value === true ? [i] : [])));
      const made = plan(items, { answered });
      const times = (errands: Judgement["answering"], i: number): number =>
        errands.filter((errand) => errand.items.includes(i)).length;
      for (const [i, { mode, skip }] of items.entries()) {
        expect(times(made.answering, i)).toBe(answered.has(i) ? 0 : 1);
        const mirrored = !answered.has(i) && skip === null && (mode === "shadow" || mode === "dual-run");
        expect(times(made.mirrored, i)).toBe(mirrored ? 1 : 0);
        const side = made.answering.find((errand) => errand.items.includes(i))?.side;
        if (side !== undefined) expect(side).toBe(mode === "cutover" ? "candidate" : "legacy");
        for (const errand of made.mirrored) if (errand.items.includes(i)) expect(errand.mode).toBe(mode);
      }
    }),
  );
});
