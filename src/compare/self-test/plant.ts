import { answerSites } from "./answer-sites.ts";
import { effectSites } from "./effect-sites.ts";
import type { Planted, SamplePair, Site } from "./pair.ts";

/** From 0 up to 1, 1 excluded. */
export type Random = () => number;

/** Places of one document or of one list of effects that are looked at. */
const MAX_SITES = 500;

/** Every mutation at every place of a pair, at most some thousand. */
export function sitesOf(pair: SamplePair): readonly Site[] {
  return [...answerSites(pair, MAX_SITES), ...effectSites(pair, MAX_SITES)];
}

/** One mutation of a copy: each kind that is possible as likely as the others. null: nothing can be changed. */
export function plant(pair: SamplePair, random: Random): Planted | null {
  const byKind = [...Map.groupBy(sitesOf(pair), ({ what }) => what).values()];
  return oneOf(oneOf(byKind, random) ?? [], random)?.plant() ?? null;
}

function oneOf<T>(all: readonly T[], random: Random): T | undefined {
  return all[Math.floor(random() * all.length)];
}
