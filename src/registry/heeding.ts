import type { Known } from "./known.ts";
import type { Store } from "./store.ts";
import { createBell } from "./wait.ts";

export interface Heeding {
  /** Something may have been written. */
  ring(): void;
  stop(): void;
}

/**
 * Asks for the kill beside whatever else is read or written: that takes seconds where lists are long, and a kill may not
 * wait for its turn. `storeOf`: null while there is none.
 */
export function startHeeding(
  known: Pick<Known, "state" | "heed">,
  storeOf: () => Store | null,
  pollMs: number,
): Heeding {
  const bell = createBell();
  let isStopped = false;
  const ask = async (): Promise<void> => {
    const { state } = known;
    const found = await storeOf()?.killed();
    if (found === undefined || isStopped) return;
    // An answer from before what is known now may tell of a kill that has ended.
    if (known.state === state) known.heed(found);
    else bell.ring();
  };
  const heed = async (): Promise<void> => {
    while (!isStopped) {
      await bell.wait(pollMs);
      // What is wrong with a store is told by who looks at all of it.
      await ask().catch(() => {});
    }
  };
  void heed();
  return {
    ring: () => bell.ring(),
    stop() {
      isStopped = true;
      bell.ring();
    },
  };
}
