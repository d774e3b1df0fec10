import type { Node } from "./json.ts";
import { nodeType } from "./json.ts";
import type { Path } from "./path.ts";

/** What the two sides have at a place; undefined is absence. */
export interface Pairing {
  readonly path: Path;
  readonly legacy: Node | undefined;
  readonly candidate: Node | undefined;
}

/** One difference between two documents. */
export interface Difference extends Pairing {
  readonly kind: "added" | "removed" | "changed" | "type";
}

/** `pairing` is known to be unequal. */
export function differenceOf({ path, legacy, candidate }: Pairing): Difference {
  return { path, kind: kindOf(legacy, candidate), legacy, candidate };
}

function kindOf(legacy: Node | undefined, candidate: Node | undefined): Difference["kind"] {
  if (legacy === undefined) return "added";
  if (candidate === undefined) return "removed";
  return nodeType(legacy) === nodeType(candidate) ? "changed" : "type";
}
