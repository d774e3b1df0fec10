import type { Json } from "../flags/index.ts";
import type { Audience } from "./audience.ts";
import type { Gate } from "./gate.ts";
import type { RollbackTarget } from "./rollback-target.ts";

export type { RollbackTarget } from "./rollback-target.ts";

/** A rollout as a team writes it (`config/plans/`): checked, with every default filled in. Plain data. */
export interface Plan {
  /** Also of its file: lower-case words joined by hyphens. */
  readonly name: string;
  readonly description: string;
  /** The `enabled` flag of the routes that it moves. */
  readonly flag: string;
  /** Who is not served by the candidate is compared; without, nobody is compared once somebody is served (SPEC 2). */
  readonly shadow: boolean;
  /** `observe`: judges and says what it would do, and does nothing. */
  readonly mode: "act" | "observe";
  /** Who answers for it; may not approve where a phase says `notAuthor`. */
  readonly author: string;
  readonly phases: readonly Phase[];
  /** Of every phase, beside its own. */
  readonly gates: readonly Gate[];
  readonly fastLane: FastLane | null;
  readonly checkpoints: {
    readonly everyMs: number;
    /** What thresholds and tests look back over, besides the whole phase. */
    readonly windowMs: number;
  };
  /** Nothing to judge by for so long is told; it holds in any case. */
  readonly noData: { readonly graceMs: number };
  readonly prechecks: Prechecks;
  readonly rollback: {
    readonly to: RollbackTarget;
    readonly procedures: readonly Procedure[];
  };
  /** Who is told in regular words, and when. */
  readonly audiences: readonly Audience[];
  /** How long after the last phase the flags must stay, with the way back tested by checkpoint. */
  readonly keepFlagsMs: number;
}

/** `baseline`: legacy alone, recorded. `serve`: what the shares say. */
export interface Phase {
  readonly name: string;
  readonly kind: "baseline" | "serve";
  /** Where it takes place (`SOMBRA_ENVIRONMENT`); a Sombra elsewhere passes over it. null: everywhere. */
  readonly environment: string | null;
  /** Percent of shoppers that the candidate answers, and percent of which both sides are compared: at most three decimals. */
  readonly serve: number;
  readonly compare: number;
  /** A closed list, in place of `compare`: only these. Personal data. null: no list. */
  readonly allowlist: readonly string[] | null;
  /** On beside whatever the shares say. Personal data. */
  readonly forceOn: readonly string[];
  /** Name of a stored list that everybody must be in. */
  readonly audience: string | null;
  /** Running time before it may be left; after `maxMs` a decision is due and nothing else happens. null: never due. */
  readonly minMs: number;
  readonly maxMs: number | null;
  readonly approval: Approval | null;
  /** In place of the plan's of the same name, else beside them. */
  readonly gates: readonly Gate[];
  /** Somebody who is served may stop being served by entering it. */
  readonly allowDecrease: boolean;
  /** Where a rollback from it leads; null: as the plan says. */
  readonly rollbackTo: RollbackTarget | null;
  /** Ticked by somebody, with evidence, in each stay in it before it is left. */
  readonly manual: readonly string[];
}

export interface Approval {
  readonly count: number;
  /** Who may; empty: anybody with the role. */
  readonly names: readonly string[];
  /** Not who wrote or started the plan. */
  readonly notAuthor: boolean;
}

/** Watches single seconds and only ever rolls back (EVIDENCE 6.2). */
export interface FastLane {
  /** Average number of observations between two false trips of one stream. */
  readonly falseAlarmEvery: number;
  /** Share of cells with a failed candidate, or a critical divergence, that is put up with: 0 to 1. */
  readonly budget: number;
}

/** What must be so before `start`. */
export interface Prechecks {
  readonly automatic: readonly AutomaticPrecheck[];
  /** Ticked by somebody, with evidence. */
  readonly manual: readonly string[];
}

export type AutomaticPrecheck =
  | {
      readonly name:
        | "baseline"
        | "first-phase-value"
        | "determinism"
        | "last-checkpoint"
        | "sensitivity"
        | "coverage"
        | "store"
        | "telemetry"
        | "notifications"
        | "drill";
    }
  /** Of the first phase's list. */
  | { readonly name: "list-size"; readonly atLeast: number };

export interface Procedure {
  readonly component: string;
  readonly steps: readonly string[];
  readonly expectedMs: number;
  /** Called when a rollback is carried out. */
  readonly webhook: { readonly url: string; readonly body: Json } | null;
}
