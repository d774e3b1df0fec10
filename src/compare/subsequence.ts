import type { Identities } from "./identity.ts";
import type { NodeArray } from "./json.ts";

/** A part of two arrays: from a place up to another one. */
export interface Stretch {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/** A stretch without the equal elements at its front and at its end. */
export function trimmed([ours, theirs]: Arrays, { from, to }: Stretch, { same }: Identities): Stretch {
  let [i, j] = from;
  let [iEnd, jEnd] = to;
  const equal = (at: number, other: number): boolean => {
    const [one, partner] = [ours[at], theirs[other]];
    return one === partner || (one !== undefined && partner !== undefined && same(one, partner));
  };
  while (i < iEnd && j < jEnd && equal(i, j)) {
    i += 1;
    j += 1;
  }
  while (iEnd > i && jEnd > j && equal(iEnd - 1, jEnd - 1)) {
    iEnd -= 1;
    jEnd -= 1;
  }
  return { from: [i, j], to: [iEnd, jEnd] };
}

export type Arrays = readonly [NodeArray, NodeArray];

/** Pairs of equal elements that are looked at: so many for each element, and never fewer than this. */
const PAIRS_PER_ELEMENT = 8;
const MIN_PAIRS = 1024;

/**
 * A longest common subsequence of equal elements, as places in both arrays, by Hunt and Szymanski: of all pairs of equal
 * elements the longest chain that goes forward on both sides. Where a few values come again and again there are too many
 * pairs: those values are then left out, and it may not be the longest.
 */
export function commonSubsequence(arrays: Arrays, stretch: Stretch, identities: Identities): readonly Place[] {
  const ours = idsIn(arrays[0], [stretch.from[0], stretch.to[0]], identities);
  const theirs = placesOf(idsIn(arrays[1], [stretch.from[1], stretch.to[1]], identities));
  const allowed = Math.max(MIN_PAIRS, PAIRS_PER_ELEMENT * (stretch.to[0] - stretch.from[0] + theirs.size));
  let pairs = 0;
  for (const id of ours) pairs += theirs.get(id)?.length ?? 0;
  const chain = longestChain(ours, theirs, pairs > allowed ? PAIRS_PER_ELEMENT : Infinity);
  return chain.map(([i, j]) => [i + stretch.from[0], j + stretch.from[1]]);
}

type Place = readonly [number, number];

function idsIn(array: NodeArray, [from, to]: Place, { of }: Identities): readonly number[] {
  const ids: number[] = [];
  for (let at = from; at < to; at += 1) ids.push(of(array[at] ?? null));
  return ids;
}

function placesOf(ids: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>();
  for (const [at, id] of ids.entries()) {
    const known = places.get(id);
    if (known === undefined) places.set(id, [at]);
    else known.push(at);
  }
  return places;
}

/** The last pair of a chain. */
interface Link {
  readonly place: Place;
  readonly before: Link | null;
}

function longestChain(
  ours: readonly number[],
  theirs: ReadonlyMap<number, readonly number[]>,
  maxPlaces: number,
): readonly Place[] {
  /** Of the chains of each length the one that ends first on the other side. */
  const best: Link[] = [];
  for (const [i, id] of ours.entries()) {
    const places = theirs.get(id);
    if (places === undefined || places.length > maxPlaces) continue;
    // From the last: no chain may take two places of one element.
    for (let at = places.length - 1; at >= 0; at -= 1) {
      const j = places[at] ?? 0;
      const length = chainsBefore(best, j);
      best[length] = { place: [i, j], before: best[length - 1] ?? null };
    }
  }
  const chain: Place[] = [];
  for (let link = best.at(-1) ?? null; link !== null; link = link.before) chain.push(link.place);
  return chain.toReversed();
}

/** How many of the lengths have a chain that ends before a place. */
function chainsBefore(best: readonly Link[], place: number): number {
  let low = 0;
  let high = best.length;
  // Most often it goes on at the end.
  if (high > 0 && (best[high - 1]?.place[1] ?? 0) < place) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((best[middle]?.place[1] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
