import type { GateResult, GateVerdict } from "./gate.ts";

/** What a rollout does after a checkpoint. */
export type Conclusion = "advance" | "hold" | "ask-approval" | "adjust" | "lower" | "roll-back";

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
  readonly lacksPt?: string;
  readonly gates: readonly GateResult[];
  /** What somebody has to decide about since before or now: `max-duration`, `no-data`, each in a sentence. */
  readonly due?: readonly { readonly mark: string; readonly why: string; readonly pt?: string | undefined }[];
  readonly conclusion: Conclusion;
  /** Why, in a sentence. */
  readonly why: string;
  /** The same in Brazilian Portuguese; not there: an earlier release concluded. */
  readonly pt?: string | undefined;
}

export interface Alert {
  /** CONFIG_DRIFT, DETERMINISM, ... */
  readonly type: string;
  readonly severity: "WARN" | "CRITICAL";
  readonly message: string;
  /** In Portuguese, as of whatever follows a `why` or a `text`; not there: an earlier release said it. */
  readonly pt?: string | undefined;
  readonly expected: boolean;
}
