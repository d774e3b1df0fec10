import type { Cell } from "./cell.ts";

/**
 * What gates ask of one item: each is a bit of its mask, by its place here, and a place in every list of counts. New ones come
 * last. `item`, `failed`, `slow` and `over` are of all populations, the
 * others of pairs.
 */
export const marks = [
  /** Counted at all. */
  "item",
  /** Exactly one side gave no complete answer, or one of 500 and above. */
  "candidate-failed",
  "legacy-failed",
  /** Divergent, other than by noise: at least so grave, so that a critical one has all three. */
  "minor",
  "major",
  "critical",
  /** Has an added latency (dual-run only); and that is above the scope's `lateMs`. */
  "timed",
  "late",
  /** Exactly one side took longer than the scope's `slowMs`. */
  "candidate-slow",
  "legacy-slow",
  /** The twin was compared with legacy as well; and exactly one of candidate and twin differed. */
  "twinned",
  "candidate-only",
  "twin-only",
  /**
   * Whoever was to answer gave no complete answer, or one of 500 and above; took longer than the scope's `slowMs`. Of pairs:
   * legacy, whoever answered, as they are compared with what is held out.
   */
  "failed",
  "slow",
  /** Whoever answered took longer than the scope's `overMs`. */
  "over",
] as const;

export type Mark = (typeof marks)[number];

/** A set of marks: bit `i` is `marks[i]`. */
export type MarkSet = number;

export function markSet(...set: readonly Mark[]): MarkSet {
  return set.reduce((bits, mark) => bits | (1 << marks.indexOf(mark)), 0);
}

/** How many there are of each mark, by its place in `marks`. */
export type MarkCounts = readonly number[];

/**
 * Who is counted together: items of which both sides' outcomes are known; items that legacy alone was called for; and, whatever
 * else was called, those that the candidate, or legacy, answered.
 */
export const populations = ["pairs", "held-out", "served-candidate", "served-legacy"] as const;

export type Population = (typeof populations)[number];

/** What is never added up with anything else. */
export interface Stream {
  /** Of an `EvidenceScope`. */
  readonly scope: string;
  readonly route: string;
  readonly population: Population;
  /** What the sides called themselves; empty: they do not say. */
  readonly legacyVersion: string;
  readonly candidateVersion: string;
  /** Hash of the rules of comparison in force. */
  readonly rules: string;
}

/** Logarithmic buckets of milliseconds (`stats`), with how many are in each. */
export type SketchCounts = readonly (readonly [bucket: number, count: number])[];

/** Whose time: a side's own latency, the candidate's minus legacy's where that is positive, what the proxy added. */
export const measures = ["legacy", "candidate", "added", "overhead"] as const;

export type Measure = (typeof measures)[number];

export type Sketches = Readonly<Partial<Record<Measure, SketchCounts>>>;

/** New evidence of one stream in one slot, as the archive gets it. */
export interface EvidenceDelta {
  readonly stream: Stream;
  /** Ten minutes since the epoch (`slotMs`). */
  readonly slot: number;
  /** Items by mark, as they came. */
  readonly raw: MarkCounts;
  /** Shoppers of the slot whose set grew, with all their marks of it: a store joins it to what it has and counts what is new. */
  readonly cells: readonly (readonly [cell: Cell, set: MarkSet])[];
  /** Items of no known shopper: each is a cell of its own. */
  readonly alone: MarkCounts;
  readonly sketches: Sketches;
}

/** New evidence of one stream on this instance, whatever the slot: what an instance watches its own marks by. */
export interface OwnEvidence {
  readonly stream: Stream;
  /** The newest that any of it is of. */
  readonly slot: number;
  readonly raw: MarkCounts;
  /** Cells that this instance had not seen, or not with that mark. */
  readonly cells: MarkCounts;
}

/** What all instances know of one stream. */
export interface StreamEvidence {
  readonly stream: Stream;
  /** Milliseconds since the epoch, of its first batch. */
  readonly firstSeen: number;
  /** Ascending. Cells belong to one slot each, so that windows add up. */
  readonly slots: readonly { readonly slot: number; readonly raw: MarkCounts; readonly cells: MarkCounts }[];
  /** Of all slots together. */
  readonly sketches: Sketches;
  /** Different shoppers, of the newest that were told apart; `atLeast`: there was no room for more. */
  readonly shoppers: { readonly count: number; readonly atLeast: boolean };
}
