import type { TwinCounts } from "../stats/index.ts";
import type { TwinDelta } from "./batch.ts";

type Growing = { -readonly [K in keyof TwinDelta]: TwinDelta[K] };

/** What the twin showed since the last batch by signature, so many signatures at most. */
export class TwinTally {
  readonly #limit: number;
  readonly #lost: () => void;
  #deltas = new Map<string, Growing>();

  constructor(limit: number, lost: () => void) {
    this.#limit = limit;
    this.#lost = lost;
  }

  add(signature: string, field: keyof TwinCounts): void {
    let delta = this.#deltas.get(signature);
    if (delta === undefined) {
      if (this.#deltas.size >= this.#limit) return this.#lost();
      delta = { signature, both: 0, candidateOnly: 0, twinOnly: 0 };
      this.#deltas.set(signature, delta);
    }
    delta[field] += 1;
  }

  drain(): readonly TwinDelta[] {
    const drained = [...this.#deltas.values()];
    this.#deltas = new Map();
    return drained;
  }
}
