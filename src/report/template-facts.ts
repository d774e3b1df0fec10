import type { Checkpoint, Progress, Rollout } from "../rollout/index.ts";

/** Something that happened to a rollout, in a line. */
export interface Happened {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly what: string;
  readonly why: string;
  readonly by: string;
}

/** What regular messages are made from. Nothing personal. */
export interface TemplateFacts {
  readonly rollout: Rollout;
  readonly environment: string;
  readonly nowMs: number;
  readonly owner: string;
  /** Of its flag, with whatever overrides it; null: there is no such flag. */
  readonly reach: { readonly enabled: boolean; readonly percentage: number } | null;
  /** Declared in the last 24 hours, by type; null: none was ever recorded; `unknown`: they could not be counted. */
  readonly events: Readonly<Record<string, number>> | "unknown" | null;
  readonly checkpoint: Checkpoint | null;
  readonly progress: Progress | null;
  /** Since the message before, or in this phase; the oldest first. */
  readonly happened: readonly Happened[];
  /** What happens next, and how to go back, in a sentence each. */
  readonly next: string;
  readonly back: string;
}
