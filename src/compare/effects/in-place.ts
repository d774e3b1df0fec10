import type { Effect } from "../../model/index.ts";
import type { EffectLists } from "./compare.ts";

/** Characters of both lists together: as many of numbers that all differ take some 3 ms of CPU. */
const MAX_CHARACTERS = 4 * 1024;
/** Where nothing differs it is read once, and that is all. */
const MAX_EQUAL_CHARACTERS = 64 * 1024;
/** What a short effect costs beside its characters. */
const OVERHEAD = 64;

/** Whether two lists are surely compared in under 5 ms, so that this may be done on the thread that carries the traffic. */
export function comparesEffectsInPlace({ legacy, candidate }: Pick<EffectLists, "legacy" | "candidate">): boolean {
  let characters = 0;
  let same = legacy.length === candidate.length;
  for (let i = 0; i < Math.max(legacy.length, candidate.length); i += 1) {
    const [ours, theirs] = [textOf(legacy[i]), textOf(candidate[i])];
    characters += ours.length + theirs.length + 2 * OVERHEAD;
    same &&= ours === theirs;
    if (characters > (same ? MAX_EQUAL_CHARACTERS : MAX_CHARACTERS)) return false;
  }
  return true;
}

function textOf(effect: Effect | undefined): string {
  if (effect === undefined) return "";
  const { kind, recipient, target, refersTo, ids, payload } = effect;
  return JSON.stringify([kind, recipient, target, refersTo, ids, payload]);
}
