import type { Entry } from "./entry.ts";

type Couple = readonly [legacy: Entry, candidate: Entry];

/**
 * Of sends that say the same to somebody else those whose recipients changed places: each person gets as many of the
 * others' as the others get of theirs. Swapping the sides swaps the couples.
 */
export function swapped(couples: readonly Couple[]): readonly Couple[] {
  const gone = countsOf(couples.map(([{ group }]) => group));
  const come = countsOf(couples.map(([, { group }]) => group));
  const isEven = ({ group }: Entry): boolean => gone.get(group) === come.get(group);
  const even = couples.filter(([legacy, candidate]) => isEven(legacy) && isEven(candidate));
  return even.length === couples.length ? even : swapped(even);
}

function countsOf(groups: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  return counts;
}
