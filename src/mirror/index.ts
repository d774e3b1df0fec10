/**
 * The shadow side: follows deliveries, calls the candidate, has the pair compared, and accounts for every item. Bounded
 * everywhere and droppable at any moment; what happens here never reaches an answer.
 */
export { createJudge, legacyAlone, type AnsweredItems, type Taken } from "./judge.ts";
export { createMirror, type Mirror, type MirrorDeps, type Pair } from "./mirror.ts";
export type { Following } from "./following.ts";
export type { AwaitEffects, ItemEffects } from "./following-deps.ts";
export type { SidePart } from "./side-part.ts";
export { awaitsEffects } from "./settling.ts";
export type { Settled } from "./settling.ts";
export { callShadow, type Called } from "./shadow-call.ts";
export { createDrift, startsDrift, type Drift } from "./drift.ts";
export { createSeen, type Seen } from "./seen.ts";
export { createSilence, type Silence } from "./silence.ts";
export type { SentMessages } from "./statuses.ts";
