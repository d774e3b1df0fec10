/**
 * Configuration: the environment (SPEC 4) and the file go in, one plain `Config` comes out, or one `ConfigError` that
 * names everything wrong, where it is, what it is and what it must be. Where both say the same thing the environment
 * wins. Opens no files but through `readFile`, never reads `process`, and never shows a secret or a person's id.
 */
export { loadConfig } from "./load.ts";
export { ConfigError } from "./errors.ts";
export { describe } from "./describe.ts";
export { sendsUnheld } from "./sends.ts";
export { parseRule, writtenRule } from "./written-rule.ts";
export type { ReadPlan, SoundPlan } from "./plans.ts";
export { plansFolder, readPlan, readPlans, sentPlanText } from "./plans.ts";
export { showProblem } from "./errors.ts";
export type { Config, ProfileName, RouteConfig, UpstreamConfig } from "./types.ts";
