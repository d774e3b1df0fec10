import type { Entry } from "./entry.ts";

/** Beyond so many pairs to choose from what is left is paired in its order: a side that runs wild must not cost seconds. */
const MAX_CHOICES = 1024;
/** Texts are looked at as far as this. */
const MAX_LOOKED_AT = 4096;

interface Choice {
  readonly legacy: Entry;
  readonly candidate: Entry;
  readonly likeness: number;
  /** By how many places they are apart, and how late they come, among those that are left. */
  readonly apart: number;
  readonly late: number;
}

/** Pairs of the entries that are left of a group, the most alike first; as many as the shorter list has. */
export function closestPairs(
  legacy: readonly Entry[],
  candidate: readonly Entry[],
): readonly (readonly [Entry, Entry])[] {
  if (legacy.length * candidate.length > MAX_CHOICES) return inOrder(legacy, candidate);
  const [only] = legacy;
  const [other] = candidate;
  if (only === undefined || other === undefined) return [];
  if (legacy.length === 1 && candidate.length === 1) return [[only, other]];
  const taken = new Set<Entry>();
  const pairs: (readonly [Entry, Entry])[] = [];
  for (const choice of choicesOf(legacy, candidate)) {
    if (taken.has(choice.legacy) || taken.has(choice.candidate)) continue;
    taken.add(choice.legacy).add(choice.candidate);
    pairs.push([choice.legacy, choice.candidate]);
  }
  return pairs;
}

function inOrder(legacy: readonly Entry[], candidate: readonly Entry[]): readonly (readonly [Entry, Entry])[] {
  const pairs: (readonly [Entry, Entry])[] = [];
  for (const [i, ours] of legacy.entries()) {
    const theirs = candidate[i];
    if (theirs === undefined) break;
    pairs.push([ours, theirs]);
  }
  return pairs;
}

/** Best first. Choices that rank the same share no entry, so that swapping the sides swaps the pairs and nothing else. */
function choicesOf(legacy: readonly Entry[], candidate: readonly Entry[]): readonly Choice[] {
  const choices: Choice[] = [];
  for (const [i, ours] of legacy.entries()) {
    for (const [j, theirs] of candidate.entries()) {
      const likeness = likenessOf(ours, theirs);
      choices.push({ legacy: ours, candidate: theirs, likeness, apart: Math.abs(i - j), late: i + j });
    }
  }
  return choices.toSorted((a, b) => b.likeness - a.likeness || a.apart - b.apart || a.late - b.late);
}

/** 0 to 4: the same kind, then the same message referred to, then what the payloads have in common at both ends. */
function likenessOf({ effect: ours, text }: Entry, { effect: theirs, text: other }: Entry): number {
  const kind = ours.kind === theirs.kind ? 2 : 0;
  const reference = ours.refersTo === theirs.refersTo ? 1 : 0;
  return kind + reference + commonShare(text, other);
}

function commonShare(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length, MAX_LOOKED_AT);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  return (start + end) / Math.max(one.length, other.length);
}
