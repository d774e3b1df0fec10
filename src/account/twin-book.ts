import { createRecent } from "../lib/recent.ts";
import type { TwinCounts, TwinOf } from "../stats/index.ts";
import { noiseOf, type GroupNoise } from "./group-noise.ts";

const none: TwinCounts = { both: 0, candidateOnly: 0, twinOnly: 0 };

/** What the twin has shown, added up by signature: so many signatures at most. */
export class TwinBook {
  readonly #counts;

  constructor(limit: number) {
    this.#counts = createRecent<TwinCounts>(limit);
  }

  add(deltas: readonly TwinOf[]): void {
    for (const { signature, ...more } of deltas) {
      const before = this.#counts.get(signature) ?? none;
      this.#counts.set(signature, {
        both: before.both + more.both,
        candidateOnly: before.candidateOnly + more.candidateOnly,
        twinOnly: before.twinOnly + more.twinOnly,
      });
    }
  }

  /** `twinned`: items of the group's route and kind that all three sides did. */
  noiseOf(signature: string, twinned: number): GroupNoise {
    return noiseOf(this.#counts.get(signature) ?? null, twinned);
  }
}
