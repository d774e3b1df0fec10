import { markSet, type MarkSet } from "../account/index.ts";
import type { Mode } from "../model/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { normalBelow } from "./normal.ts";

/** What a scope asks of times. */
export interface Limits {
  readonly slowMs: number | null;
  readonly lateMs: number | null;
  readonly overMs: number | null;
}

/** Whoever is decided for alike. */
export interface Decided {
  readonly mode: Mode;
  readonly reverseShadow: boolean;
}

/** Items of which everything that is counted is alike. */
export interface Kind {
  /** Of all items. */
  readonly chance: number;
  /** Marks as whoever answered is counted, and as the pair is; pairs only where both are called. */
  readonly answer: MarkSet;
  readonly pair: MarkSet;
  /** The candidate does worse than legacy, whoever sees it. */
  readonly bad: boolean;
}

export interface Kinds {
  /** Nothing is to be said of it, which most are. */
  readonly plain: Kind;
  /** What the fast lane looks for. */
  readonly alarming: readonly Kind[];
  readonly others: readonly Kind[];
}

/** What may happen to an item, as the data plane would mark it. */
export function kindsOf(behaviour: Behaviour, limits: Limits, decided: Decided): Kinds {
  const isCutover = decided.mode === "cutover";
  const isPaired = isCutover ? decided.reverseShadow : decided.mode !== "legacy";
  const isTimed = decided.mode === "dual-run";
  const kinds = new Map<string, Kind>();
  for (const [times, often] of timesOf(behaviour, limits)) {
    for (const [what, chance] of happeningsOf(behaviour)) {
      const answer = answerMarks(what, times, isCutover);
      const pair = isPaired ? answer | pairMarks(what, times, isTimed) : 0;
      const asked = isCutover || isPaired;
      const bad = asked && (times.late || (what.candidateFails && !what.legacyFails) || what.divergence > 0);
      const key = `${answer} ${pair} ${bad}`;
      kinds.set(key, { answer, pair, bad, chance: (kinds.get(key)?.chance ?? 0) + chance * often });
    }
  }
  const all = [...kinds.values()].filter(({ chance }) => chance > 0).toSorted((one, two) => two.chance - one.chance);
  const plain = all.find((kind) => (kind.answer & ~unmarked) === 0 && (kind.pair & ~unmarked) === 0 && !kind.bad);
  const isAlarming = ({ answer, pair }: Kind): boolean =>
    (pair & alarms) !== 0 || (isCutover && (answer & failed) !== 0);
  return {
    plain: plain ?? { chance: 0, answer: unmarked, pair: 0, bad: false },
    alarming: all.filter(isAlarming),
    others: all.filter((kind) => kind !== plain && !isAlarming(kind)),
  };
}

const unmarked = markSet("item", "timed");
const alarms = markSet("candidate-failed", "critical");
const failed = markSet("failed");

interface Happening {
  readonly candidateFails: boolean;
  readonly legacyFails: boolean;
  /** 0: none, 1 minor, 2 major, 3 critical. */
  readonly divergence: number;
}

function happeningsOf({
  bothFail,
  candidateFails,
  legacyFails,
  ...how
}: Behaviour): readonly (readonly [Happening, number])[] {
  const alone = (1 - bothFail) * (1 - candidateFails) * (1 - legacyFails);
  // The gravest is drawn first.
  const critical = how.critical;
  const major = (1 - critical) * how.major;
  const minor = (1 - critical) * (1 - how.major) * how.minor;
  const [none, candidate, legacy, both] = failings;
  return [
    [none, alone * (1 - critical - major - minor)],
    [{ ...none, divergence: 1 }, alone * minor],
    [{ ...none, divergence: 2 }, alone * major],
    [{ ...none, divergence: 3 }, alone * critical],
    // A candidate that fails where legacy does not is critical by itself, and so is the reverse no better.
    [candidate, (1 - bothFail) * candidateFails * (1 - legacyFails)],
    [legacy, (1 - bothFail) * (1 - candidateFails) * legacyFails],
    [both, bothFail + (1 - bothFail) * candidateFails * legacyFails],
  ];
}

