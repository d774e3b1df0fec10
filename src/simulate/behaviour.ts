/** How both sides behave: shares of items, 0 to 1, and times in milliseconds. */
export interface Behaviour {
  /** No complete answer, or one of 500 and above: of either side by itself, and of both for the same reason. */
  readonly candidateFails: number;
  readonly legacyFails: number;
  readonly bothFail: number;
  /** Divergent so gravely, where both answered. */
  readonly minor: number;
  readonly major: number;
  readonly critical: number;
  /** Medians. */
  readonly legacyMs: number;
  /** On top of what legacy took. */
  readonly addedMs: number;
  /** Standard deviation of the logarithm of each. */
  readonly spread: number;
}

export const healthy: Behaviour = {
  candidateFails: 0,
  legacyFails: 0,
  bothFail: 0.0005,
  minor: 0,
  major: 0,
  critical: 0,
  legacyMs: 40,
  addedMs: 10,
  spread: 0.5,
};
