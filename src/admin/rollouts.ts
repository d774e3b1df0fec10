import type { Problem } from "../flags/index.ts";
import type { ActAnswer, Checkpoint, Order, Plan, Progress, Rollout } from "../rollout/index.ts";

export type ParsedPlanText =
  | { readonly ok: true; readonly plan: Plan }
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
  | { readonly kind: "refused" | "failed"; readonly why: string };

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
  groups(rollout: Rollout): Promise<object>;
  drill(rollout: string, by: string): Promise<DrillAnswer>;
  /** The name of the process that moves rollouts, as far as it is known; null: nobody does. */
  leader(): string | null;
  /** What came of an order that bore this key; null: it was not seen. */
  recall(key: string): Promise<string | null>;
  remember(key: string, answer: string): Promise<void>;
}
