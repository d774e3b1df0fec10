import type { StreamEvidence } from "../account/index.ts";
import type { Edit, FlagState } from "../flags/index.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { MetricSource } from "./gate.ts";
import type { AutomaticPrecheck } from "./plan.ts";
import type { Progress, Rollout } from "./state.ts";

/** What a rollout wants written, all or nothing: its document and the flags of the phase, on the version it was decided on. */
export interface RolloutWrite {
  readonly rollout: Rollout;
  /** Of the document that was seen; 0: there was none. */
  readonly version: number;
  readonly flags: readonly Edit[];
  readonly actor: string;
  /** For the audit: why, with the evidence. */
  readonly reason: string;
}

export type RolloutWritten =
  | { readonly kind: "written" }
  | { readonly kind: "moved" }
  /** `refused`: it may not be, as another rollout has the flag. */
  | { readonly kind: "failed" | "refused"; readonly why: string; readonly pt?: string | undefined };

/** A figure from outside. */
export type Measured =
  | { readonly kind: "value"; readonly value: number }
  /** It answered, and has none: no series, null, NaN, infinite. */
  | { readonly kind: "none"; readonly why: string; readonly pt?: string | undefined }
  /** It did not answer, or not in time, or what cannot be read. */
  | { readonly kind: "error"; readonly why: string; readonly pt?: string | undefined };

/** What people and other things know that no item shows, of the routes of one `enabled` flag. */
export interface Surroundings {
  readonly flags: FlagState;
  /** null: not known. Shares are 0 to 1. */
  readonly sensitivity: number | null;
  readonly coverage: number | null;
  readonly store: { readonly up: boolean; readonly problem: string | null };
  readonly telemetry: { readonly delivered: boolean | null };
  /** Instances that were heard of lately. */
  readonly instances: number;
  /** Whether a sample of shoppers is decided alike on every instance; null: not all have said. */
  readonly decidedAlike: boolean | null;
  /** Events that sides declared in the last hour, on all instances; null: not known. */
  readonly events: {
    readonly counts: readonly { readonly side: string; readonly type: string; readonly n: number }[];
    /** Since when every instance counts them, milliseconds since the epoch. */
    readonly sinceMs: number;
  } | null;
  /** Names of Sombra's own alarms that are on. */
  readonly alarms: readonly string[];
  /** Open critical incidents, by id. */
  readonly incidents: readonly string[];
  /** The kill switch is thrown: whatever flags say, the candidate is asked nothing. */
  readonly killed: boolean;
}

/** What the controller needs; in production and on simulated time alike. Every call may reject: then nothing advances. */
export interface RolloutPorts {
  readonly now: () => { readonly wallMs: number; readonly monotonicMs: number };
  /** Those that are known, with the versions of their documents. */
  readonly rollouts: () => readonly { readonly rollout: Rollout; readonly version: number }[];
  readonly write: (write: RolloutWrite) => Promise<RolloutWritten>;
  readonly evidence: (scope: string) => Promise<readonly StreamEvidence[]>;
  readonly measure: (source: MetricSource) => Promise<Measured>;
  readonly surroundings: (flag: string) => Promise<Surroundings>;
  /** Whether a precheck is green, and what was found, in a sentence. */
  readonly precheck: (
    rollout: Rollout,
    precheck: AutomaticPrecheck,
  ) => Promise<{ readonly green: boolean; readonly text: string; readonly pt?: string | undefined }>;
  readonly journal: RolloutJournal;
  readonly told: (event: RolloutEvent) => void;
}

/**
 * What a leader keeps beside the registry. Every write bears the fencing token of the lease: one that another has overtaken
 * is refused (`false`), and whoever wrote it leads no longer.
 */
export interface RolloutJournal {
  progress(rollout: string): Promise<Progress | null>;
  keep(rollout: string, progress: Progress, token: number): Promise<boolean>;
  add(checkpoint: Checkpoint, token: number): Promise<boolean>;
  /** Newest first. */
  checkpoints(rollout: string, limit: number): Promise<readonly Checkpoint[]>;
  /** Held for `leaseMs` from now on; null: another holds it. The token grows with every new holder. */
  lease(instance: string, leaseMs: number): Promise<{ readonly token: number } | null>;
  release(instance: string): Promise<void>;
}

/** What happened, for logs (SPEC 9), metrics, server-sent events and, later, notifications. */
export type RolloutEvent =
  | {
      readonly event: "rollout_phase";
      readonly rollout: string;
      readonly flag: string;
      readonly phase: string;
      readonly before: string | null;
      readonly reason: string;
    }
  | { readonly event: "checkpoint"; readonly checkpoint: Checkpoint }
  | {
      readonly event: "rollback";
      readonly rollout: string;
      readonly flag: string;
      readonly phase: string;
      readonly to: string;
      readonly reason: string;
      readonly by: string;
    }
  | { readonly event: "rollout_due"; readonly rollout: string; readonly phase: string; readonly reason: string };
