import type { GateResult, GateVerdict } from "./gate.ts";

/** What a rollout does after a checkpoint. */
export type Conclusion = "advance" | "hold" | "ask-approval" | "roll-back";

/** A look at everything, kept with its figures (SPEC 5). Nothing personal. */
export interface Checkpoint {
  /** Given, or by the time (UTC). */
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly rollout: string;
  readonly flag: string;
  readonly phase: string;
  /** Of the scope that the evidence is of. */
  readonly scope: string;
  readonly config: {
    readonly enabled: boolean | null;
    readonly rollout: number | null;
    readonly allowlist_count: number;
  };
  readonly metrics: Readonly<Record<string, number>>;
  readonly determinism: GateVerdict;
  readonly status: GateVerdict;
  readonly alerts: readonly Alert[];
  /** What has not come at all, so that nothing is passed whatever the gates say, in a sentence. */
  readonly lacks?: string;
  readonly gates: readonly GateResult[];
  readonly conclusion: Conclusion;
  /** Why, in a sentence. */
  readonly why: string;
}

export interface Alert {
  /** CONFIG_DRIFT, DETERMINISM, ... */
  readonly type: string;
  readonly severity: "WARN" | "CRITICAL";
  readonly message: string;
  readonly expected: boolean;
}
