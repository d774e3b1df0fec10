import { z } from "zod";
import type { Phase } from "./plan.ts";
import type { Rollout } from "./state.ts";

const at = { phase: z.int().min(0), since: z.string() };

const status = z.discriminatedUnion("name", [
  z.looseObject({ name: z.enum(["draft", "pending", "ready"]) }),
  z.looseObject({ name: z.literal("running"), ...at }),
  z.looseObject({ name: z.literal("paused"), ...at, by: z.string(), reason: z.string() }),
  z.looseObject({ name: z.literal("error-paused"), ...at, reason: z.string() }),
  z.looseObject({
    name: z.literal("rolled-back"),
    ...at,
    to: z.union([z.enum(["shadow", "previous", "off"]), z.object({ phase: z.string() })]),
    by: z.string(),
    reason: z.string(),
  }),
  z.looseObject({ name: z.literal("completed"), ...at, keepUntil: z.string(), by: z.string() }),
  z.looseObject({ name: z.literal("aborted"), since: z.string(), by: z.string(), reason: z.string() }),
]);

const phase = z.looseObject({
  name: z.string(),
  kind: z.enum(["baseline", "serve"]),
  serve: z.number(),
  compare: z.number(),
  allowlist: z.array(z.string()).nullable(),
  forceOn: z.array(z.string()),
  minMs: z.number(),
  maxMs: z.number().nullable(),
  gates: z.array(z.looseObject({ name: z.string(), type: z.string(), onFail: z.string() })),
});

const shape = z.looseObject({
  id: z.string(),
  plan: z.looseObject({
    name: z.string(),
    flag: z.string(),
    mode: z.enum(["act", "observe"]),
    phases: z.array(phase).min(1),
    gates: z.array(z.looseObject({ name: z.string(), type: z.string(), onFail: z.string() })),
    checkpoints: z.looseObject({ everyMs: z.number(), windowMs: z.number() }),
    prechecks: z.looseObject({ automatic: z.array(z.looseObject({ name: z.string() })), manual: z.array(z.string()) }),
    rollback: z.looseObject({ procedures: z.array(z.looseObject({})) }),
    keepFlagsMs: z.number(),
  }),
  planHash: z.string(),
  status,
  visit: z.int().min(0),
  limits: z.looseObject({ lateMs: z.number().nullable(), slowMs: z.number().nullable() }),
  approvals: z.array(z.looseObject({ by: z.string(), visit: z.number() })),
  acknowledged: z.array(z.looseObject({ gate: z.string(), until: z.string() })),
  ticked: z.array(z.looseObject({ name: z.string() })),
  notes: z.array(z.looseObject({ text: z.string() })),
});

const isRollout = (value: unknown): value is Rollout => {
  const { success, data } = shape.safeParse(value);
  if (!success) return false;
  // A phase that the plan has not is none to be in.
  return !("phase" in data.status) || Number(data.status.phase) < data.plan.phases.length;
};

/** A rollout as it was written; null: it is not one that this Sombra can go by. What an earlier release did not write is at rest. */
export function readRollout(value: unknown): Rollout | null {
  if (!isRollout(value)) return null;
  const { plan, limits } = value;
  const phases = plan.phases.map((one) => ({ ...calmPhase, ...one }));
  return {
    ...calm,
    ...value,
    plan: { ...noAudiences, ...plan, phases },
    limits: { ...noLimit, ...limits },
  };
}

const noAudiences: Pick<Rollout["plan"], "audiences"> = { audiences: [] };
const calm: Pick<Rollout, "lowered" | "adjusted"> = { lowered: null, adjusted: [] };
const calmPhase: Pick<Phase, "rollbackTo" | "manual"> = { rollbackTo: null, manual: [] };
const noLimit: Pick<Rollout["limits"], "overMs"> = { overMs: null };
