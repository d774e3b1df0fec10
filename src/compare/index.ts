/**
 * Says whether two sides did the same for an item: outcomes and rules in, a verdict out; effects in, divergences out; both,
 * and what was known before, into how the item ends.
 * Pure and synchronous; never throws (that two outcomes cannot be compared is a verdict too), never reveals a value.
 */
export { compareEffects, isComplete } from "./effects/compare.ts";
export { comparesEffectsInPlace } from "./effects/in-place.ts";
export type { CompareEffectsDeps, EffectLists } from "./effects/compare.ts";
export { matchEffects } from "./effects/match.ts";
export type { Duplicated, EffectPair, Matched } from "./effects/match.ts";
export { translations } from "./effects/translations.ts";
export type { Translation } from "./effects/translations.ts";
export { conclude } from "./conclude.ts";
export type { Concluded, Known } from "./conclude.ts";
export { verdictOf } from "./divergence.ts";
export type { JudgeDeps } from "./divergence.ts";
export { createCompare } from "./remember.ts";
export { compileRules, expiredRules, noRules } from "./rules/book.ts";
export type { RuleBook, RulesInForce } from "./rules/book.ts";
export { wrongPattern } from "./rules/mask.ts";
export { wouldHide } from "./rules/would-hide.ts";
export type { Stored, WouldHide } from "./rules/would-hide.ts";
export type { Subject } from "./subject.ts";
export { plant, sitesOf } from "./self-test/plant.ts";
export type { SamplePair } from "./self-test/pair.ts";
export { createScore } from "./self-test/score.ts";
export type { Report } from "./self-test/score.ts";
export { syntheticPairs } from "./self-test/synthetic.ts";
export { tried } from "./self-test/trial.ts";
export type { Trial, TrialDeps } from "./self-test/trial.ts";
export { compareOutcomes } from "./verdict.ts";
export type { Pair } from "./verdict.ts";
export { comparesInPlace, IN_PLACE_BYTES, IN_PLACE_MASK_STEPS } from "./in-place.ts";
export { keepingOf } from "./kept-values.ts";
export type { Keeping } from "./kept-values.ts";
export { createKeyedHash } from "./keyed-hash.ts";
export type { KeyedHash } from "./keyed-hash.ts";
export type { NotComparableReason } from "./not-comparable.ts";
export type { TwinKnown, TwinNoise } from "./twin-noise.ts";
export { createTwinNoise } from "./twin-noise.ts";
export { pathTest } from "./rules/scope.ts";
