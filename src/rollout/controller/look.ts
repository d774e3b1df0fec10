import type { Edit } from "../../flags/index.ts";
import type { Checkpoint, Conclusion } from "../checkpoint.ts";
import type { RollbackTarget } from "../plan.ts";
import type { RolloutEvent } from "../ports.ts";
import type { Baseline, Progress, Rollout } from "../state.ts";
import type { Moves } from "./moves.ts";

export type Judgement = Omit<Checkpoint, "conclusion" | "why" | "pt">;

/** Everything that one step goes by. */
export interface Look {
  readonly rollout: Rollout;
  /** With the time that has passed. */
  readonly progress: Progress;
  /** null: no checkpoint is due. */
  readonly judgement: Judgement | null;
  /** null: nothing. */
  readonly trip: Trip | null;
  /** Worked out where it is asked for. */
  readonly legacy: () => Legacy;
  /** Open critical ones, by id. */
  readonly incidents: readonly string[];
  readonly killed: boolean;
  readonly store: { readonly up: boolean; readonly problem: string | null };
  readonly moves: Moves;
  readonly environment: string;
  readonly nowMs: number;
}

/** Why it has to go back whatever else is: what the fast lane saw, or a rollback that could not be written yet. */
export interface Trip {
  /** With its figures. */
  readonly why: string;
  readonly pt?: string | undefined;
  /** null: as the plan says. */
  readonly to: RollbackTarget | null;
}

/** Legacy in the evidence of this stay. */
export interface Legacy {
  /** null: too few were timed to say. */
  readonly p95Ms: number | null;
  /** Of a baseline phase; null: there is nothing to record yet. */
  readonly baseline: Baseline | null;
}

/** What is to be written: a rollout and its flags. */
export interface Change {
  readonly rollout: Rollout;
  readonly flags: readonly Edit[];
  readonly reason: string;
  /** Told once it is written. */
  readonly events: readonly RolloutEvent[];
}

/** What follows from a look. */
export interface Step {
  readonly progress: Progress;
  readonly checkpoint: Checkpoint | null;
  readonly conclusion: Conclusion;
  readonly why: string;
  readonly pt?: string | undefined;
  readonly change: Change | null;
  /** Told whatever becomes of the change. */
  readonly events: readonly RolloutEvent[];
}
