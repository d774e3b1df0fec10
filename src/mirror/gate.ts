import type { Clock } from "../lib/clock.ts";

export interface GateOptions {
  /** Calls under way at most. */
  readonly concurrency: number;
  readonly queueItems: number;
  readonly queueBytes: number;
}

/** A call that may go out. `waitedMs`: how long it stood in the queue. */
type Start = (waitedMs: number) => void;

interface Waiting {
  readonly start: Start;
  readonly bytes: number;
  readonly sinceMs: number;
}

/** Lets so many calls out at a time and so many wait, first come first out, and turns the rest away. */
export interface Gate {
  /** False: turned away, `start` is never called. True: it is called, now or later. */
  enter(bytes: number, start: Start): boolean;
  /** A call that had entered is over. */
  leave(): void;
  readonly waiting: number;
}

export function createGate(options: GateOptions, clock: Clock): Gate {
  const queue: Waiting[] = [];
  let head = 0;
  let bytesWaiting = 0;
  let running = 0;
  let letting = false;
  const next = (): Waiting | undefined => {
    const entry = queue[head];
    if (entry === undefined) return undefined;
    head += 1;
    // Drop the spent front in blocks: shifting one by one would move the whole queue each time.
    if (head > 256 && head * 2 > queue.length) {
      queue.splice(0, head);
      head = 0;
    }
    bytesWaiting -= entry.bytes;
    return entry;
  };
  return {
    enter(bytes, start) {
      if (running < options.concurrency) {
        running += 1;
        start(0);
        return true;
      }
      if (queue.length - head >= options.queueItems || bytesWaiting + bytes > options.queueBytes) return false;
      queue.push({ start, bytes, sinceMs: clock() });
      bytesWaiting += bytes;
      return true;
    },
    leave() {
      running -= 1;
      // One that starts may leave at once (a breaker that is open): the loop, not the stack, takes the next.
      if (letting) return;
      letting = true;
      while (running < options.concurrency) {
        const entry = next();
        if (entry === undefined) break;
        running += 1;
        entry.start(clock() - entry.sinceMs);
      }
      letting = false;
    },
    get waiting() {
      return queue.length - head;
    },
  };
}
