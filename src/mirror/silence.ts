/**
 * Tells a candidate that does nothing from one that has nothing to do: fed with items in which legacy sent something and
 * saw the item first, so that a candidate which shares legacy's deduplication store takes each for a repetition.
 */
export interface Silence {
  /** What the item changes about the finding; null: nothing. */
  item(candidateSpoke: boolean): "raised" | "cleared" | null;
}

/** Raised by so many silent items in a row, once; cleared by the first call that the candidate makes. */
export function createSilence(limit = 20): Silence {
  let silent = 0;
  return {
    item(candidateSpoke) {
      if (candidateSpoke) {
        const raised = silent >= limit;
        silent = 0;
        return raised ? "cleared" : null;
      }
      silent += 1;
      return silent === limit ? "raised" : null;
    },
  };
}
