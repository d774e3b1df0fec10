import { en, pt, say, type Sentence } from "../lib/sentence.ts";
import {
  marks,
  type Mark,
  type MarkCounts,
  type OwnEvidence,
  type Population,
  type Stream,
  type StreamEvidence,
} from "../account/index.ts";
import { continued, lnDetected, overTerms, stepped, type Sums } from "../stats/index.ts";
import type { FastLane } from "./plan.ts";
import type { Baseline } from "./state.ts";

/** Who watches: the leader what all instances saw, once for all; or one of so many what itself saw. */
export type Watcher = "leader" | { readonly instances: number };

/** Everybody back to legacy, now, and by which figures. */
export interface Trip {
  readonly stream: Stream;
  readonly mark: Mark;
  /** A sentence for people. Nothing personal. */
  readonly text: string;
  readonly pt: string;
  readonly figures: Readonly<Record<"K" | "N" | "budget" | "lnE" | "lnENeeded", number>>;
}

/** A detector of one mark of one stream. */
interface Detector {
  readonly sums: Sums;
  /** Since it last looked well. */
  readonly bad: number;
  readonly all: number;
}

interface Watched {
  readonly slot: number;
  /**
   * Steps are batches, of which each item may have turned its cell bad: the first good item of a cell says little of those that
   * follow, so that cells alone, of whom nothing good comes any more, would look worse the longer they last.
   */
  readonly items: Detector;
  /** Steps are slots, of cells: of whoever fails at everything nobody is hidden by how much else he was answered. */
  readonly cells: Detector;
}

export interface FastLaneWatch {
  /** One batch of what is new: cells, and cells with a mark they had not. null: no trip. */
  step(news: readonly OwnEvidence[], watcher: Watcher): Trip | null;
}

export interface FastLaneOptions {
  readonly lane: FastLane;
  /** Legacy's own failures are put up with where nothing is paired. */
  readonly baseline: Baseline | null;
}

/** A header that says another version each time makes streams without end. */
const MOST_WATCHED = 256;

const watchedMarks: Readonly<Record<Population, readonly Mark[]>> = {
  pairs: ["candidate-failed", "critical"],
  "served-candidate": ["failed"],
  "served-legacy": [],
  "held-out": [],
};

/**
 * A detector for each mark of each stream, on seconds (EVIDENCE 6.2): with nothing wrong, all of them together trip falsely once in
 * `falseAlarmEvery` batches at most. It never advances anything. What it knows is lost with its leader: the next one begins with
 * what is counted (`newsBySlot`), and has to see some twenty bad cells anew at worst, where the good ones of ten minutes hide them.
 */
export function createFastLane({ lane, baseline }: FastLaneOptions): FastLaneWatch {
  /** By mark and stream; that which was stepped last comes last. */
  const watched = new Map<string, Watched>();
  const legacyRate = baseline === null || !(baseline.cells > 0) ? 0 : baseline.failedCells / baseline.cells;

  const stepOne = ({ stream, slot, raw, cells }: OwnEvidence, mark: Mark) => {
    const key = `${mark} ${nameOf(stream)}`;
    const [bad, all] = [countOf(cells, mark), countOf(cells, "item")];
    const items = Math.max(bad, all, countOf(raw, "item"));
    if (items === 0) return [];
    const budget = mark === "failed" ? Math.max(lane.budget, legacyRate) : lane.budget;
    const terms = overTerms(bad, all, budget);
    const before = watched.get(key) ?? { slot: -Infinity, items: unseen, cells: unseen };
    const after: Watched = {
      slot: Math.max(slot, before.slot),
      items: grown(before.items, {
        bad,
        all: items,
        terms: items === all ? terms : overTerms(bad, items, budget),
        isStep: true,
      }),
      // A cell that turns bad was counted as good before: that is taken back, so that `all - bad` may be negative.
      cells: grown(before.cells, { bad, all, terms, isStep: slot > before.slot }),
    };
    watched.delete(key);
    watched.set(key, after);
    const lnE = lnDetected([...after.items.sums, ...after.cells.sums]);
    return [{ stream, mark, budget, after, lnE }];
  };

  return {
    step(news, watcher) {
      const stepping = news.flatMap((one) => watchedMarks[one.stream.population].flatMap((mark) => stepOne(one, mark)));
      for (const key of watched.keys()) {
        if (watched.size <= MOST_WATCHED) break;
        watched.delete(key);
      }
      const shared = watched.size * (watcher === "leader" ? 1 : 2 * Math.max(1, watcher.instances));
      const lnENeeded = Math.log(lane.falseAlarmEvery) + Math.log(Math.max(1, shared));
      const worst = stepping.toSorted((one, two) => two.lnE - one.lnE)[0];
      if (worst === undefined || worst.lnE < lnENeeded) return null;
      const { stream, mark, budget, after, lnE } = worst;
      const what = lnDetected(after.items.sums) > lnDetected(after.cells.sums) ? "items" : "cells";
      const { bad, all } = after[what];
      const said = tripText({ bad, all, what, mark, route: stream.route, budget, lnE, lnENeeded });
      return { stream, mark, ...said, figures: { K: bad, N: all, budget, lnE, lnENeeded } };
    },
  };
}

