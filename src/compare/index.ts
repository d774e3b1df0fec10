/**
 * Says whether two sides did the same for an item: outcomes and rules in, a verdict out; effects in, divergences out.
 * Pure and synchronous; never throws (that two outcomes cannot be compared is a verdict too), never reveals a value.
 */
export { compareEffects, isComplete } from "./effects/compare.ts";
export type { CompareEffectsDeps, EffectLists } from "./effects/compare.ts";
export { matchEffects } from "./effects/match.ts";
export type { Duplicated, EffectPair, Matched } from "./effects/match.ts";
export { translations } from "./effects/translations.ts";
export type { Translation } from "./effects/translations.ts";
export { createCompare } from "./remember.ts";
export { compareOutcomes } from "./verdict.ts";
export type { CompareDeps, Pair } from "./verdict.ts";
export { comparesInPlace, IN_PLACE_BYTES } from "./in-place.ts";
export { createKeyedHash } from "./keyed-hash.ts";
export type { KeyedHash } from "./keyed-hash.ts";
export type { NotComparableReason } from "./not-comparable.ts";
