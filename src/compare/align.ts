import { closestPairs } from "./closest.ts";
import type { Pairing } from "./difference.ts";
import { createIdentities, type Identities } from "./identity.ts";
import type { Node, NodeArray } from "./json.ts";
import { isArray, isObject } from "./json.ts";
import { likenessOf } from "./likeness.ts";
import type { Path } from "./path.ts";
import type { Budget } from "./same.ts";
import { type Aligning, type Couple, coupleInOrder, isSwapped } from "./sequence.ts";

export type { Aligning };

/**
 * How it is found which element of one array is which of the other.
 * - `sequence`: by what is equal and most alike, in order; what was moved is removed at one place and added at another
 * - `set`: the same, and order says nothing
 * - `key`: by the value at a JSON pointer (RFC 6901) below each element; order says nothing
 */
export type Alignment =
  | { readonly kind: "sequence" }
  | { readonly kind: "set" }
  | { readonly kind: "key"; readonly key: string };

/** The alignment of the array at a place. */
export type AlignmentAt = (path: Path) => Alignment;

const SEQUENCE: Alignment = { kind: "sequence" };
export const alwaysSequence: AlignmentAt = () => SEQUENCE;

/** Two arrays at one place. */
export interface ArrayPair {
  readonly path: Path;
  readonly legacy: NodeArray;
  readonly candidate: NodeArray;
}

const FIRST_CHOICES = 1024;
const CHOICES_PER_ELEMENT = 2;

/** `looks`: see `createIdentities`. */
export function createAligning(looks: Budget): Aligning {
  return { identities: createIdentities(looks), choices: { left: FIRST_CHOICES } };
}

/**
 * The elements of two arrays that belong together, and those that one side alone has; not those that are equal. Indexes are
 * legacy's, the candidate's for what it alone has.
 */
export function* align(pair: ArrayPair, alignment: Alignment, aligning: Aligning): Generator<Pairing, void> {
  const { path: parent, legacy, candidate } = pair;
  aligning.choices.left += CHOICES_PER_ELEMENT * (legacy.length + candidate.length);
  for (const [i, j] of couplesOf(pair, alignment, aligning)) {
    yield {
      path: { parent, key: i ?? j ?? 0 },
      legacy: i === null ? undefined : legacy[i],
      candidate: j === null ? undefined : candidate[j],
    };
  }
}

function couplesOf(pair: ArrayPair, alignment: Alignment, aligning: Aligning): Iterable<Couple> {
  const { legacy, candidate } = pair;
  switch (alignment.kind) {
    case "sequence":
      return coupleInOrder([legacy, candidate], aligning);
    case "set":
      return coupleAsSet(pair, { legacy: [...legacy.keys()], candidate: [...candidate.keys()] }, aligning);
    case "key":
      return coupleByKey(pair, alignment.key, aligning);
  }
}

/** Places in both arrays. */
interface Places {
  readonly legacy: readonly number[];
  readonly candidate: readonly number[];
}

/** Equal elements belong together, as often as both have them; then the most alike of what is left. */
function* coupleAsSet(pair: ArrayPair, places: Places, { identities, choices }: Aligning): Generator<Couple, void> {
  const left = withoutEqual(pair, places, identities);
  const [i, j] = [left.legacy[0], left.candidate[0]];
  const coupled = new Set<number>();
  if (i !== undefined && j !== undefined) {
    const [first, other] = [pair.legacy[i] ?? null, pair.candidate[j] ?? null];
    // Likeness is a guess that may depend on the order of what is asked.
    const turned = isSwapped([first, other], identities);
    const weighed = left.legacy.length * left.candidate.length;
    const isAffordable = weighed <= choices.left;
    if (isAffordable) choices.left -= weighed;
    const pairs = closestPairs(left.legacy, left.candidate, (ours, theirs) => {
      if (!isAffordable) return 0;
      const [one, two] = [pair.legacy[ours] ?? null, pair.candidate[theirs] ?? null];
      return turned ? likenessOf(two, one, identities) : likenessOf(one, two, identities);
    });
    const partners = new Map(pairs);
    for (const ours of left.legacy) {
      const theirs = partners.get(ours);
      yield [ours, theirs ?? null];
      if (theirs !== undefined) coupled.add(theirs);
    }
  } else {
    for (const ours of left.legacy) yield [ours, null];
  }
  for (const theirs of left.candidate) if (!coupled.has(theirs)) yield [null, theirs];
}

function withoutEqual({ legacy, candidate }: ArrayPair, places: Places, { of }: Identities): Places {
  const waiting = Map.groupBy(places.candidate, (at) => of(candidate[at] ?? null));
  const next = new Map<number, number>();
  const taken = new Set<number>();
  const left = places.legacy.filter((at) => {
    const id = of(legacy[at] ?? null);
    const place = next.get(id) ?? 0;
    const partner = waiting.get(id)?.[place];
    if (partner === undefined) return true;
    next.set(id, place + 1);
    taken.add(partner);
    return false;
  });
  return { legacy: left, candidate: places.candidate.filter((at) => !taken.has(at)) };
}

/** Elements of one key are coupled as a set: most often they are one on either side. So are those that have no key. */
function* coupleByKey(pair: ArrayPair, key: string, aligning: Aligning): Generator<Couple, void> {
  const names = namesIn(key);
  const groupsOf = (array: NodeArray): ReadonlyMap<number | null, readonly number[]> =>
    Map.groupBy(array.keys(), (at) => {
      const value = valueBelow(array[at] ?? null, names);
      return value === undefined ? null : aligning.identities.of(value);
    });
  const legacy = groupsOf(pair.legacy);
  const candidate = groupsOf(pair.candidate);
  for (const [id, places] of legacy) {
    yield* coupleAsSet(pair, { legacy: places, candidate: candidate.get(id) ?? [] }, aligning);
  }
  for (const [id, places] of candidate) {
    if (!legacy.has(id)) yield* coupleAsSet(pair, { legacy: [], candidate: places }, aligning);
  }
}

function namesIn(pointer: string): readonly string[] {
  const names = pointer.split("/").slice(1);
  return names.map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function valueBelow(node: Node, names: readonly string[]): Node | undefined {
  let value: Node | undefined = node;
  for (const name of names) {
    if (isObject(value)) value = Object.hasOwn(value, name) ? value[name] : undefined;
    else value = isArray(value) && /^(?:0|[1-9]\d*)$/.test(name) ? value[Number(name)] : undefined;
  }
  return value;
}
