import { hash } from "node:crypto";
import type { DivergenceKind } from "../model/index.ts";

/** What makes two divergences the same one seen again. Nothing in it is personal, so no key. */
export interface SignatureParts {
  readonly route: string;
  readonly itemKind: string;
  readonly where: "answer" | "effect";
  /** Path without indexes and hidden names. */
  readonly general: string;
  readonly kind: DivergenceKind;
  /** Class of change. */
  readonly change: string;
}

/** The same few divergences come up again and again; the oldest are forgotten first. */
const MAX_KNOWN = 4096;
const known = new Map<string, string>();

/** SHA-256 of the parts, cut to 16 hex digits. */
export function signatureOf({ route, itemKind, where, general, kind, change }: SignatureParts): string {
  // None of the parts can contain a line feed but a route's name, which comes first and is the operator's own.
  const text = `${route}\n${itemKind}\n${where}\n${general}\n${kind}\n${change}`;
  const cached = known.get(text);
  if (cached !== undefined) return cached;
  const signature = hash("sha256", text, "hex").slice(0, 16);
  if (known.size >= MAX_KNOWN) forgetOldest();
  known.set(text, signature);
  return signature;
}

function forgetOldest(): void {
  for (const text of known.keys()) {
    known.delete(text);
    return;
  }
}
