import { contentOrder, type Identities } from "./identity.ts";
import type { Node } from "./json.ts";
import { likenessOf } from "./likeness.ts";
import type { Budget } from "./same.ts";
import { type Arrays, commonSubsequence, type Stretch, trimmed } from "./subsequence.ts";

/** Elements that belong together, by their places; null: none does. Equal ones are left out. */
export type Couple = readonly [legacy: number | null, candidate: number | null];

/** What the alignments of one comparison share. */
export interface Aligning {
  readonly identities: Identities;
  /** Pairs of elements whose likeness may still be weighed beside those that time is linear with. */
  readonly choices: Budget;
}

/**
 * Which elements of two lists belong together where their order counts: a longest common subsequence of equal ones, and
 * between those what is most alike. So an insertion is one couple, and so is a change; what was moved is two.
 * Swapping the sides swaps the couples.
 */
export function coupleInOrder(arrays: Arrays, aligning: Aligning): Iterable<Couple> {
  const { identities } = aligning;
  const [ours, theirs] = arrays;
  if (ours.length === 1 && theirs.length === 1) return [[0, 0]];
  const middle = trimmed(arrays, { from: [0, 0], to: [ours.length, theirs.length] }, identities);
  if (isOneSided(middle) || isSingle(middle)) return byPlace(middle);
  const [first, other] = [ours[middle.from[0]], theirs[middle.from[1]]];
  if (first === undefined || other === undefined) return [];
  return isSwapped([first, other], identities)
    ? swapped(couplesIn([theirs, ours], { from: flip(middle.from), to: flip(middle.to) }, aligning))
    : couplesIn(arrays, middle, aligning);
}

/** Whether the candidate is looked at as the first side: which one it is depends on what they hold alone. */
export function isSwapped([first, other]: readonly [Node, Node], identities: Identities): boolean {
  return contentOrder(first, other, identities) > 0;
}

function flip<T>([one, other]: readonly [T, T]): readonly [T, T] {
  return [other, one];
}

function* swapped(couples: Iterable<Couple>): Generator<Couple, void> {
  for (const [candidate, legacy] of couples) yield [legacy, candidate];
}

function* couplesIn(arrays: Arrays, stretch: Stretch, aligning: Aligning): Generator<Couple, void> {
  let from = stretch.from;
  for (const place of commonSubsequence(arrays, stretch, aligning.identities)) {
    yield* couplesInGap(arrays, { from, to: place }, aligning);
    from = [place[0] + 1, place[1] + 1];
  }
  yield* couplesInGap(arrays, { from, to: stretch.to }, aligning);
}

/** Between equal elements, where nothing is equal any more but what was left out of the subsequence. */
function couplesInGap(arrays: Arrays, untrimmed: Stretch, aligning: Aligning): Iterable<Couple> {
  const gap = untrimmed.from[0] === untrimmed.to[0] ? untrimmed : trimmed(arrays, untrimmed, aligning.identities);
  if (isOneSided(gap) || isSingle(gap)) return byPlace(gap);
  if (!hasLikeness(arrays[0], gap.from[0], gap.to[0]) || !hasLikeness(arrays[1], gap.from[1], gap.to[1])) {
    return byPlace(gap);
  }
  const [rows, columns] = sizeOf(gap);
  if (rows * columns > aligning.choices.left) return aroundOneSplit(arrays, gap, aligning.identities);
  aligning.choices.left -= rows * columns;
  return byLikeness(arrays, gap, aligning.identities);
}

/** Numbers and the like have nothing in common unless they are equal. */
function hasLikeness(array: readonly Node[], from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const node = array[at];
    if (typeof node === "string" || (typeof node === "object" && node !== null)) return true;
  }
  return false;
}

function sizeOf({ from, to }: Stretch): readonly [number, number] {
  return [to[0] - from[0], to[1] - from[1]];
}

