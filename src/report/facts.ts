import type { GateResult, GateVerdict, Groups } from "../rollout/index.ts";

/**
 * `before`: what the plan is going to do, and what is checked first. `initial`: what legacy was like. `comparison`: both sides in a
 * phase. `phase`: a phase with all its decisions. `final`: all of it, with what was learned.
 */
export const reportKinds = ["before", "initial", "comparison", "phase", "final"] as const;

export type ReportKind = (typeof reportKinds)[number];

/**
 * What is to be said of a rollout, as data (`format=json`). Every kind has these fields; what it does not tell is empty. Times are
 * ISO 8601, UTC; shares are 0 to 1. Names nobody but those who decided.
 */
export interface Report {
  readonly kind: ReportKind;
  readonly rollout: string;
  /** That it is about; null: all of them. */
  readonly phase: string | null;
  readonly plan: PlanFacts;
  readonly status: StatusFacts;
  readonly prechecks: readonly PrecheckFacts[];
  /** How long the way back took, when it was tried; null: it was not. */
  readonly drill: { readonly at: string; readonly by: string; readonly seconds: number } | null;
  readonly initial: InitialFacts | null;
  /** In their order. */
  readonly stays: readonly StayFacts[];
  /** In their order; so many more are in the audit alone. */
  readonly decisions: readonly Decision[];
  readonly decisions_left_out: number;
  readonly notes: readonly { readonly at: string; readonly by: string; readonly text: string }[];
  readonly lessons: string | null;
  /** What happens now, and what brings everybody back, in sentences. */
  readonly next: string;
  readonly way_back: string;
  readonly made_at: string;
  readonly environment: string;
  /** The newest entry of the audit, whose hash stands for all before it; null: there is none. */
  readonly audit: { readonly seq: number; readonly hash: string } | null;
}

export interface PlanFacts {
  readonly name: string;
  /** SHA-256, hex. */
  readonly hash: string;
  readonly flag: string;
  readonly mode: "act" | "observe";
  readonly author: string;
  /** In sentences. */
  readonly text: readonly string[];
  readonly phases: readonly {
    readonly name: string;
    readonly text: readonly string[];
    readonly gates: readonly { readonly gate: string; readonly text: string }[];
  }[];
  readonly warnings: readonly string[];
  readonly procedures: readonly {
    readonly component: string;
    readonly steps: readonly string[];
    readonly expected_ms: number;
  }[];
}

export interface StatusFacts {
  readonly name: string;
  /** That it is in, or was in last; null: in none yet. */
  readonly phase: string | null;
  readonly since: string | null;
  readonly by: string | null;
  readonly reason: string | null;
  /** Where a rollback led, in words. */
  readonly to: string | null;
  readonly keep_until: string | null;
}

export interface PrecheckFacts {
  readonly name: string;
  readonly kind: "automatic" | "manual";
  /** null: it was begun, and what was found then is with the decision. */
  readonly green: boolean | null;
  /** What was found; by hand, the evidence. */
  readonly text: string | null;
  /** The same in Brazilian Portuguese, where Sombra says it. */
  readonly pt?: string | undefined;
  /** Who ticked it, and when. */
  readonly by: string | null;
  readonly at: string | null;
}

/** Legacy before the candidate answered anybody: of the baseline, or of the first phase where there is none. */
export interface InitialFacts {
  readonly of: "baseline" | "first-phase";
  readonly from: string;
  readonly to: string;
  readonly items: number;
  readonly error_rate: number | null;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
  readonly per_second: number;
}

/** A time in a phase, from entering it to leaving it. */
export interface StayFacts {
  readonly phase: string;
  /** Percent of shoppers. */
  readonly serve: number;
  readonly compare: number;
  readonly entered_at: string;
  readonly entered_by: string;
  /** null: it is in it. */
  readonly left_at: string | null;
  readonly left_by: string | null;
  readonly left: Leaving | null;
  /** Why it was left, with the figures. */
  readonly why: string | null;
  /** How many of each verdict. */
  readonly checkpoints: Readonly<Partial<Record<GateVerdict, number>>>;
  readonly last_checkpoint: LastCheckpoint | null;
  /** Both sides; null: nothing was counted. */
  readonly compared: Groups | null;
}

/** `lowered`: to a phase before it, and it went on. */
export type Leaving = "advance" | "lowered" | "rollback" | "completed" | "aborted";

export interface LastCheckpoint {
  readonly name: string;
  readonly at: string;
  readonly status: GateVerdict;
  readonly conclusion: string;
  readonly why: string;
  readonly gates: readonly GateResult[];
}

/** What was done or came about. */
export interface Decision {
  readonly at: string;
  /** What came about again and again: when it was seen last, and how often. */
  readonly until: string | null;
  readonly times: number;
  /** Of the audit; null: it is not in it, checkpoints show it. */
  readonly seq: number | null;
  /** `token:anna`; `automatic:rollout` is Sombra itself. */
  readonly by: string;
  readonly what: DecisionKind;
  readonly phase: string | null;
  /** As it was written, with the evidence. */
  readonly why: string;
  /** Although something spoke against it. */
  readonly break_glass: boolean;
}

export type DecisionKind =
  | "created"
  | "checked"
  | "started"
  | "phase"
  | "evidence-anew"
  | "held"
  | "approval-wanted"
  | "decision-due"
  | "checkpoint-missed"
  | "approved"
  | "approvals-lapsed"
  | "rejected"
  | "acknowledged"
  | "ticked"
  | "note"
  | "drilled"
  | "paused"
  | "resumed"
  | "error-paused"
  | "shed"
  | "adjusted"
  | "rollback"
  | "completed"
  | "aborted"
  | "changed"
  | "flag"
  | "killed"
  | "kill-undone"
  | "incident";
