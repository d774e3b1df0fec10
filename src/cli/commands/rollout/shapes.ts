import { z } from "zod";

/** A rollout in a line. */
export const summaryShape = z.looseObject({
  id: z.string(),
  flag: z.string(),
  mode: z.string(),
  status: z.string(),
  phase: z.string().nullable(),
  serve: z.number().nullable(),
  since: z.string().nullable(),
  version: z.number(),
});

export type Summary = z.infer<typeof summaryShape>;

/** What an action answers. */
export const actedShape = z.looseObject({
  rollout: z.string(),
  what: z.string(),
  unchanged: z.boolean(),
  before: summaryShape.nullable(),
  after: summaryShape.nullable(),
});

export type Acted = z.infer<typeof actedShape>;

const gateShape = z.looseObject({
  gate: z.string(),
  verdict: z.string(),
  text: z.string(),
  missing: z.number().nullable(),
  expected: z.boolean(),
});

const alertShape = z.looseObject({
  type: z.string(),
  severity: z.string(),
  message: z.string(),
  expected: z.boolean(),
});

export const checkpointShape = z.looseObject({
  name: z.string(),
  at: z.string(),
  phase: z.string(),
  status: z.string(),
  conclusion: z.string(),
  why: z.string(),
  gates: z.array(gateShape),
  alerts: z.array(alertShape),
});

export type ToldCheckpoint = z.infer<typeof checkpointShape>;

export const rolloutShape = summaryShape.extend({
  current: z.looseObject({ name: z.string(), index: z.number(), of: z.number(), compare: z.number() }).nullable(),
  state: z.looseObject({
    reason: z.string().optional(),
    by: z.string().optional(),
    to: z.union([z.string(), z.object({ phase: z.string() })]).optional(),
  }),
  why: z.string().nullable(),
  conclusion: z.string().nullable(),
  time: z.looseObject({ running: z.number(), left: z.number(), due_in: z.number().nullable() }).nullable(),
  missing_pairs: z.number().nullable(),
  checkpoint: z.looseObject({ name: z.string(), at: z.string(), status: z.string() }).nullable(),
  gates: z.array(gateShape),
  alerts: z.array(alertShape),
  approval: z
    .looseObject({ count: z.number(), given: z.number(), names: z.array(z.string()), not: z.array(z.string()) })
    .nullable(),
  acknowledged: z.array(z.looseObject({ gate: z.string(), why: z.string(), until: z.string() })),
  without: z.string().nullable(),
});

export type ToldRollout = z.infer<typeof rolloutShape>;
