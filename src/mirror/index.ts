/**
 * The shadow side: follows deliveries, calls the candidate, has the pair compared, and accounts for every item. Bounded
 * everywhere and droppable at any moment; what happens here never reaches an answer.
 */
export { createJudge, createVerify } from "./judge.ts";
export { createMirror, type Mirror, type MirrorDeps, type Pair } from "./mirror.ts";
export type { Following, Settled, SidePart } from "./following.ts";
