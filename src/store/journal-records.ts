import { z } from "zod";
import type { Outbox } from "../notify/index.ts";
import type { Checkpoint, Progress, RolloutJournal } from "../rollout/index.ts";

/**
 * A journal, the lease of whoever leads, and what whoever leads has still to send. Tokens are at least the time in milliseconds, and above every other that the store or
 * this handle knows of: a store that lost the last one, emptied or failed over to a copy that lags behind, gives none twice and
 * none that is older. One that knows of no lease at all takes no writes until there is one.
 */
export type Journal = RolloutJournal & Outbox & { close(): Promise<void> };

export interface JournalLimits {
  /** Of a rollout; the oldest go first. */
  readonly checkpoints: number;
  /** How long checkpoints are kept, and what else is of a rollout that nothing was written of. */
  readonly retentionMs: number;
}

export const journalLimits: JournalLimits = { checkpoints: 10_000, retentionMs: 90 * 24 * 3_600_000 };

const progressShape = z.looseObject({
  visit: z.number(),
  runningMs: z.number(),
  checkpointAt: z.string().nullable(),
  failures: z.record(z.string(), z.number()),
  sinceFailureMs: z.record(z.string(), z.number()).optional(),
  errors: z.number(),
  withoutDataMs: z.number(),
  told: z.array(z.string()),
});
const checkpointShape = z.looseObject({
  name: z.string(),
  at: z.string(),
  rollout: z.string(),
  phase: z.string(),
  scope: z.string(),
  status: z.string(),
  alerts: z.array(z.looseObject({})),
  gates: z.array(z.looseObject({})),
  conclusion: z.string(),
  why: z.string(),
});

/** Of what an earlier release did not write: no failure is recent, so that the next one counts. */
const calm: Pick<Progress, "sinceFailureMs"> = { sinceFailureMs: {} };

const isProgress = (value: unknown): value is Progress => progressShape.safeParse(value).success;
const isCheckpoint = (value: unknown): value is Checkpoint => checkpointShape.safeParse(value).success;

/** null: the text is not what was written. */
export function readProgress(text: string): Progress | null {
  const value = parsed(text);
  return isProgress(value) ? { ...calm, ...value } : null;
}

/** null: the text is not what was written. */
export function readCheckpoint(text: string): Checkpoint | null {
  const value = parsed(text);
  return isCheckpoint(value) ? value : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
