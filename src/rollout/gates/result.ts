import type { Sentence } from "../../lib/sentence.ts";
import type { Gate, GateResult, GateVerdict } from "../gate.ts";

/** By name; what is not known is null. */
export type Figures = Readonly<Record<string, number | null>>;

export interface Said {
  readonly verdict: GateVerdict;
  readonly said: Sentence;
  readonly figures?: Figures;
  readonly missing?: number | null;
}

/** What cannot be said in JSON is left out of the figures. */
export function resultOf(gate: Gate, { verdict, said, figures = {}, missing = null }: Said): GateResult {
  return {
    gate: gate.name,
    type: gate.type,
    verdict,
    ...said,
    figures: known(figures),
    missing,
    expected: false,
  };
}

export function known(figures: Figures): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(figures).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}
