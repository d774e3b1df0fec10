import { lnPairedEvidence } from "./paired.ts";

/** In how many items, of those that all three sides did, something was found. */
export interface TwinCounts {
  /** Candidate and twin both differed from legacy. */
  readonly both: number;
  readonly candidateOnly: number;
  readonly twinOnly: number;
}

/** Counts of one signature of divergences. */
export interface TwinOf extends TwinCounts {
  readonly signature: string;
}

/** The candidate's excess is believed once evidence is 20 to 1 against chance, however often it was looked at. */
const BELIEVED = Math.log(20);

/** Whether the candidate differs no more often than legacy from itself: the paired test, not a threshold. */
export function isTwinNoise({ both, candidateOnly, twinOnly }: TwinCounts): boolean {
  return both + twinOnly > 0 && lnPairedEvidence(candidateOnly, twinOnly) < BELIEVED;
}
