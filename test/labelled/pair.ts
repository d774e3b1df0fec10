/** How labelled pairs are written down: what two sides did for one item, and what a person says of it. */
import type { Rule } from "../../src/model/index.ts";
import type { Done } from "./calls.ts";

/** An answer as a side gave it. */
export interface Given {
  readonly status?: number;
  /** null: no `Content-Type`. */
  readonly type?: string | null;
  /** Further fields: name, value, name, value. */
  readonly headers?: readonly string[];
  readonly body?: string | Buffer | null;
}

/** What one side did; an answer that is not given is an empty 200. */
export interface Deed {
  readonly answer?: Given | "timeout" | undefined;
  readonly done?: readonly Done[];
}

export interface Labelled {
  readonly name: string;
  readonly legacy: Deed;
  readonly candidate: Deed;
  /**
   * What differs, each as `severity kind path`, with `noise(class)` for the severity of what says nothing. Hidden names are
   * `{}`. Nothing: the two match; nothing but noise: they are `noise`; else they are divergent.
   */
  readonly found: readonly string[];
  /** In force; usually none. A rule's noise is `noise(rule)`. */
  readonly rules?: readonly Rule[];
}

type Found = readonly string[];

/** Two answers. */
export function answers(name: string, [legacy, candidate]: readonly [Deed["answer"], Deed["answer"]], ...found: Found) {
  return { name, legacy: { answer: legacy }, candidate: { answer: candidate }, found } satisfies Labelled;
}

/** Two bodies of one type, answered alike. */
export function bodies(
  name: string,
  type: string,
  [legacy, candidate]: readonly [string | Buffer, string | Buffer],
  ...found: Found
): Labelled {
  return answers(
    name,
    [
      { type, body: legacy },
      { type, body: candidate },
    ],
    ...found,
  );
}

/** Two JSON documents. */
export function json(name: string, [legacy, candidate]: readonly [unknown, unknown], ...found: Found): Labelled {
  return written(name, [JSON.stringify(legacy), JSON.stringify(candidate)], ...found);
}

/** Two JSON documents as they are written. */
export function written(name: string, texts: readonly [string, string], ...found: Found): Labelled {
  return bodies(name, "application/json", texts, ...found);
}

/** What two sides did outside, answering alike. */
export function outside(
  name: string,
  [legacy, candidate]: readonly [readonly Done[], readonly Done[]],
  ...found: Found
) {
  return { name, legacy: { done: legacy }, candidate: { done: candidate }, found } satisfies Labelled;
}
