import type { Answer, CompareRules, Effect } from "../../model/index.ts";
import type { Subject } from "../subject.ts";

/** What two sides did for one item, found to be the same. */
export interface SamplePair extends Subject {
  /** null: only what they did outside is looked at. */
  readonly answers: SampleAnswers | null;
  readonly effects: SampleEffects;
}

export interface SampleAnswers {
  readonly legacy: Answer;
  readonly candidate: Answer;
  readonly rules: CompareRules;
}

export interface SampleEffects {
  readonly legacy: readonly Effect[];
  readonly candidate: readonly Effect[];
}

/** What can be done to a side so that it is no longer the same. */
export const mutations = [
  "status-changed",
  "header-changed",
  "value-changed",
  "field-dropped",
  "element-added",
  "send-removed",
  "send-duplicated",
  "recipient-swapped",
  "text-changed",
  "order-turned",
  "effect-removed",
] as const;

export type Mutation = (typeof mutations)[number];

/** A pair whose candidate does one thing otherwise. */
export interface Planted {
  readonly mutated: SamplePair;
  readonly what: Mutation;
  /** Where it is to be found, or below: a divergence's path without indexes and hidden names. */
  readonly place: string;
  /** A time about now may have become another one, which is noise. */
  readonly near?: boolean;
}

/** Somewhere a mutation can be planted; made up only when it is. */
export interface Site {
  readonly what: Mutation;
  plant(): Planted;
}
