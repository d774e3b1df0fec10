import { monotonic } from "../lib/clock.ts";
import { textOf } from "./problems.ts";
import type { Remembered, SnapshotFile } from "./snapshot-file.ts";
import type { Kill, StoredState } from "./store.ts";
import { createTurns } from "./turns.ts";

/** The last known state on disk. Nobody waits for it but who reads it at the start. */
export interface LastKnown {
  read(): Promise<Remembered | null>;
  /** Soon: of several within `gapMs` the newest. */
  save(state: StoredState, endedKill: Kill | null): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

export interface LastKnownOptions {
  readonly gapMs: number;
  /** Whoever is on no list any more is on none on disk a little later, also where nothing else is written. */
  readonly sweepAfterMs: number;
  /** null: it works again. */
  readonly problem: (text: string | null) => void;
}

interface Parts {
  readonly state: StoredState;
  readonly endedKill: Kill | null;
}

/** Times of files are as fine as their file system. */
const SWEEP_GAP_MS = 1_000;

export function createLastKnown(file: SnapshotFile, { gapMs, sweepAfterMs, problem }: LastKnownOptions): LastKnown {
  const turns = createTurns();
  let waiting: Parts | null = null;
  let written: Parts | null = null;
  let timer: NodeJS.Timeout | null = null;
  let endedAt = -Infinity;
  let sweeping: NodeJS.Timeout | null = null;

  const write = (): Promise<void> =>
    turns.run(async () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (waiting === null) return;
      const taken = waiting;
      waiting = null;
      try {
        const isSwept = await file.write(taken.state, taken.endedKill);
        written = taken;
        if (!isSwept) sweepLater();
        problem(null);
      } catch (error) {
        waiting ??= taken;
        problem(`the last known flags could not be written to disk: ${textOf(error)}`);
      }
      endedAt = monotonic();
      if (waiting !== null) later();
    });
  const sweepLater = (): void => {
    sweeping ??= setTimeout(() => {
      sweeping = null;
      waiting ??= written;
      later();
    }, sweepAfterMs + SWEEP_GAP_MS).unref();
  };
  const later = (): void => {
    timer ??= setTimeout(() => void write(), Math.max(0, endedAt + gapMs - monotonic())).unref();
  };

  return {
    read: () => turns.run(() => file.read()),
    save(state, endedKill) {
      waiting = { state, endedKill };
      later();
    },
    async close() {
      await write();
      if (timer !== null) clearTimeout(timer);
      if (sweeping !== null) clearTimeout(sweeping);
    },
  };
}
