import { createHash } from "node:crypto";
import { z } from "zod";
import { isFlagKey, isJson, NAME, showKind, showValue, type Json } from "../flags/index.ts";
import { audienceSchema } from "./audience-schema.ts";
import { approvalSchema, fastLaneSchema, gateSchema } from "./gate-schema.ts";
import type { AutomaticPrecheck, Phase, Plan } from "./plan.ts";
import { checkPlan } from "./plan-checks.ts";
import {
  address,
  duration,
  listOf,
  map,
  oneOf,
  partName,
  percent,
  planName,
  section,
  shoppers,
  target,
  text,
  word,
  yesNo,
} from "./plan-fields.ts";

/** One thing that is wrong with a plan. Never shows a shopper. */
export interface PlanProblem {
  readonly path: readonly (string | number)[];
  /** `"24 hours"`, `missing`, `unknown`. */
  readonly is: string;
  readonly must: string;
}

export type ParsedPlan =
  | {
      readonly ok: true;
      readonly plan: Plan;
      /** What the plan leaves to its default of what the standing rules ask for. */
      readonly unsaid: readonly ("rollback.to" | "author")[];
    }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

const key = z.string(NAME).refine(isFlagKey, NAME);
const aYear = "366d";

const phaseSchema = map({
  name: partName,
  kind: word(["baseline", "serve"]).default("serve"),
  environment: text(64).nullable().default(null),
  serve: percent.default(0),
  compare: percent.optional(),
  allowlist: shoppers.nullable().default(null),
  forceOn: z.preprocess((value) => value ?? [], shoppers),
  audience: key.nullable().default(null),
  minDuration: duration("0s", aYear).default(86_400_000),
  maxDuration: duration("1m", aYear).nullable().default(null),
  approval: approvalSchema.nullable().default(null),
  gates: listOf(gateSchema, "gates"),
  allowDecrease: yesNo.default(false),
  rollbackTo: target.nullable().default(null),
  manual: listOf(text(200), "what is to be ticked"),
});

type WrittenPhase = z.output<typeof phaseSchema>;

const AUTOMATIC = [
  "baseline",
  "first-phase-value",
  "determinism",
  "last-checkpoint",
  "sensitivity",
  "coverage",
  "store",
  "telemetry",
  "notifications",
  "drill",
] as const satisfies readonly AutomaticPrecheck["name"][];

const precheckMust = `${oneOf(AUTOMATIC)}, or list-size with the least number of shoppers such as {list-size: 10}`;

const automatic = z
  .union([z.enum(AUTOMATIC), z.strictObject({ "list-size": z.int().min(1).max(1_000_000) })], precheckMust)
  .transform((given): AutomaticPrecheck =>
    typeof given === "string" ? { name: given } : { name: "list-size", atLeast: given["list-size"] },
  );

const BODY_DEPTH = 16;
const bodyMust = `JSON, nested at most ${BODY_DEPTH} deep`;

const procedure = map({
  component: text(100),
  steps: z.array(text(500), "a list of steps").min(1, "a list of at least one step"),
  expected: duration("1s", "7d"),
  webhook: map({ url: address, body: z.custom<Json>((value) => isJson(value, BODY_DEPTH), bodyMust).default({}) })
    .nullable()
    .default(null),
}).transform(({ expected, ...rest }) => ({ ...rest, expectedMs: expected }));

/** A plan as people write it, in the order in which it is read. */
export const planSchema = map({
  plan: planName,
  description: text(1_000).or(z.literal("")).default(""),
  flag: key,
  shadow: yesNo.default(true),
  mode: word(["act", "observe"]).default("act"),
  author: text(64).optional(),
  prechecks: section({
    automatic: listOf(automatic, "prechecks"),
    manual: listOf(text(200), "what is to be ticked"),
  }),
  phases: z.array(phaseSchema, "a list of phases").min(1, "a list of at least one phase"),
  gates: listOf(gateSchema, "gates"),
  fastLane: fastLaneSchema,
  checkpoints: section({
    every: duration("10s", "7d").default(3_600_000),
    window: duration("10m", "7d").default(3_600_000),
  }),
  noData: section({ grace: duration("1m", aYear).default(86_400_000) }),
  rollback: section({ to: target.optional(), procedures: listOf(procedure, "procedures") }),
  audiences: listOf(audienceSchema, "audiences"),
  keepFlags: duration("0s", "3650d").default(2_592_000_000),
});

type WrittenPlan = z.output<typeof planSchema>;

/** A plan from outside, as YAML or JSON was read; with its defaults. */
export function parsePlan(value: unknown): ParsedPlan {
  const parsed = planSchema.safeParse(value);
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, value)) };
  }
  const plan = planOf(parsed.data);
  const found = checkPlan(plan, parsed.data);
  if (found.length > 0) {
    return {
      ok: false,
      problems: found.map(({ path, is, must }) => ({ path, is: is ?? shown(value, path), must })),
    };
  }
  const { rollback, author } = parsed.data;
  const unsaid = (["rollback.to", "author"] as const).filter((one) =>
    one === "author" ? author === undefined : rollback.to === undefined,
  );
  return { ok: true, plan, unsaid };
}

/** SHA-256 of the plan as JSON whose members are in the order of their names, hex: the same however it was stored. */
export function planHash(plan: Plan): string {
  const ordered = (_name: string, value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash("sha256").update(JSON.stringify(plan, ordered)).digest("hex");
}

function planOf(written: WrittenPlan): Plan {
  const { plan: name, phases, checkpoints, noData, rollback, keepFlags, author = "", ...rest } = written;
  return {
    ...rest,
    name,
    author,
    phases: phases.map((phase) => phaseOf(phase, written.shadow)),
    checkpoints: { everyMs: checkpoints.every, windowMs: checkpoints.window },
    noData: { graceMs: noData.grace },
    rollback: { to: rollback.to ?? (written.shadow ? "shadow" : "off"), procedures: rollback.procedures },
    keepFlagsMs: keepFlags,
  };
}

function phaseOf({ minDuration, maxDuration, compare, ...rest }: WrittenPhase, shadow: boolean): Phase {
  const unsaid = rest.kind === "baseline" || (rest.serve > 0 && !shadow) ? 0 : 100;
  return { ...rest, compare: compare ?? unsaid, minMs: minDuration, maxMs: maxDuration };
}

function problemsOf(issue: z.core.$ZodIssue, value: unknown): readonly PlanProblem[] {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => ({ path: [...path, name], is: "unknown", must: `one of ${issue.message}` }));
  }
  return [{ path, is: shown(value, path), must: issue.message }];
}

const LISTS: ReadonlySet<unknown> = new Set(["allowlist", "forceOn"]);

/** What stands at a path; of shoppers the kind only. */
function shown(value: unknown, path: PlanProblem["path"]): string {
  let found = value;
  for (const step of path) found = typeof found === "object" && found !== null ? Reflect.get(found, step) : undefined;
  const isPersonal = path.some((step) => LISTS.has(step)) || path.includes("headers");
  if (found === null) return "empty";
  return isPersonal ? showKind(found) : showValue(found).replace("an object", "a map");
}
