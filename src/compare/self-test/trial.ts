import type { Divergence, NoiseCause, Outcome, Rule } from "../../model/index.ts";
import type { JudgeDeps } from "../divergence.ts";
import { compareEffects, type CompareEffectsDeps } from "../effects/compare.ts";
import type { IsHeld } from "../effects/ids.ts";
import { IN_PLACE_MASK_STEPS } from "../in-place.ts";
import { compileRules, noRules, type RulesInForce } from "../rules/book.ts";
import type { MaskBudget } from "../rules/mask.ts";
import { speaksOf } from "../rules/scope.ts";
import type { Subject } from "../subject.ts";
import { compareOutcomes } from "../verdict.ts";
import { generalised } from "./general.ts";
import type { Mutation, Planted, SamplePair } from "./pair.ts";

export interface TrialDeps extends Omit<JudgeDeps, "rules" | "maskBudget"> {
  readonly isHeld: IsHeld;
  /** Those that have not expired. */
  readonly rules: readonly Rule[];
}

/** What came of a planted mutation. */
export type Trial =
  | { readonly what: Mutation; readonly found: true }
  /** Not tried to the end: masks of this rule take longer than this thread can be held. */
  | { readonly what: Mutation; readonly found: null; readonly rule: string }
  | { readonly what: Mutation; readonly found: false; readonly place: string; readonly hiddenBy: HiddenBy };

/** What kept a mutation from being found: a rule, a class of values, or the comparison itself. */
export type HiddenBy = Exclude<NoiseCause, { by: "twin" }> | { readonly by: "comparison" };

/**
 * Whether the comparison finds a mutation through all rules; null: a rule names the place exactly, and it is not critical:
 * that it is not compared is a decision; or a value near the one before is noise by its class. Pure; never throws.
 */
export function tried(planted: Planted, deps: TrialDeps): Trial | null {
  const { what, place, near = false } = planted;
  const bare = foundThrough(noRules, planted, deps);
  const counting = bare.filter(counts);
  if (counting.length === 0 && near && bare.length > 0) return null;
  if (counting.length === 0) return { what, found: false, place, hiddenBy: causeIn(bare) ?? { by: "comparison" } };
  if (deps.rules.length === 0) return { what, found: true };
  if (counting.every((one) => one.severity !== "critical" && isNamed(one, planted.mutated, deps.rules))) return null;
  const maskBudget: MaskBudget = { left: IN_PLACE_MASK_STEPS };
  const through = foundThrough(inForce(deps.rules, deps), planted, { ...deps, maskBudget });
  if (maskBudget.spentBy !== undefined) return { what, found: null, rule: maskBudget.spentBy };
  if (through.some(counts)) return { what, found: true };
  return { what, found: false, place, hiddenBy: causeIn(through) ?? blinding(planted, deps) };
}

function inForce(rules: readonly Rule[], { at }: TrialDeps): RulesInForce {
  return compileRules(rules).at(at);
}

const counts = ({ severity }: Divergence): boolean => severity !== "noise";

type Judging = Omit<CompareEffectsDeps, "rules">;

/** What is said of the place of a mutation. */
function foundThrough(rules: RulesInForce, { mutated, place }: Planted, deps: Judging): readonly Divergence[] {
  return compared(mutated, { ...deps, rules }).filter(({ path }) => isOnTheWay(generalised(path), place));
}

/** Everything that differs in a pair. */
function compared(pair: SamplePair, deps: CompareEffectsDeps): readonly Divergence[] {
  const { route, itemKind, answers, effects } = pair;
  const found = compareEffects({ route, itemKind, ...effects }, deps);
  if (answers === null) return found;
  const { legacy, candidate, rules } = answers;
  const outcomes = { legacy: answered(legacy), candidate: answered(candidate) };
  const verdict = compareOutcomes({ route, itemKind, ...outcomes, rules, scope: "whole" }, deps);
  return "divergences" in verdict ? [...verdict.divergences, ...found] : found;
}

function answered(answer: Extract<Outcome, { kind: "answered" }>["answer"]): Outcome {
  return { kind: "answered", answer, latencyMs: 0, waitedMs: 0 };
}

/** A change may show further up, as a whole that differs, or further down. */
function isOnTheWay(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`) || place.startsWith(`${path}/`);
}

/** Whether some rule speaks of this place and of no other. */
function isNamed({ path, where }: Divergence, subject: Subject, rules: readonly Rule[]): boolean {
  const general = generalised(path).replaceAll("{*}", "*");
  return rules.some((rule) => rule.path === general && speaksOf(rule, subject, where));
}

function causeIn(divergences: readonly Divergence[]): HiddenBy | null {
  for (const { noise } of divergences) if (noise !== null && noise.by !== "twin") return noise;
  return null;
}

/** A rule may blind without a trace, by what it says of the order of elements: the one without which it is found. */
function blinding(planted: Planted, deps: TrialDeps): HiddenBy {
  const one = deps.rules.find((rule) => {
    const others = deps.rules.filter((each) => each !== rule);
    return rule.action.kind === "unordered" && foundThrough(inForce(others, deps), planted, deps).some(counts);
  });
  return one === undefined ? { by: "comparison" } : { by: "rule", rule: one.id };
}
