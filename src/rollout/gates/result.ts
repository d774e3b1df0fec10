import type { Gate, GateResult, GateVerdict } from "../gate.ts";

export interface Said {
  readonly verdict: GateVerdict;
  readonly text: string;
  readonly figures?: Readonly<Record<string, number | null>>;
  readonly missing?: number | null;
}

/** What cannot be said in JSON is left out of the figures. */
export function resultOf(gate: Gate, { verdict, text, figures = {}, missing = null }: Said): GateResult {
  const said = Object.entries(figures).filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
  return {
    gate: gate.name,
    type: gate.type,
    verdict,
    text,
    figures: Object.fromEntries(said),
    missing,
    expected: false,
  };
}
