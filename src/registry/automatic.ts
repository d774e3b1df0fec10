import type { Actor } from "./audit.ts";

/** What the registry does by itself. */
export const AUTOMATIC: Actor = { kind: "automatic", name: "registry" };
