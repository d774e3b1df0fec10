import { isUtf8 } from "node:buffer";
import { parseJson } from "../lib/exact-json.ts";
import type { AlignmentAt } from "./align.ts";
import type { Pairing } from "./difference.ts";
import { NoJson, QUOTE, textIn } from "./json-scan.ts";
import type { Node } from "./json.ts";
import type { Path } from "./path.ts";
import { NOTHING, placesIn, type Span } from "./side-by-side.ts";

/** Two bodies at one place. */
export interface Bodies {
  readonly path: Path;
  readonly legacy: Buffer;
  readonly candidate: Buffer;
}

/**
 * The values below which all differences of two JSON documents are, read; null: one is no JSON in UTF-8, or nests too deep.
 * What is written alike is never made a value. `diff` finds in these values what it finds in the documents.
 */
export function unequalValues({ path, legacy, candidate }: Bodies, alignmentAt: AlignmentAt): Pairing[] | null {
  if (!isUtf8(legacy) || !isUtf8(candidate)) return null;
  try {
    return placesIn([legacy, candidate], path, alignmentAt).map(({ at, ours, theirs }) => ({
      path: at,
      legacy: valueIn(legacy, ours),
      candidate: valueIn(candidate, theirs),
    }));
  } catch (error) {
    if (error instanceof NoJson) return null;
    throw error;
  }
}

function valueIn(bytes: Buffer, span: Span): Node | undefined {
  if (span === NOTHING) return undefined;
  const [start, end] = span;
  return bytes[start] === QUOTE ? textIn(bytes, start, end) : parseJson(bytes.toString("utf8", start, end));
}
