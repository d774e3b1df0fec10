import type { Link, SpanContext } from "@opentelemetry/api";
import type { Divergence, ExchangeRecord } from "../model/index.ts";

/** The trace in which a divergence of a signature was first found, by whatever instance; null: it is not known, or was not exported. */
export type FirstOf = (signature: string) => Promise<SpanContext | null>;

/** Where a divergence of each signature was first exported: what the spans of later ones link to. */
export class Firsts {
  readonly #limit: number;
  readonly #firstOf: FirstOf | null;
  readonly #spans = new Map<string, SpanContext>();
  readonly #asked = new Map<string, Promise<void>>();

  /** Signatures beyond `limit` have no first one. `firstOf` null: nothing is known of what was before. */
  constructor(firstOf: FirstOf | null = null, limit = 1_000) {
    this.#firstOf = firstOf;
    this.#limit = limit;
  }

  /** Resolves once it is known where the groups of its divergences were first found; null: it is. */
  lookUp({ items }: ExchangeRecord): Promise<unknown> | null {
    if (this.#firstOf === null) return null;
    const waits: Promise<void>[] = [];
    for (const { divergences } of items) {
      for (const { signature } of divergences) {
        const asked = this.#spans.has(signature) ? undefined : this.#ask(signature, this.#firstOf);
        if (asked !== undefined) waits.push(asked);
      }
    }
    return waits.length === 0 ? null : Promise.all(waits);
  }

  /** From a span that bears these divergences, one for each span that it links to; it is the first one of all others. */
  linksFrom(span: SpanContext, divergences: readonly Divergence[]): Link[] {
    const known = new Map<SpanContext, Set<string>>();
    for (const { signature } of divergences) {
      const first = this.#spans.get(signature);
      if (first === undefined) this.#learn(signature, span);
      else if (first !== span && first.traceId !== span.traceId) {
        known.set(first, (known.get(first) ?? new Set()).add(signature));
      }
    }
    return [...known].map(([context, signatures]) => ({ context, attributes: { signatures: [...signatures] } }));
  }

  #learn(signature: string, span: SpanContext): void {
    if (this.#spans.size < this.#limit) this.#spans.set(signature, span);
  }

  /** Once for each signature, while there is room for the answer; undefined: there is none, or it was asked and nobody knew. */
  #ask(signature: string, firstOf: FirstOf): Promise<void> | undefined {
    const before = this.#asked.get(signature);
    if (before !== undefined || this.#asked.size >= this.#limit) return before;
    const answer = async (): Promise<void> => {
      const first = await firstOf(signature).catch(() => null);
      if (first !== null) this.#learn(signature, first);
    };
    const asked = answer();
    this.#asked.set(signature, asked);
    return asked;
  }
}
