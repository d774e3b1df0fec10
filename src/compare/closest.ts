/** Beyond so many pairs to choose from what is left is paired in its order: a side that runs wild must not cost seconds. */
const MAX_CHOICES = 1024;

interface Choice<T> {
  readonly legacy: T;
  readonly candidate: T;
  readonly likeness: number;
  /** By how many places they are apart, and how late they come, among those that are left. */
  readonly apart: number;
  readonly late: number;
}

/** Pairs of what is left of two lists, the most alike first whatever their order; as many as the shorter list has. */
export function closestPairs<T>(
  legacy: readonly T[],
  candidate: readonly T[],
  likeness: (legacy: T, candidate: T) => number,
): readonly (readonly [T, T])[] {
  if (legacy.length * candidate.length > MAX_CHOICES) return inOrder(legacy, candidate);
  const [only] = legacy;
  const [other] = candidate;
  if (only === undefined || other === undefined) return [];
  if (legacy.length === 1 && candidate.length === 1) return [[only, other]];
  const taken = { legacy: new Set<T>(), candidate: new Set<T>() };
  const pairs: (readonly [T, T])[] = [];
  for (const choice of choicesOf(legacy, candidate, likeness)) {
    if (taken.legacy.has(choice.legacy) || taken.candidate.has(choice.candidate)) continue;
    taken.legacy.add(choice.legacy);
    taken.candidate.add(choice.candidate);
    pairs.push([choice.legacy, choice.candidate]);
  }
  return pairs;
}

function inOrder<T>(legacy: readonly T[], candidate: readonly T[]): readonly (readonly [T, T])[] {
  const pairs: (readonly [T, T])[] = [];
  for (const [i, ours] of legacy.entries()) {
    const theirs = candidate[i];
    if (theirs === undefined) break;
    pairs.push([ours, theirs]);
  }
  return pairs;
}

/** Best first. Choices that rank the same share no entry, so that swapping the sides swaps the pairs and nothing else. */
function choicesOf<T>(
  legacy: readonly T[],
  candidate: readonly T[],
  likeness: (legacy: T, candidate: T) => number,
): readonly Choice<T>[] {
  const choices: Choice<T>[] = [];
  for (const [i, ours] of legacy.entries()) {
    for (const [j, theirs] of candidate.entries()) {
      choices.push({
        legacy: ours,
        candidate: theirs,
        likeness: likeness(ours, theirs),
        apart: Math.abs(i - j),
        late: i + j,
      });
    }
  }
  return choices.toSorted((a, b) => b.likeness - a.likeness || a.apart - b.apart || a.late - b.late);
}
