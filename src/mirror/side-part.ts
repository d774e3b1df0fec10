import { timingFields } from "../http/index.ts";
import type { Outcome, Side } from "../model/index.ts";
import type { Errand } from "../proxy/index.ts";

/** A side's call as the record shows it. */
export interface SidePart {
  readonly side: Side;
  /** What it was asked; null: the delivery as it came, before anything was judged. */
  readonly errand: Errand | null;
  readonly spanId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
}

/** For as long as effects are waited for: what is needed no more is let go of. */
export function withoutBody(outcome: Outcome): Outcome {
  return outcome.kind === "failed"
    ? outcome
    : { ...outcome, answer: { ...outcome.answer, rawHeaders: timingFields(outcome.answer.rawHeaders), body: null } };
}
