import type { Divergence, ItemRecord } from "../../../model/index.ts";

/** One step from legacy's document to the candidate's (RFC 6902), with what stands for a value that is not kept. */
export interface Step {
  readonly op: "add" | "remove" | "replace";
  readonly path: string;
  /** What was there. */
  readonly was?: string | number;
  readonly value?: string | number;
}

/** What would make the candidate's answer and effects of legacy's; what is ignored is left out. */
export function patchOf({ divergences }: Pick<ItemRecord, "divergences">): readonly Step[] {
  return divergences.filter(({ noise }) => noise === null).map(stepOf);
}

function stepOf(divergence: Divergence): Step {
  const { path, kind } = divergence;
  const [was, value] = [shownOf(divergence, "legacy"), shownOf(divergence, "candidate")];
  switch (kind) {
    case "added":
    case "extra":
    case "legacy-failed":
      return { op: "add", path, value };
    case "removed":
    case "missing":
    case "failed":
      return { op: "remove", path, was };
    case "changed":
    case "type":
    case "duplicated":
    case "reordered":
      return { op: "replace", path, was, value };
  }
}

/** A value as it is kept, or its type, length and hash. */
function shownOf(divergence: Divergence, side: "legacy" | "candidate"): string | number {
  const kept = divergence.values?.[side];
  if (kept !== undefined && kept !== null) return kept;
  const value = divergence[side];
  if (typeof value === "number") return value;
  const { type, length, hash } = value;
  return `<${[type, length, hash && `#${hash}`].filter((part) => part !== undefined).join(" ")}>`;
}

/** As a JSON document, one step a line. */
export function patchText(steps: readonly Step[]): string {
  if (steps.length === 0) return "[]";
  const lines = steps.flatMap(({ was, ...step }) => {
    const test = was === undefined ? [] : [{ op: "test", path: step.path, value: was }];
    return [...test, step].map((one) => `  ${JSON.stringify(one)}`);
  });
  return `[\n${lines.join(",\n")}\n]\n`;
}