interface Grown {
  readonly bad: number;
  readonly all: number;
  readonly terms: readonly number[];
  /** A step of its own; false: it goes on with the last. */
  readonly isStep: boolean;
}

function grown({ sums, bad: badBefore, all: allBefore }: Detector, { bad, all, terms, isStep }: Grown): Detector {
  const isFresh = isStep && sums.every((sum) => sum <= 0);
  return {
    sums: (isStep ? stepped : continued)(sums, terms),
    bad: bad + (isFresh ? 0 : badBefore),
    all: all + (isFresh ? 0 : allBefore),
  };
}

const unseen: Detector = { sums: [], bad: 0, all: 0 };

interface Tripped {
  readonly bad: number;
  readonly all: number;
  readonly what: "items" | "cells";
  readonly mark: Mark;
  readonly route: string;
  readonly budget: number;
  readonly lnE: number;
  readonly lnENeeded: number;
}

function tripText({ bad, all, what, mark, route, budget, lnE, lnENeeded }: Tripped): Sentence {
  const { text, pt: portuguese } = words[mark] ?? say(mark, mark);
  const whats = what === "items" ? "itens" : "células";
  return say(
    `${en.count(bad)} of ${en.count(all)} ${what} ${text} on route ${route}, ` +
      `${en.percent(budget)} are put up with: ln E ${en.figure(lnE)}, ${en.figure(lnENeeded)} trips`,
    `${pt.count(bad)} de ${pt.count(all)} ${whats} ${portuguese} na rota ${route}, ` +
      `toleram-se ${pt.percent(budget)}: ln E ${pt.figure(lnE)}, ${pt.figure(lnENeeded)} dispara`,
  );
}

const words: Readonly<Partial<Record<Mark, Sentence>>> = {
  "candidate-failed": say("with a failure of the candidate alone", "com falha só do candidate"),
  critical: say("with a critical divergence", "com uma divergência critical"),
  failed: say("that the candidate answered were failing", "respondidas pelo candidate com falha"),
};

/** What came to all instances' evidence between two looks. What was not there at the first is all new. */
export function newsOf(before: readonly StreamEvidence[], after: readonly StreamEvidence[]): readonly OwnEvidence[] {
  const known = new Map(before.map((one) => [nameOf(one.stream), one.slots]));
  return after.map(({ stream, slots }) => {
    const slotsBefore = known.get(nameOf(stream)) ?? [];
    const newest = slots.at(-1)?.slot ?? 0;
    const raw = marks.map(() => 0);
    const cells = marks.map(() => 0);
    let at = 0;
    for (const slot of slots) {
      // Both ascend.
      while ((slotsBefore[at]?.slot ?? Infinity) < slot.slot) at += 1;
      const then = slotsBefore[at];
      // The very same has grown by nothing.
      if (then === slot) continue;
      const isKnown = then?.slot === slot.slot;
      grow(raw, slot.raw, isKnown ? then.raw : []);
      grow(cells, slot.cells, isKnown ? then.cells : []);
    }
    return { stream, slot: newest, raw, cells };
  });
}

/**
 * All that is counted, slot by slot: what a leader begins with. A step in which good ones are added up with bad ones shows no more
 * than its seconds did one by one, so that nothing trips here that had not before.
 */
export function newsBySlot(evidence: readonly StreamEvidence[]): readonly (readonly OwnEvidence[])[] {
  const bySlot = new Map<number, OwnEvidence[]>();
  for (const { stream, slots } of evidence) {
    for (const { slot, raw, cells } of slots)
      bySlot.set(slot, [...(bySlot.get(slot) ?? []), { stream, slot, raw, cells }]);
  }
  return [...bySlot].toSorted(([one], [other]) => one - other).map(([, news]) => news);
}

function grow(sum: number[], after: MarkCounts, before: MarkCounts): void {
  for (let index = 0; index < sum.length; index += 1) {
    // What somebody had erased meanwhile is nobody's news.
    sum[index] = (sum[index] ?? 0) + Math.max(0, (after[index] ?? 0) - (before[index] ?? 0));
  }
}

function nameOf({ scope, route, population, legacyVersion, candidateVersion, rules }: Stream): string {
  return JSON.stringify([scope, route, population, legacyVersion, candidateVersion, rules]);
}

const countOf = (counts: MarkCounts, mark: Mark): number => {
  const found = counts[marks.indexOf(mark)] ?? 0;
  return Number.isFinite(found) ? found : 0;
};
