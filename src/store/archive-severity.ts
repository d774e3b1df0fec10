import type { Severity } from "../model/index.ts";

/** By what a severity is kept as: the graver, the greater. */
export const severities: readonly Severity[] = ["noise", "minor", "major", "critical"];
