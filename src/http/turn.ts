import { monotonic } from "../lib/clock.ts";

/**
 * Turns of this thread's event loop. Each polls once, and what it finds is read in no order that anybody chose. Behind that come the
 * immediates: what runs there knows what had come by then (libuv's guide, "The I/O loop").
 */
export interface Turn {
  /** Between two turns of different numbers lies a poll. */
  readonly number: number;
  /** When something was first to be done in it: most often while its poll was being read. */
  readonly sinceMs: number;
}

let turns = 0;
let current: Turn | null = null;
let sinceMs = 0;
let due: (() => void)[] = [];

/**
 * Does something behind the poll of this turn, or of the next one where this one's works are being done or are done. One immediate for
 * all of a turn: ticks and promise jobs of one work come behind the last.
 */
export function afterPoll(work: () => void): void {
  if (due.push(work) > 1) return;
  sinceMs = monotonic();
  setImmediate(act);
}

/** The turn behind whose poll this runs; null where `afterPoll` did not call. */
export const polled = (): Turn | null => current;

function act(): void {
  const works = due;
  due = [];
  turns += 1;
  current = { number: turns, sinceMs };
  for (const work of works) {
    try {
      work();
    } catch (error) {
      // Uncaught, as it would be in an immediate of its own; the others are done all the same.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
  current = null;
}
