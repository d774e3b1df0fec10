import type { Clock } from "../../../lib/clock.ts";

/** One timer for many due times. */
export interface Waker {
  /** Looks again at when something is due: to be called after anything that may have changed it. */
  readonly schedule: () => void;
  readonly stop: () => void;
}

/** What is due within so many milliseconds of each other is looked at in one turn. */
const togetherMs = 10;

/** What is left over is looked at this much later, when what came meanwhile has had its turn. */
const betweenMs = 1;

export interface WakerDeps {
  /** On the clock; null: nothing is. */
  readonly due: () => number | null;
  /** Does what is due by then, or some of it: no more than may go before what comes in. */
  readonly wake: (nowMs: number) => void;
}

export function createWaker(clock: Clock, { due, wake }: WakerDeps): Waker {
  let timer: NodeJS.Timeout | null = null;
  let atMs = Number.POSITIVE_INFINITY;
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    atMs = Number.POSITIVE_INFINITY;
  };
  const lookIn = (ms: number): void => {
    stop();
    atMs = clock() + ms;
    timer = setTimeout(look, ms);
    timer.unref();
  };
  const schedule = (): void => {
    const dueMs = due();
    // What is overdue is looked at when that was said, however often it is said since.
    if (dueMs === null || Math.max(dueMs, clock()) > atMs - togetherMs) return;
    lookIn(Math.max(dueMs - clock(), togetherMs));
  };
  const look = (): void => {
    stop();
    const nowMs = clock();
    wake(nowMs);
    if ((due() ?? Number.POSITIVE_INFINITY) <= nowMs) lookIn(betweenMs);
    else schedule();
  };
  return { schedule, stop };
}
