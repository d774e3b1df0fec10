import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Mode, Part, PartOf, SkipReason } from "../model/index.ts";
import type { JudgedItem, Judgement } from "../proxy/index.ts";
import { planOf, type PlanOptions } from "./plan.ts";

const judged = (mode: Mode, skip: SkipReason | null = mode === "legacy" ? "not-enabled" : null): JudgedItem => ({
  item: { id: "id", kind: "message.text", shopper: "s", person: null, phone: null, about: null },
  mode,
  reason: "percent",
  flags: [],
  skip,
  unreversed: "cut-over",
  story: null,
});
/** Cut over, with reverse shadow on. */
const reversed: JudgedItem = { ...judged("cutover"), unreversed: null };

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
    hasTwin: false,
    isTwinned: () => false,
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
/** Of the twin, beside both sides. */
const twins = (made: Judgement): readonly string[] => calls({ ...made, answering: made.twins }).answering;
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

describe("in reverse shadow", () => {
  const unreversed = ({ items }: Judgement) => items.map((item) => item.unreversed);

  test("legacy gets what the candidate answers, as it came", () => {
    expect(calls(plan([reversed]))).toEqual({
      answering: ["candidate cutover 0 whole"],
      mirrored: ["legacy cutover 0 whole"],
    });
    expect(calls(plan([reversed, reversed])).mirrored).toEqual(["legacy cutover 0,1 whole"]);
  });

  test("legacy gets its own part, signed for it, where only some are sampled", () => {
    const made = plan([reversed, judged("cutover"), reversed]);
    expect(calls(made)).toEqual({
      answering: ["candidate cutover 0,1,2 whole"],
      mirrored: ["legacy cutover 0,2 cut"],
    });
    expect(made.mirrored[0]?.headers).toEqual(["x-for", "legacy"]);
    expect(unreversed(made)).toEqual([null, "cut-over", null]);
  });

  test("legacy gets nothing of a delivery that it has a part of its own in: a twin does", () => {
    const items = [reversed, judged("dual-run")];
    const made = plan(items);
    expect(calls(made)).toEqual({
      answering: ["legacy dual-run 1 cut", "candidate cutover 0 cut"],
      mirrored: ["candidate dual-run 1 cut"],
    });
    expect([unreversed(made)[0], skips(made)]).toEqual(["mixed-batch", [null, null]]);
    expect(calls(plan(items, { hasTwin: true })).mirrored).toEqual([
      "candidate dual-run 1 cut",
      "legacy cutover 0 cut",
    ]);
  });

  test("legacy gets nothing that cannot be cut, nor what it answers for want of a way to part it", () => {
    const uncut = (parts: readonly PartOf[]) => parts.map(() => null);
    const made = plan([reversed, judged("cutover")], { cut: uncut });
    expect([calls(made).mirrored, unreversed(made)]).toEqual([[], ["mixed-batch", "cut-over"]]);
    const left = plan([reversed, judged("legacy")], { cut: uncut, hasTwin: true });
    expect([calls(left).mirrored, skips(left)[0]]).toEqual([[], "mixed-batch"]);
  });

  test("legacy knows the candidate's message by its own id, or is not told", () => {
    const status: JudgedItem = { ...reversed, item: { ...reversed.item, about: "c" } };
    const wanted: PartOf[] = [];
    const renamed = new Map([["c", "held-c"]]);
    const made = plan([status], {
      renamed,
      cut(parts) {
        wanted.push(...parts);
        return cut(parts);
      },
    });
    expect(wanted).toEqual([{ items: [0], side: "legacy", renamed }]);
    expect(calls(made)).toEqual({ answering: ["candidate cutover 0 whole"], mirrored: ["legacy cutover 0 cut"] });
    const untold = plan([status], { renamed, cut: (parts) => parts.map(() => null) });
    expect([calls(untold).mirrored, unreversed(untold)]).toEqual([[], ["not-comparable"]]);
  });

  test("what was answered before is given to nobody", () => {
    expect(calls(plan([reversed, reversed], { answered: new Set([0]) }))).toEqual({
      answering: ["candidate cutover 1 cut"],
      mirrored: ["legacy cutover 1 cut"],
    });
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

describe("the twin", () => {
  const isTwinned = (): boolean => true;

  test("gets what the candidate is mirrored, and nothing else", () => {
    const modes = ["legacy", "shadow", "dual-run", "cutover"] as const;
    expect(modes.map((mode) => twins(plan([judged(mode)], { isTwinned })))).toEqual([
      [],
      ["legacy shadow 0 whole"],
      ["legacy dual-run 0 whole"],
      [],
    ]);
    expect(twins(plan([judged("shadow", "redelivery")], { isTwinned }))).toEqual([]);
    expect(twins(plan([judged("shadow")]))).toEqual([]);
  });

  test("gets the part that the candidate gets, as legacy would", () => {
    const made = plan([judged("shadow"), judged("legacy"), judged("dual-run"), judged("shadow")], { isTwinned });
    expect(calls(made).mirrored).toEqual(["candidate shadow 0,3 cut", "candidate dual-run 2 cut"]);
    expect(twins(made)).toEqual(["legacy shadow 0,3 cut", "legacy dual-run 2 cut"]);
    expect(made.twins.map(({ headers }) => headers)).toEqual([
      ["x-for", "legacy"],
      ["x-for", "legacy"],
    ]);
  });

  test("gets whole calls or none, by their first item", () => {
    const items = ["a", "b"].map((shopper) => ({ ...judged("shadow"), item: { ...judged("shadow").item, shopper } }));
    const only = (wanted: string) => twins(plan(items, { isTwinned: ({ shopper }) => shopper === wanted }));
    expect([only("a"), only("b")]).toEqual([["legacy shadow 0,1 whole"], []]);
  });

  test("changes nothing of what the others get", () => {
    const anyItems = fc.array(fc.constantFrom<Mode>("legacy", "shadow", "dual-run", "cutover"), { minLength: 1 });
    fc.assert(
      fc.property(
        anyItems,
        fc.constantFrom("skip" as const, "whole" as const),
        fc.boolean(),
        (modes, mixedBatch, cuts) => {
          const options = { mixedBatch, ...(cuts ? {} : { cut: (parts: readonly PartOf[]) => parts.map(() => null) }) };
          const items = modes.map((mode) => judged(mode));
          const made = plan(items, { ...options, isTwinned });
          expect({ ...made, twins: [] }).toEqual(plan(items, options));
        },
      ),
    );
  });
});
