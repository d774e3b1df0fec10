import type { RegistryEvent } from "./event.ts";

/** What does not work, told once until it is something else or works again (null). */
export type TellProblem = (operation: string, text: string | null) => void;

export function createProblems(onEvent: (event: RegistryEvent) => void): TellProblem {
  const told = new Map<string, string>();
  return (operation, text) => {
    if (text === null) {
      told.delete(operation);
      return;
    }
    if (told.get(operation) === text) return;
    told.set(operation, text);
    onEvent({ kind: "problem", operation, text });
  };
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