function isOneSided(stretch: Stretch): boolean {
  const [rows, columns] = sizeOf(stretch);
  return rows === 0 || columns === 0;
}

function isSingle(stretch: Stretch): boolean {
  const [rows, columns] = sizeOf(stretch);
  return rows === 1 && columns === 1;
}

function* byPlace({ from, to }: Stretch): Generator<Couple, void> {
  let [i, j] = from;
  while (i < to[0] || j < to[1]) {
    yield [i < to[0] ? i : null, j < to[1] ? j : null];
    i += 1;
    j += 1;
  }
}

/** Preferred to nothing in common, and to nothing else. */
const COUPLED = 1e-9;

/** The couples with the greatest likeness in all, none crossing another; rather more than fewer. */
function* byLikeness(arrays: Arrays, gap: Stretch, identities: Identities): Generator<Couple, void> {
  const [rows, columns] = sizeOf(gap);
  const likeness = likenessIn(arrays, gap, identities);
  const likenesses = new Float64Array(rows * columns);
  /** The best that can be had from a place on. */
  const best = new Float64Array((rows + 1) * (columns + 1));
  const at = (i: number, j: number): number => best[i * (columns + 1) + j] ?? 0;
  for (let i = rows - 1; i >= 0; i -= 1) {
    for (let j = columns - 1; j >= 0; j -= 1) {
      const both = likeness(i, j) + COUPLED;
      likenesses[i * columns + j] = both;
      best[i * (columns + 1) + j] = Math.max(both + at(i + 1, j + 1), at(i + 1, j), at(i, j + 1));
    }
  }
  let [i, j] = [0, 0];
  while (i < rows && j < columns) {
    const both = (likenesses[i * columns + j] ?? 0) + at(i + 1, j + 1);
    const [ours, theirs] = [at(i + 1, j), at(i, j + 1)];
    const isCouple = both >= ours && both >= theirs;
    const skipsOurs = !isCouple && ours >= theirs;
    yield [skipsOurs || isCouple ? gap.from[0] + i : null, skipsOurs ? null : gap.from[1] + j];
    if (isCouple || skipsOurs) i += 1;
    if (isCouple || !skipsOurs) j += 1;
  }
  yield* byPlace({ from: [gap.from[0] + i, gap.from[1] + j], to: gap.to });
}

function likenessIn(arrays: Arrays, gap: Stretch, identities: Identities): (i: number, j: number) => number {
  return (i, j) => {
    const [one, other] = [arrays[0][gap.from[0] + i], arrays[1][gap.from[1] + j]];
    return one === undefined || other === undefined ? 0 : likenessOf(one, other, identities);
  };
}

/**
 * Couples by place from the front up to a split and from the end down to it, where that makes for the greatest likeness:
 * what one side has more is in one piece. Linear.
 */
function* aroundOneSplit(arrays: Arrays, gap: Stretch, identities: Identities): Generator<Couple, void> {
  const [rows, columns] = sizeOf(gap);
  const couples = Math.min(rows, columns);
  const split = rows === columns ? couples : bestSplit([rows, columns], likenessIn(arrays, gap, identities));
  const [i, j] = [gap.from[0] + split, gap.from[1] + split];
  yield* byPlace({ from: gap.from, to: [i, j] });
  const [iEnd, jEnd] = [i + rows - couples, j + columns - couples];
  yield* byPlace({ from: [i, j], to: [iEnd, jEnd] });
  yield* byPlace({ from: [iEnd, jEnd], to: gap.to });
}

function bestSplit([rows, columns]: readonly [number, number], likeness: (i: number, j: number) => number): number {
  const couples = Math.min(rows, columns);
  const [iMore, jMore] = [rows - couples, columns - couples];
  let gained = 0;
  let [best, split] = [0, 0];
  for (let at = 0; at < couples; at += 1) {
    gained += likeness(at, at) - likeness(at + iMore, at + jMore);
    if (gained >= best) [best, split] = [gained, at + 1];
  }
  return split;
}
