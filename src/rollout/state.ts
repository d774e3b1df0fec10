import type { Plan, RollbackTarget } from "./plan.ts";

/**
 * A rollout as all instances know it: a document of the registry, written together with the flags it sets, each time on the
 * version that the writer saw. What changes with every tick is `Progress`.
 */
export interface Rollout {
  readonly id: string;
  readonly plan: Plan;
  /** SHA-256 of the plan as JSON, hex. */
  readonly planHash: string;
  readonly startedBy: string | null;
  readonly status: Status;
  /** Grows with every phase that is entered, so that no evidence is counted for two. */
  readonly visit: number;
  /** When the phase was entered, ISO 8601, UTC; null: none ever was. Stays when evidence of it begins anew. */
  readonly enteredAt: string | null;
  /**
   * A gate took everybody out of comparison, whatever flags say: it holds until somebody resumes, and legacy is left alone after a
   * rollback as well, until it begins anew.
   */
  readonly shed: { readonly at: string; readonly reason: string; readonly pt?: string | undefined } | null;
  /** A gate lowered the share: it runs in an earlier phase, and holds until somebody resumes. */
  readonly lowered: {
    readonly at: string;
    readonly from: string;
    readonly reason: string;
    readonly pt?: string | undefined;
  } | null;
  /** Gates by which settings of the flag were written since the start: each does it once. */
  readonly adjusted: readonly { readonly gate: string; readonly at: string }[];
  /** What the scope of the visit asks of items, fixed as it began. */
  readonly limits: {
    readonly lateMs: number | null;
    readonly slowMs: number | null;
    readonly overMs: number | null;
  };
  readonly approvals: readonly GivenApproval[];
  readonly acknowledged: readonly Acknowledgement[];
  readonly ticked: readonly Ticked[];
  readonly baseline: Baseline | null;
  readonly drill: { readonly at: string; readonly by: string; readonly seconds: number } | null;
  /** What people wrote, the newest last; older ones are in the audit alone. */
  readonly notes: readonly Note[];
}

export interface Note {
  readonly by: string;
  readonly at: string;
  readonly text: string;
}

/** Times are ISO 8601, UTC. `phase` is an index into the plan's. `pt`: a reason of Sombra's own, in Portuguese. */
export type Status =
  /** Written, not checked yet; checked, and what is missing is known; everything is green. */
  | { readonly name: "draft" | "pending" | "ready" }
  | { readonly name: "running"; readonly phase: number; readonly since: string }
  | {
      readonly name: "paused";
      readonly phase: number;
      readonly since: string;
      readonly by: string;
      readonly reason: string;
    }
  /** What judges failed so many times in a row: people resume it. */
  | {
      readonly name: "error-paused";
      readonly phase: number;
      readonly since: string;
      readonly reason: string;
      readonly pt?: string | undefined;
    }
  | {
      readonly name: "rolled-back";
      /** Which it was in. */
      readonly phase: number;
      readonly to: RollbackTarget;
      readonly since: string;
      readonly by: string;
      readonly reason: string;
      readonly pt?: string | undefined;
    }
  /** The last phase was passed; the flags stay until `keepUntil`. */
  | {
      readonly name: "completed";
      readonly phase: number;
      readonly since: string;
      readonly keepUntil: string;
      readonly by: string;
      /** What was learned. */
      readonly lessons: string;
    }
  | { readonly name: "aborted"; readonly since: string; readonly by: string; readonly reason: string };

export interface GivenApproval {
  readonly by: string;
  readonly at: string;
  readonly visit: number;
  /** Of the checkpoint that was approved: it lapses when a later one is not PASS. */
  readonly evidence: string;
}

export interface Acknowledgement {
  /** Of a gate. */
  readonly gate: string;
  readonly by: string;
  readonly at: string;
  readonly why: string;
  readonly until: string;
}

/** A precheck by hand, or what a phase asks for: of the stay in which it was ticked. */
export interface Ticked {
  readonly name: string;
  readonly by: string;
  readonly at: string;
  readonly evidence: string;
}

/** Legacy alone: the "before" of every report. */
export interface Baseline {
  readonly from: string;
  readonly to: string;
  readonly items: number;
  /** Share of items. */
  readonly errorRate: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  /** Cells and those of them with a failed answer: what tests compare with. */
  readonly cells: number;
  readonly failedCells: number;
}

/** Running time between checkpoints that all found it so. */
export interface Steady {
  readonly ms: number;
  /** Running time of the phase when it was seen so last; null: it has not been known since. */
  readonly seenMs: number | null;
}

/** What the leader keeps of a rollout from tick to tick, beside the registry; written with its fencing token. */
export interface Progress {
  readonly visit: number;
  /** Sum of ticks while running, each at most two intervals long. */
  readonly runningMs: number;
  /** When this was kept, ISO 8601: a new leader goes on from here. */
  readonly at: string;
  /** When the last checkpoint was, ISO 8601; null: none in this visit. */
  readonly checkpointAt: string | null;
  /** Since then by the monotonic clock, paused or not. */
  readonly sinceCheckpointMs: number;
  /** By gate, how many checkpoints in a row it failed; PASS alone resets. */
  readonly failures: Readonly<Record<string, number>>;
  /** By gate that asks for it, how long it has held without a break; not there: an earlier release wrote this. */
  readonly steady?: Readonly<Record<string, Steady>>;
  /** By gate, for how long the failure that counted last is over, by the monotonic clock. */
  readonly sinceFailureMs: Readonly<Record<string, number>>;
  /** Checkpoints in a row that could not be computed. */
  readonly errors: number;
  /** How long there was nothing to judge by, in running time. */
  readonly withoutDataMs: number;
  /** What was told once and not again: `max-duration`, `no-data`. */
  readonly told: readonly string[];
}
