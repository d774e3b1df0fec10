import type { SombraEvent } from "../../telemetry/index.ts";

/** The name of an error, not its message, which may quote what was being handled. */
export function problemLine(operation: string, error: unknown): SombraEvent {
  return { event: "problem", operation, error: error instanceof Error ? error.name : typeof error };
}
