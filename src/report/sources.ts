import type { StreamEvidence } from "../account/index.ts";
import type { AuditEntry, AuditFilter } from "../registry/index.ts";
import type { Checkpoint, Precheck, Rollout, RolloutPorts } from "../rollout/index.ts";

/** Whom a report asks. What rejects leaves it unwritten. */
export interface ReportPorts {
  /** Newest first. */
  readonly audit: (filter: AuditFilter) => Promise<readonly AuditEntry[]>;
  /** Newest first. */
  readonly checkpoints: (rollout: string, limit: number) => Promise<readonly Checkpoint[]>;
  readonly evidence: (scope: string) => Promise<readonly StreamEvidence[]>;
  readonly prechecks: (rollout: Rollout) => Promise<readonly Precheck[]>;
  readonly surroundings: RolloutPorts["surroundings"];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly environment: string;
  /** Keys of the flags that the rollout sets. */
  readonly flags: (rollout: Rollout) => readonly string[];
}

/** What there is on record of one rollout. */
export interface Sources {
  readonly rollout: Rollout;
  /** Since it was written, oldest first: its own entries, and those of others about its flags, the kill switch and incidents. */
  readonly audit: readonly AuditEntry[];
  readonly newest: AuditEntry | null;
  /** Oldest first. */
  readonly checkpoints: readonly Checkpoint[];
  /** From then on every one of them is there. */
  readonly completeSince: string;
}
