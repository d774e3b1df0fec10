/**
 * Configuration: the environment (SPEC 4) and the file go in, one plain `Config` comes out, or one `ConfigError` that
 * names everything wrong, where it is, what it is and what it must be. Where both say the same thing the environment
 * wins. What other threads need of it they take from the files beside this one: reading all of it here costs each of them
 * some 100 ms of CPU. Opens no files but through `readFile`, never reads `process`, and never shows a secret or a person's id.
 */
export { loadConfig } from "./load.ts";
export { ConfigError } from "./errors.ts";
export { describe } from "./describe.ts";
export { showProblem } from "./errors.ts";
export type { Config, ProfileName, RouteConfig, UpstreamConfig } from "./types.ts";
