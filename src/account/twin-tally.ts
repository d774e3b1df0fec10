import type { TwinCounts, TwinOf } from "../stats/index.ts";

type Growing = { -readonly [K in keyof TwinOf]: TwinOf[K] };

/** What the twin showed since the last batch by signature, so many signatures at most. */
export class TwinTally {
  readonly #limit: number;
  readonly #lost: () => void;
  readonly #deltas = new Map<string, Growing>();

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

  get isEmpty(): boolean {
    return this.#deltas.size === 0;
  }

  /** So many signatures at most. */
  drain(most = Number.POSITIVE_INFINITY): readonly TwinOf[] {
    const drained = [...this.#deltas.values()].slice(0, most);
    for (const { signature } of drained) this.#deltas.delete(signature);
    return drained;
  }
}
