import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { judgeLimited } from "./limited.ts";
import { resultOf } from "./result.ts";
import { percent } from "./words.ts";

/** A share of what should have been done, known from outside the evidence: coverage of the ledger, sensitivity of the comparison. */
export function judgeShare(gate: GateOf<"coverage" | "sensitivity">, context: GateContext): GateResult {
  const value = context.surroundings[gate.type];
  const what = gate.type === "coverage" ? "of items to be compared were" : "of planted differences were found";
  if (value === null || !(value >= 0 && value <= 1)) {
    return resultOf(gate, { verdict: "INCONCLUSIVE", text: `it is not known how many ${what}` });
  }
  const text = `${percent(value)} ${what}, at least ${percent(gate.min)}`;
  return judgeLimited(gate, context, { text, figures: { value, min: gate.min }, holds: value >= gate.min });
}
