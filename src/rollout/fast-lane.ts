import {
  marks,
  type Mark,
  type MarkCounts,
  type OwnEvidence,
  type Population,
  type Stream,
  type StreamEvidence,
} from "../account/index.ts";
import { lnDetected, overTerms, stepped, type Sums } from "../stats/index.ts";
import { count, figure, percent } from "./gates/words.ts";
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
  readonly figures: Readonly<Record<"K" | "N" | "budget" | "lnE" | "lnENeeded", number>>;
}

/** What is known of one mark of one stream. */
interface Watched {
  readonly sums: Sums;
  /** Since it last looked well. */
  readonly bad: number;
  readonly all: number;
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
 * `falseAlarmEvery` batches at most. It never advances anything. What it knows may be lost with its leader: a new one has to see some
 * twenty bad cells anew at worst, while every instance watches on and checkpoints judge all that was ever counted.
 */
export function createFastLane({ lane, baseline }: FastLaneOptions): FastLaneWatch {
  /** By mark and stream; that which was stepped last comes last. */
  const watched = new Map<string, Watched>();
  const legacyRate = baseline === null || !(baseline.cells > 0) ? 0 : baseline.failedCells / baseline.cells;

  const stepOne = ({ stream, cells }: OwnEvidence, mark: Mark) => {
    const key = `${mark} ${nameOf(stream)}`;
    const [bad, all] = [countOf(cells, mark), countOf(cells, "item")];
    if (bad === 0 && all === 0) return [];
    const budget = mark === "failed" ? Math.max(lane.budget, legacyRate) : lane.budget;
    const before = watched.get(key) ?? { sums: [], bad: 0, all: 0 };
    const isFresh = before.sums.every((sum) => sum <= 0);
    // A cell that turns bad was counted as good before: that is taken back, so that `all - bad` may be negative.
    const after = {
      sums: stepped(before.sums, overTerms(bad, all, budget)),
      bad: bad + (isFresh ? 0 : before.bad),
      all: all + (isFresh ? 0 : before.all),
    };
    watched.delete(key);
    watched.set(key, after);
    return [{ stream, mark, budget, after, lnE: lnDetected(after.sums) }];
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
      const text =
        `${count(after.bad)} of ${count(after.all)} cells ${words[mark] ?? mark} on route ${stream.route}, ` +
        `${percent(budget)} are put up with: ln E ${figure(lnE)}, ${figure(lnENeeded)} trips`;
      return { stream, mark, text, figures: { K: after.bad, N: after.all, budget, lnE, lnENeeded } };
    },
  };
}

const words: Readonly<Partial<Record<Mark, string>>> = {
  "candidate-failed": "with a failure of the candidate alone",
  critical: "with a critical divergence",
  failed: "that the candidate answered were failing",
};

/** What came to all instances' evidence between two looks. What was not there at the first is all new. */
export function newsOf(before: readonly StreamEvidence[], after: readonly StreamEvidence[]): readonly OwnEvidence[] {
  const known = new Map(before.map((one) => [nameOf(one.stream), new Map(one.slots.map((slot) => [slot.slot, slot]))]));
  return after.map(({ stream, slots }) => {
    const slotsBefore = known.get(nameOf(stream));
    const raw = marks.map(() => 0);
    const cells = marks.map(() => 0);
    for (const slot of slots) {
      const then = slotsBefore?.get(slot.slot);
      grow(raw, slot.raw, then?.raw);
      grow(cells, slot.cells, then?.cells);
    }
    return { stream, raw, cells };
  });
}

function grow(sum: number[], after: MarkCounts, before: MarkCounts = []): void {
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
