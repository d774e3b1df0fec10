import type { Snapshot } from "./snapshot.ts";

/**
 * What joins those who feed flags (the environment, a store) to those who decide by them. Everything is synchronous;
 * nothing throws. Killed is the switch here or the snapshot's own `killed`, whichever is thrown: the first belongs to
 * this process, the second to all that share the store, and each is ended where it was begun.
 */
export interface FlagCell {
  /** What is in force now. Whoever handles a delivery asks once and keeps the answer. */
  current(): Snapshot;
  /** Does not touch the switch: a cell that is killed stays killed. */
  replace(snapshot: Snapshot): void;
  kill(): void;
  /** Brings back the very snapshot that the switch hid, or the one that has replaced it since. */
  undoKill(): void;
  /** Calls `listener` after each change of what is in force, in order, until `signal` aborts. */
  onChange(listener: (snapshot: Snapshot) => void, signal: AbortSignal): void;
}

export interface FlagCellOptions {
  /** What a listener throws. The other listeners are called all the same. */
  readonly onError: (error: unknown) => void;
}

export function createFlagCell(initial: Snapshot, { onError }: FlagCellOptions): FlagCell {
  let fed = initial;
  let switched = false;
  let shown = initial;
  const listeners = new Set<{ readonly call: (snapshot: Snapshot) => void }>();
  const unsaid: Snapshot[] = [];

  const tell = (snapshot: Snapshot): void => {
    for (const listener of listeners) guarded(() => listener.call(snapshot), onError);
  };

  const show = (): void => {
    const next = switched && !fed.killed ? Object.freeze({ ...fed, killed: true }) : fed;
    if (next === shown) return;
    shown = next;
    unsaid.push(next);
    // A listener that changes the cell: the loop that called it goes on to that change.
    if (unsaid.length > 1) return;
    for (let said = unsaid[0]; said !== undefined; said = unsaid[0]) {
      tell(said);
      unsaid.shift();
    }
  };

  return {
    current: () => shown,
    replace(snapshot) {
      if (snapshot === fed) return;
      fed = snapshot;
      show();
    },
    kill() {
      if (switched) return;
      switched = true;
      show();
    },
    undoKill() {
      if (!switched) return;
      switched = false;
      show();
    },
    onChange(call, signal) {
      if (signal.aborted) return;
      const listener = { call };
      listeners.add(listener);
      signal.addEventListener("abort", () => listeners.delete(listener), { once: true });
    },
  };
}

/** An `onError` that throws in its turn is the end of the line: nobody is left to tell. */
function guarded(work: () => void, onError: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    try {
      onError(error);
    } catch {
      // A kill must reach the other listeners.
    }
  }
}
