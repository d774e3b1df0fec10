/** Exchanges remembered in each of two generations: more than are open at a time. */
const perGeneration = 10_000;

/** Counts the held calls of each exchange and side, so that their ids are the same whenever the same is done again. */
export class Ordinals {
  #now = new Map<string, number>();
  #before = new Map<string, number>();

  next(key: string): number {
    const ordinal = (this.#now.get(key) ?? this.#before.get(key) ?? 0) + 1;
    if (this.#now.size >= perGeneration && !this.#now.has(key)) {
      this.#before = this.#now;
      this.#now = new Map();
    }
    this.#now.set(key, ordinal);
    return ordinal;
  }
}
