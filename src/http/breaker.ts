import type { Clock } from "../lib/clock.ts";

type State =
  | { readonly kind: "closed"; readonly failures: number }
  | { readonly kind: "open"; readonly untilMs: number }
  | { readonly kind: "half-open" };

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open before one call may try. */
  readonly openMs: number;
}

/** Stops calling a side that keeps failing. */
export interface Breaker {
  /** Whether a call may go out now. While half open one caller is told yes, the others no. */
  allows(): boolean;
  succeeded(): void;
  failed(): void;
  /** How the call ended will not be known: whoever asks next may try. */
  abandoned(): void;
  readonly open: boolean;
}

export function createBreaker(options: BreakerOptions, clock: Clock): Breaker {
  let state: State = { kind: "closed", failures: 0 };
  return {
    allows() {
      switch (state.kind) {
        case "closed":
          return true;
        case "half-open":
          return false;
        case "open":
          if (clock() < state.untilMs) return false;
          state = { kind: "half-open" };
          return true;
      }
    },
    succeeded() {
      if (state.kind !== "closed" || state.failures > 0) state = { kind: "closed", failures: 0 };
    },
    failed() {
      const failures = state.kind === "closed" ? state.failures + 1 : options.failures;
      if (failures >= options.failures) state = { kind: "open", untilMs: clock() + options.openMs };
      else state = { kind: "closed", failures };
    },
    abandoned() {
      if (state.kind === "half-open") state = { kind: "open", untilMs: clock() };
    },
    get open() {
      return state.kind !== "closed";
    },
  };
}
