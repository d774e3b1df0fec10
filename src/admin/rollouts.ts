import type { Problem } from "../flags/index.ts";
import type { Report, WantedReport } from "../report/index.ts";
import type { ActAnswer, Checkpoint, Groups, Order, ParsedPlan, Plan, Progress, Rollout } from "../rollout/index.ts";
import type { Simulation } from "../simulate/index.ts";

export type ParsedPlanText =
  | { readonly ok: true; readonly plan: Plan; readonly unsaid: Extract<ParsedPlan, { ok: true }>["unsaid"] }
  /** `where`: line and column, or the path where the text is JSON. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A rollout that is known, with the version of its document. */
export interface KnownRollout {
  readonly rollout: Rollout;
  readonly version: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** How long it took until every instance was on legacy, with everything restored afterwards. */
export type DrillAnswer =
  | { readonly kind: "done"; readonly seconds: number; readonly instances: number }
  | { readonly kind: "refused" | "failed"; readonly why: string; readonly pt?: string | undefined };

/** What a plan is tried on, as people write it (docs/rollouts.md). */
export interface SimulateOrder {
  readonly traffic: string;
  readonly candidate: string;
  readonly runs: number;
  readonly seed: number;
  readonly approveAfter: string;
}

/** `busy`: another one is under way. `refused`: the plan cannot be begun. */
export type SimulateAnswer =
  | { readonly kind: "done"; readonly simulation: Simulation }
  | { readonly kind: "wrong"; readonly problems: readonly Problem[] }
  | { readonly kind: "busy" }
  | { readonly kind: "refused"; readonly why: string };

/** What this port asks of rollouts. What rejects tells why in its message. */
export interface RolloutsDeps {
  /** A plan in JSON or YAML. */
  parse(text: string): Promise<ParsedPlanText>;
  /** Those that can be read, of this instance's view. */
  known(): readonly KnownRollout[];
  /** Ids of those that cannot. */
  unreadable(): readonly string[];
  act(order: Order): Promise<ActAnswer>;
  checkpoint(rollout: string, name: string | undefined): Promise<Checkpoint>;
  /** null: nothing was kept of it yet. */
  progress(rollout: string): Promise<Progress | null>;
  /** Newest first. */
  checkpoints(rollout: string, limit: number): Promise<readonly Checkpoint[]>;
  /** Who is answered by the candidate and who by legacy, side by side. */
  groups(rollout: Rollout): Promise<Groups>;
  /** What a plan would do, as far as there is time for it. */
  simulate(plan: Plan, order: SimulateOrder): Promise<SimulateAnswer>;
  report(rollout: Rollout, wanted: WantedReport): Promise<Report>;
  drill(rollout: string, by: string): Promise<DrillAnswer>;
  /** How much this instance has told of rollouts: where it leads, each checkpoint among it. */
  told(): number;
  /** The name of the process that moves rollouts, as far as it is known; null: nobody does. */
  leader(): string | null;
  /** What came of an order that bore this key; null: it was not seen. */
  recall(key: string): Promise<string | null>;
  remember(key: string, answer: string): Promise<void>;
}
