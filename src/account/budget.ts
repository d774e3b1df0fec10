import type { Clock } from "../lib/clock.ts";

/** A token bucket: so many a second, and a second's worth at once. */
export class Budget {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #left: number;
  #countedMs: number;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#left = perSecond;
    this.#countedMs = clock();
  }

  /** Whether the next `take` succeeds. */
  get hasRoom(): boolean {
    this.#earn();
    return this.#left >= 1;
  }

  take(): boolean {
    this.#earn();
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  #earn(): void {
    const nowMs = this.#clock();
    const earned = ((nowMs - this.#countedMs) / 1000) * this.#perSecond;
    this.#left = Math.min(this.#perSecond, this.#left + earned);
    this.#countedMs = nowMs;
  }
}
