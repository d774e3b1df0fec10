import type { FlagFields } from "../../flags/index.ts";
import type { Measured, Surroundings } from "../ports.ts";
import type { Phase } from "../plan.ts";
import type { Rollout, Steady } from "../state.ts";
import type { Windows } from "../windows.ts";

/** What a phase says a flag is. Lists that the flag has beside it are nobody's drift. */
export interface ExpectedFlag {
  readonly key: string;
  readonly fields: FlagFields;
}

/** Everything that gates are judged by. */
export interface GateContext {
  readonly rollout: Rollout;
  readonly phase: Phase;
  readonly windows: Windows;
  readonly surroundings: Surroundings;
  readonly expectedFlags: readonly ExpectedFlag[];
  /** By gate. */
  readonly measured: ReadonlyMap<string, Measured>;
  /** By gate, how many checkpoints before this one it failed in a row. */
  readonly failuresInARow: Readonly<Record<string, number>>;
  /** By gate, how long it had held without a break at the checkpoint before. */
  readonly steady: Readonly<Record<string, Steady>>;
  /** Gates whose last failure that counted was of a window that reaches into this one: what fails again is the same failure. */
  readonly overlapping: ReadonlySet<string>;
  /** Of the phase. */
  readonly runningMs: number;
  readonly nowMs: number;
  /** How many questions the phase's gates put to tests on one place: their chance of a false alarm is shared. */
  readonly tests: number;
}
