import { say, type Sentence } from "../lib/sentence.ts";
import { populations, type Population, type StreamEvidence } from "../account/index.ts";
import type { Alert, Checkpoint } from "./checkpoint.ts";
import type { Gate, GateResult, GateVerdict } from "./gate.ts";
import { gatesOf } from "./gates-of.ts";
import { acknowledgementOf } from "./gates/acknowledged.ts";
import type { ExpectedFlag, GateContext } from "./gates/context.ts";
import { judgeGate, testsOf } from "./gates/judge-gate.ts";
import { steadied } from "./gates/steady.ts";
import { metricsOf } from "./metrics-of.ts";
import type { Measured, Surroundings } from "./ports.ts";
import type { Rollout, Steady } from "./state.ts";
import type { Phase } from "./plan.ts";
import { readWindows, type Windows } from "./windows.ts";

export interface Judged {
  readonly rollout: Rollout;
  /** Into the plan's. */
  readonly phaseIndex: number;
  readonly name: string;
  readonly nowMs: number;
  /** Of the phase. */
  readonly runningMs: number;
  /** Of the phase's scope. */
  readonly evidence: readonly StreamEvidence[];
  readonly surroundings: Surroundings;
  /** What the phase says of its flags. */
  readonly expectedFlags: readonly ExpectedFlag[];
  /** By gate. */
  readonly measured: ReadonlyMap<string, Measured>;
  /** By gate, before this checkpoint (`Progress`). */
  readonly failuresInARow: Readonly<Record<string, number>>;
  readonly steady: Readonly<Record<string, Steady>>;
  /** Gates whose last failure that counted was of a window that reaches into this one. */
  readonly overlapping: ReadonlySet<string>;
}

/** A look at everything there is to know of a phase. Pure; what follows from it is the controller's. */
export function judge(judged: Judged): Omit<Checkpoint, "conclusion" | "why" | "pt"> {
  const { rollout, phaseIndex, nowMs, surroundings, name } = judged;
  const { plan } = rollout;
  const phase = plan.phases[phaseIndex];
  if (phase === undefined) throw new RangeError(`Judge: plan "${plan.name}" has no phase ${phaseIndex}`);
  const windows = readWindows(judged.evidence, { windowMs: plan.checkpoints.windowMs, nowMs });
  const gates = gatesOf(plan, phase);
  const tests = gates.reduce((sum, gate) => sum + testsOf(gate), 0);
  const context: GateContext = { ...judged, phase, windows, tests };
  const results = gates.map((gate) =>
    acknowledged(softened(steadied(judgeGate(gate, context), gate, context), gate), context),
  );
  const flag = surroundings.flags.flags.get(plan.flag);
  const lacks = lacksOf(phase, windows);
  const status = worst(results.map(({ verdict }) => verdict));
  return {
    name,
    at: new Date(nowMs).toISOString(),
    rollout: rollout.id,
    flag: plan.flag,
    phase: phase.name,
    scope: `${rollout.id}.${rollout.visit}`,
    config: {
      enabled: flag?.enabled ?? null,
      rollout: flag?.percent ?? null,
      allowlist_count: (flag?.allowlist?.size ?? 0) + (flag?.forceOn.size ?? 0),
    },
    metrics: metricsOf(windows, results),
    determinism: determinismOf(results, surroundings),
    status: lacks !== null && status === "PASS" ? "INCONCLUSIVE" : status,
    alerts: results.flatMap(alertOf),
    ...(lacks === null ? {} : { lacks: lacks.text, lacksPt: lacks.pt }),
    gates: results,
  };
}

/** The gravest first: a gate that could not be computed hides none that failed. */
const order = ["FAIL", "ERROR", "WARN", "INCONCLUSIVE", "PASS"] as const satisfies readonly GateVerdict[];

/** PASS where nothing is asked. */
function worst(verdicts: readonly GateVerdict[]): GateVerdict {
  return order.find((verdict) => verdicts.includes(verdict)) ?? "PASS";
}

/** Limits and flags are fine where nobody ever came, or legacy answered all: of a candidate that was never seen that says nothing. */
function lacksOf({ kind, serve }: Phase, { total }: Windows): Sentence | null {
  const { raw } = total.phase;
  if (kind === "baseline") return null;
  const has = (population: Population): boolean => raw(population, "item") > 0;
  if (serve > 0 && !has("served-candidate") && !has("pairs"))
    return say(
      "the candidate was asked nothing in this phase yet",
      "nesta fase ainda não se perguntou nada ao candidate",
    );
  return populations.some(has) ? null : say("nothing has come in this phase yet", "nada chegou nesta fase ainda");
}

/** What keeps a phase from being left: every gate that does not pass, but for those that somebody expected. */
export function holding(results: readonly GateResult[]): readonly GateResult[] {
  return results.filter(({ verdict, expected }) => verdict !== "PASS" && !expected);
}

/** How many checkpoints in a row each gate has failed, this one included: only that it holds begins anew, and only failing counts. */
export function failuresAfter(
  before: Readonly<Record<string, number>>,
  results: readonly GateResult[],
): Readonly<Record<string, number>> {
  const after = new Map(Object.entries(before));
  for (const { gate, verdict, figures } of results) {
    const holds = verdict === "PASS" || (verdict === "INCONCLUSIVE" && figures["steadyMs"] !== undefined);
    if (holds) after.delete(gate);
    else if (figures["inARow"] !== undefined) after.set(gate, figures["inARow"]);
    else if (verdict === "FAIL") after.set(gate, (after.get(gate) ?? 0) + 1);
  }
  return Object.fromEntries(after);
}

/** A gate that is only to warn never does more. */
function softened(result: GateResult, { onFail }: Gate): GateResult {
  return onFail === "warn" && result.verdict === "FAIL" ? { ...result, verdict: "WARN" } : result;
}

/** Only a WARN can be expected: nobody expects a failure away. */
function acknowledged(result: GateResult, { rollout, nowMs }: GateContext): GateResult {
  const expected = result.verdict === "WARN" && acknowledgementOf(result.gate, rollout, nowMs) !== null;
  return expected ? { ...result, expected } : result;
}

/** Of the gates that ask for it; of how instances decide where none does. */
function determinismOf(results: readonly GateResult[], { decidedAlike }: Surroundings): GateVerdict {
  const asked = results.filter(({ type }) => type === "determinism" || type === "bucketDeterminism");
  if (asked.length > 0) return worst(asked.map(({ verdict }) => verdict));
  return decidedAlike === null ? "INCONCLUSIVE" : decidedAlike ? "PASS" : "FAIL";
}

/** `configDrift` is CONFIG_DRIFT. */
function alertOf({ type, verdict, text, pt, expected }: GateResult): readonly Alert[] {
  if (verdict === "PASS" || verdict === "INCONCLUSIVE") return [];
  const severity = verdict === "FAIL" ? "CRITICAL" : "WARN";
  return [{ type: type.replace(/[A-Z]/g, "_$&").toUpperCase(), severity, message: text, pt, expected }];
}
