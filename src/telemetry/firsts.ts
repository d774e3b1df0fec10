import type { Link, SpanContext } from "@opentelemetry/api";
import type { Divergence } from "../model/index.ts";

/** Where a divergence of each signature was first exported, as long as this lives: what the spans of later ones link to. */
export class Firsts {
  readonly #limit: number;
  readonly #spans = new Map<string, SpanContext>();

  /** Signatures beyond `limit` have no first one. */
  constructor(limit = 1_000) {
    this.#limit = limit;
  }

  /** From a span that bears these divergences, one for each span that it links to; it is the first one of all others. */
  linksFrom(span: SpanContext, divergences: readonly Divergence[]): Link[] {
    const known = new Map<SpanContext, Set<string>>();
    for (const { signature } of divergences) {
      const first = this.#spans.get(signature);
      if (first === undefined) {
        if (this.#spans.size < this.#limit) this.#spans.set(signature, span);
      } else if (first !== span) {
        known.set(first, (known.get(first) ?? new Set()).add(signature));
      }
    }
    return [...known].map(([context, signatures]) => ({ context, attributes: { signatures: [...signatures] } }));
  }
}
