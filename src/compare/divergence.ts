import type { Divergence } from "../model/index.ts";
import type { Place } from "./path.ts";
import { signatureOf } from "./signature.ts";

/** A verdict holds at most this many, and is exact up to it; what lies beyond is not looked for. */
export const MAX_DIVERGENCES = 1000;

/** Records keep the first 100 divergences of an item; hashing the rest, seen by nobody, would double the cost. */
export const MAX_HASHED = 100;

/** Whose divergences are being written down. */
export interface Subject {
  readonly route: string;
  readonly itemKind: string;
}

/** A difference of two sides, redacted and judged but not yet signed. */
export interface Finding extends Pick<Divergence, "kind" | "severity" | "legacy" | "candidate"> {
  readonly place: Place;
}

export function sign(
  { route, itemKind }: Subject,
  { place, kind, severity, legacy, candidate }: Finding,
  where: Divergence["where"] = "answer",
): Divergence {
  const signature = signatureOf({ route, itemKind, where, general: place.general, kind });
  return { where, path: place.pointer, kind, severity, signature, legacy, candidate };
}
