import { expect, test } from "vitest";
import { createTally } from "../../../account/index.ts";
import { compareEffects, type EffectLists, isComplete } from "../../../compare/index.ts";
import { text } from "../../../compare/effects/sample.ts";
import { sampleDeps } from "../../../compare/sample.ts";
import type { ItemEffects } from "../../../exchanges/index.ts";
import type { Settled } from "../../../mirror/index.ts";
import type { Divergence } from "../../../model/index.ts";
import { createClosing } from "./closing.ts";
import type { Waiting } from "./endings.ts";

interface Job {
  readonly resolve: (found: readonly Divergence[]) => void;
  readonly reject: (error: Error) => void;
}

const match: Settled = { state: { state: "compared", substate: "match" }, verdict: { kind: "match" }, compareMs: 1 };
const judging = { ...sampleDeps, isHeld: () => false };
const here = (lists: EffectLists) => compareEffects(lists, judging);

/** No comparison survives it. */
const broken = text("broken");

/** What legacy, the candidate and a twin send. */
type Texts = readonly [legacy: string, candidate: string, twin?: string];

/** Lists whose first text is long are compared elsewhere. */
function world() {
  const jobs: Job[] = [];
  const ended: string[] = [];
  const over: string[] = [];
  const faults: string[] = [];
  const matched: string[] = [];
  const twins: (string | null)[] = [];
  const closing = createClosing({
    tally: createTally(() => 0),
    saw: () => {},
    matched: (_lists, verdict) => void matched.push(verdict),
    over: (exchange) => void over.push(exchange),
    fault: (operation) => void faults.push(operation),
    isComplete: (lists) => isComplete(lists, judging),
    compareEffects(lists) {
      if (lists.candidate.some(({ payload }) => payload === broken.payload)) throw new Error("It cannot be compared");
      if (JSON.stringify(lists).length < 2_000) return here(lists);
      return new Promise((resolve, reject) => jobs.push({ resolve, reject }));
    },
  });
  const following = {
    delivery: { route: { name: "default" } },
    judgement: null,
    twins: { of: () => ({ kind: "match" }) },
  } as unknown as Waiting["following"];
  const effectsOf = (...[legacy, candidate, twin]: Texts): ItemEffects => {
    const did = candidate === "broken" ? broken : text(candidate);
    return { legacy: [text(legacy)], candidate: [did], twin: twin === undefined ? [] : [text(twin)] };
  };
  return {
    closing,
    jobs,
    ended,
    over,
    faults,
    matched,
    twins,
    close: (exchange: string, texts: Texts, before = match): void => {
      const done: Waiting["done"] = (settled, _effects, [ofTwin = null]) => {
        twins.push(ofTwin === null ? null : `${ofTwin.length} found`);
        const [{ state, verdict }] = [settled[0] ?? before];
        ended.push(`${exchange} ${state.state} ${state.substate} ${verdict?.kind}`);
      };
      closing.wait(exchange, { following, settled: [before], done });
      const parts = [{ exchange, items: [effectsOf(...texts)] }];
      closing.closed({
        parts,
        exchanges: [exchange],
        overlapping: false,
        twinned: texts.length === 3,
        timedOut: false,
      });
    },
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

const short = ["Oi", "Oi"] as const;
const long = ["a".repeat(2_000), "b".repeat(2_000)] as const;
const found = here({ route: "default", itemKind: "request", legacy: [text("a")], candidate: [text("b")] });

test("what is compared at once ends at once, and what matched is told of", () => {
  const { close, ended, matched } = world();
  close("a", short);
  close("b", ["Oi", "Olá"]);
  expect(ended).toEqual(["a compared match match", "b compared divergent divergent"]);
  expect(matched).toEqual(["match"]);
});

test("what is compared elsewhere is pending meanwhile, and what is closed after it ends after it", async () => {
  const { close, jobs, ended, over, turn } = world();
  close("a", long);
  close("b", short);
  close("c", long);
  expect(over).toEqual(["a", "b", "c"]);
  expect(ended).toEqual([]);
  jobs[1]?.resolve([]);
  await turn();
  expect(ended).toEqual([]);
  jobs[0]?.resolve(found);
  await turn();
  expect(ended).toEqual(["a compared divergent divergent", "b compared match match", "c compared match match"]);
  close("d", short);
  expect(ended.at(-1)).toBe("d compared match match");
});

test("a comparison that fails elsewhere is counted, and takes nothing back that was found before", async () => {
  const { close, jobs, ended, faults, turn } = world();
  const verdict = { kind: "divergent", divergences: found } as const;
  close("a", long);
  close("b", long, { state: { state: "compared", substate: "divergent" }, verdict, compareMs: 1 });
  for (const { reject } of jobs) reject(new Error("It was ended"));
  await turn();
  expect(ended).toEqual(["a skipped not-comparable not-comparable", "b compared divergent divergent"]);
  expect(faults).toEqual(["compare", "compare"]);
});

test("a comparison that throws takes no other item along", async () => {
  const { close, ended, faults, turn } = world();
  close("a", ["Oi", "broken"]);
  close("b", short);
  await turn();
  expect(ended).toEqual(["a skipped not-comparable not-comparable", "b compared match match"]);
  expect(faults).toEqual(["compare"]);
});

const deep: Settled = {
  state: { state: "skipped", substate: "not-comparable" },
  verdict: { kind: "not-comparable", why: "too-deep" },
  compareMs: 1,
  notCompared: { why: "too-deep", substate: "not-comparable" },
};

test("what was done outside counts where the answers are not compared, and nothing else becomes of these", async () => {
  const { close, jobs, ended, twins, matched, turn } = world();
  close("a", ["Oi", "Olá", "Olá"], deep);
  close("b", ["Oi", "Oi"], deep);
  close("c", ["Oi", "broken"], deep);
  close("d", long, deep);
  jobs[0]?.resolve(found.map((one) => ({ ...one, severity: "noise", noise: { by: "rule", rule: "texts" } })));
  await turn();
  expect(ended).toEqual([
    "a compared divergent divergent",
    "b skipped not-comparable not-comparable",
    "c skipped not-comparable not-comparable",
    "d skipped not-comparable noise",
  ]);
  expect(twins).toEqual([null, null, null, null]);
  expect(matched).toEqual(["match", "noise"]);
});

test("what was done outside and is still compared elsewhere at the end takes nothing from an item whose answers are not", () => {
  const { close, closing, ended } = world();
  close("a", long, deep);
  closing.stop(() => close("b", ["Oi", "Olá"], deep));
  expect(ended).toEqual(["a skipped not-comparable not-comparable", "b skipped not-comparable not-comparable"]);
});

test("what is still compared elsewhere at the end is held against nobody, and ends once", async () => {
  const { close, closing, jobs, ended, turn } = world();
  close("a", long);
  close("b", short);
  closing.stop(() => close("c", long));
  const all = ["a skipped shutting-down undefined", "b compared match match", "c skipped shutting-down undefined"];
  expect(ended).toEqual(all);
  for (const { resolve } of jobs) resolve(found);
  await turn();
  expect(ended).toEqual(all);
});

test("how the twin differs is told with the item, compared here or elsewhere", async () => {
  const { close, jobs, twins, ended, turn } = world();
  close("a", ["Oi", "Oi", "Olá"]);
  close("b", short);
  expect(twins).toEqual(["1 found", null]);
  close("c", [...short, long[1]]);
  expect(ended).toHaveLength(2);
  jobs[0]?.resolve(found);
  await turn();
  expect(ended.at(-1)).toBe("c compared match match");
  expect(twins.at(-1)).toBe("1 found");
});

test("where the twin cannot be compared it says nothing, and the item ends as it would without it", async () => {
  const { close, jobs, twins, ended, faults, turn } = world();
  close("a", [...short, long[1]]);
  jobs[0]?.reject(new Error("It was ended"));
  await turn();
  expect(ended).toEqual(["a compared match match"]);
  expect(twins).toEqual([null]);
  expect(faults).toEqual(["compare"]);
});