const failings = [
  { candidateFails: false, legacyFails: false, divergence: 0 },
  { candidateFails: true, legacyFails: false, divergence: 3 },
  { candidateFails: false, legacyFails: true, divergence: 3 },
  { candidateFails: true, legacyFails: true, divergence: 0 },
] as const satisfies readonly Happening[];

interface Times {
  readonly late: boolean;
  readonly legacySlow: boolean;
  readonly candidateSlow: boolean;
  /** Of the candidate. */
  readonly over: boolean;
}

/** In standard deviations of the logarithm: what lies further out is nothing. */
const FARTHEST = 6;
const STEPS = 96;

/**
 * Legacy's time and what the candidate adds to it are log-normal, each by itself: summed over what legacy may take, piece by piece
 * between its limits, with what is added between its own known exactly.
 */
function timesOf(
  { legacyMs, addedMs, spread }: Behaviour,
  { slowMs, lateMs, overMs }: Limits,
): readonly (readonly [Times, number])[] {
  const far = (median: number, ms: number): number =>
    ms <= 0 ? -FARTHEST : Math.max(-FARTHEST, Math.min(FARTHEST, Math.log(ms / median) / spread));
  const found = new Map<number, readonly [Times, number]>();
  const add = (times: Times, chance: number): void => {
    const key =
      Number(times.late) + 2 * Number(times.legacySlow) + 4 * Number(times.candidateSlow) + 8 * Number(times.over);
    found.set(key, [times, (found.get(key)?.[1] ?? 0) + chance]);
  };
  const totals = [slowMs, overMs].filter((limit) => limit !== null);
  for (const [from, to] of piecesOf(totals.map((limit) => far(legacyMs, limit)))) {
    const step = (to - from) / STEPS;
    for (let at = from + step / 2; at < to; at += step) {
      const legacy = legacyMs * Math.exp(spread * at);
      const weight = (step * Math.exp(-(at ** 2) / 2)) / Math.sqrt(2 * Math.PI);
      const limits = [...totals.map((limit) => limit - legacy), ...(lateMs === null ? [] : [lateMs])];
      for (const [low, high] of piecesOf(limits.map((limit) => far(addedMs, limit)))) {
        const added = addedMs * Math.exp((spread * (low + high)) / 2);
        const isOver = (ms: number, limit: number | null): boolean => limit !== null && ms > limit;
        const times = {
          late: isOver(added, lateMs),
          legacySlow: isOver(legacy, slowMs),
          candidateSlow: isOver(legacy + added, slowMs),
          over: isOver(legacy + added, overMs),
        };
        add(times, weight * (normalBelow(high) - normalBelow(low)));
      }
    }
  }
  return [...found.values()];
}

/** Of the whole range, cut at these. */
function piecesOf(limits: readonly number[]): readonly (readonly [number, number])[] {
  const cuts = [...new Set([-FARTHEST, ...limits, FARTHEST])].toSorted((one, two) => one - two);
  return cuts.slice(1).map((to, index) => [cuts[index] ?? -FARTHEST, to] as const);
}

function answerMarks(what: Happening, times: Times, isCutover: boolean): MarkSet {
  return markSet(
    "item",
    ...((isCutover ? what.candidateFails : what.legacyFails) ? (["failed"] as const) : []),
    ...((isCutover ? times.candidateSlow : times.legacySlow) ? (["slow"] as const) : []),
    ...(isCutover && times.over ? (["over"] as const) : []),
  );
}

function pairMarks({ candidateFails, legacyFails, divergence }: Happening, times: Times, isTimed: boolean): MarkSet {
  return markSet(
    ...(candidateFails && !legacyFails ? (["candidate-failed"] as const) : []),
    ...(legacyFails && !candidateFails ? (["legacy-failed"] as const) : []),
    ...(divergence >= 1 ? (["minor"] as const) : []),
    ...(divergence >= 2 ? (["major"] as const) : []),
    ...(divergence >= 3 ? (["critical"] as const) : []),
    ...(isTimed ? (["timed"] as const) : []),
    ...(isTimed && times.late ? (["late"] as const) : []),
    ...(times.candidateSlow && !times.legacySlow ? (["candidate-slow"] as const) : []),
    ...(times.legacySlow && !times.candidateSlow ? (["legacy-slow"] as const) : []),
  );
}
