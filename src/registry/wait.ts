import { setTimeout as after } from "node:timers/promises";

/** Whether `work` was done in time, well or not. */
export async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  const limit = new AbortController();
  const late = after(ms, false, { signal: limit.signal });
  const ended = work.then(
    () => true,
    () => true,
  );
  const inTime = await Promise.race([ended, late]);
  limit.abort();
  return inTime;
}

/** Rung while nobody waits, it ends the next wait at once: however often, once. */
export interface Bell {
  ring(): void;
  wait(ms: number): Promise<void>;
}

export function createBell(): Bell {
  let rung = false;
  let wake = (): void => {};
  return {
    ring() {
      rung = true;
      wake();
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms).unref();
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rung = false;
    },
  };
}

const PAUSE_MS = 10;

/** Longer from attempt to attempt, and never the same for two. */
export function pause(attempt: number): Promise<void> {
  return after(Math.random() * attempt * PAUSE_MS, undefined, { ref: false });
}
