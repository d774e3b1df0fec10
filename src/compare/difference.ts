import type { Json } from "./json.ts";
import { jsonType } from "./json.ts";
import type { Path } from "./path.ts";

/** What the two sides have at a place; undefined is absence. */
export interface Pairing {
  readonly path: Path;
  readonly legacy: Json | undefined;
  readonly candidate: Json | undefined;
}

/** One difference between two documents. */
export interface Difference extends Pairing {
  readonly kind: "added" | "removed" | "changed" | "type";
}

/** `pairing` is known to be unequal. */
export function differenceOf({ path, legacy, candidate }: Pairing): Difference {
  return { path, kind: kindOf(legacy, candidate), legacy, candidate };
}

function kindOf(legacy: Json | undefined, candidate: Json | undefined): Difference["kind"] {
  if (legacy === undefined) return "added";
  if (candidate === undefined) return "removed";
  return jsonType(legacy) === jsonType(candidate) ? "changed" : "type";
}
