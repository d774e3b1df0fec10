import type { Clock } from "../../../lib/clock.ts";

/** One timer for many due times. */
export interface Waker {
  /** Looks again at when something is due: to be called after anything that may have changed it. */
  readonly schedule: () => void;
  readonly stop: () => void;
}

/** What is due within so many milliseconds of each other is looked at in one turn. */
const togetherMs = 10;

/** `due`: on the clock; null: nothing is. `wake` does what is due. */
export function createWaker(clock: Clock, { due, wake }: { due: () => number | null; wake: () => void }): Waker {
  let timer: NodeJS.Timeout | null = null;
  let atMs = Number.POSITIVE_INFINITY;
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    atMs = Number.POSITIVE_INFINITY;
  };
  const schedule = (): void => {
    const dueMs = due();
    if (dueMs === null || dueMs > atMs - togetherMs) return;
    stop();
    const nowMs = clock();
    atMs = Math.max(dueMs, nowMs + togetherMs);
    timer = setTimeout(() => {
      stop();
      wake();
      schedule();
    }, atMs - nowMs);
    timer.unref();
  };
  return { schedule, stop };
}
