/**
 * What a flag says for a shopper, and what the flags of a route make of a delivery (SPEC 2 and 3). In go flags as they
 * are written, stored or set in the environment; out come decisions, with their reasons. Pure but for the cell, which
 * holds the snapshot in force: no I/O, no clock, no randomness. Deciding never waits and never throws, and shadow and
 * dual-run are never off but by a value that says so.
 */
export type { Flag, FlagDefinition } from "./flag.ts";
export { unsetFlag } from "./flag.ts";
export type { Problem } from "./problem.ts";
export type { CompiledFlag, FlagSource } from "./compile.ts";
export { compileFlag } from "./compile.ts";
export type { Decision, Reason } from "./decide.ts";
export { decide } from "./decide.ts";
export type { ResolvedFlag } from "./layers.ts";
export { resolveFlags } from "./layers.ts";
export { roleProblems } from "./roles.ts";
export type { Snapshot } from "./snapshot.ts";
export { createSnapshot } from "./snapshot.ts";
export { decideKey } from "./ask.ts";
export type { ModeDecision } from "./mode.ts";
export { decideMode } from "./mode.ts";
export { cutoverPossible, reachableModes } from "./reach.ts";
export type { Environment, EnvironmentFlags } from "./env.ts";
export { flagsFromEnv } from "./env.ts";
export type { FlagCell } from "./cell.ts";
export { createFlagCell } from "./cell.ts";
