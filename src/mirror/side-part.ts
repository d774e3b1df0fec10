import { headerValue, timingFields } from "../http/index.ts";
import type { Outcome, Route, Side } from "../model/index.ts";
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

/** Stands in for what has given back its memory: nothing of the call hangs on it any more. */
export const released = (): void => undefined;

/** For as long as effects are waited for: what is needed no more is let go of. */
export function withoutBody(outcome: Outcome, { versions }: Pick<Route, "versions">): Outcome {
  if (outcome.kind === "failed") return outcome;
  const { rawHeaders } = outcome.answer;
  const name = versions !== null && "header" in versions ? versions.header : null;
  const version = name === null ? null : headerValue(rawHeaders, name);
  const named = name === null || version === null ? [] : [name, version];
  return { ...outcome, answer: { ...outcome.answer, rawHeaders: [...timingFields(rawHeaders), ...named], body: null } };
}
