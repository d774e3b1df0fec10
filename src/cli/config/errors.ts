/** Where a setting was given. Lines and columns count from 1. */
export type Place =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "file"; readonly file: string; readonly line: number; readonly column: number };

/** One thing that is wrong. `text` carries nothing secret or personal. */
export interface Problem {
  readonly place: Place;
  readonly text: string;
}

/** What is said while a configuration is read; only the loader decides what follows from it. */
export interface Findings {
  readonly problems: Problem[];
  readonly warnings: string[];
}

/** Everything that is wrong with a configuration, each thing once: variables first, then files from top to bottom. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const byLine = new Map(problems.toSorted(byPlace).map((problem) => [showProblem(problem), problem]));
    const count = byLine.size === 1 ? "1 setting is" : `${byLine.size} settings are`;
    super([`Cannot start with this configuration: ${count} wrong`, ...byLine.keys()].join("\n  "));
    this.problems = [...byLine.values()];
  }
}

export function variable(name: string): Place {
  return { kind: "variable", name };
}

/** Whether a variable is known to be wrong already: what follows from that needs no saying. */
export function isWrong(name: string, { problems }: Findings): boolean {
  return problems.some(({ place }) => place.kind === "variable" && place.name === name);
}

/** `FILE line 3, column 5: ...` */
export function showProblem({ place, text }: Problem): string {
  const where = place.kind === "variable" ? place.name : `${place.file} line ${place.line}, column ${place.column}`;
  return `${where}: ${text}`;
}

/** Variables first, then files from top to bottom. */
export function byPlace({ place: a }: Problem, { place: b }: Problem): number {
  if (a.kind === "variable" || b.kind === "variable") {
    return Number(a.kind === "file") - Number(b.kind === "file");
  }
  return a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;
}
