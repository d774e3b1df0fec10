import { lnE1 } from "./e-values.ts";
import { lnShown } from "./needed.ts";

/** In how many items, of those that all three sides did, something was found. */
export interface TwinCounts {
  /** Candidate and twin both differed from legacy. */
  readonly both: number;
  readonly candidateOnly: number;
  readonly twinOnly: number;
}

/** Whether the candidate differs no more often than legacy from itself: the paired test, not a threshold. */
export function isTwinNoise({ both, candidateOnly, twinOnly }: TwinCounts): boolean {
  return both + twinOnly > 0 && lnE1(candidateOnly, twinOnly) < lnShown;
}
