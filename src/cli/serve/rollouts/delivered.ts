import type { Clock } from "../../../lib/clock.ts";

/** Whether telemetry gets where it is to go. */
export interface Delivered {
  /** A collector took something, or did not. */
  exported(took: boolean): void;
  /** Somebody fetched the metrics. */
  fetched(): void;
  /** null: nobody took or fetched anything yet. */
  now(): boolean | null;
}

/** Prometheus comes by more often. */
const fetchedMs = 300_000;

export function createDelivered(clock: Clock): Delivered {
  let taken: boolean | null = null;
  let fetchedAtMs = -Infinity;
  return {
    exported(took) {
      taken = took;
    },
    fetched() {
      fetchedAtMs = clock();
    },
    now: () => (clock() - fetchedAtMs <= fetchedMs ? taken !== false : taken),
  };
}
