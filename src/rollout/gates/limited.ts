import type { Gate, GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import { resultOf } from "./result.ts";

export interface Limited {
  /** What was found, without a full stop. */
  readonly text: string;
  readonly figures: Readonly<Record<string, number>>;
  /** `shy`: over the limit, on too little to count. */
  readonly holds: boolean | "shy";
}

/** A figure against its limit: FAIL where it did not hold so many checkpoints in a row. */
export function judgeLimited(
  gate: Extract<Gate, { readonly consecutive: number }>,
  context: GateContext,
  { text, figures, holds }: Limited,
): GateResult {
  if (holds === true) return resultOf(gate, { verdict: "PASS", text, figures });
  if (holds === "shy") return resultOf(gate, { verdict: "WARN", text: `${text}, too few to count it`, figures });
  const failures = new Map(Object.entries(context.failuresInARow));
  const inARow = (failures.get(gate.name) ?? 0) + 1;
  const often = gate.consecutive > 1 ? `, ${inARow} of ${gate.consecutive} in a row` : "";
  return resultOf(gate, {
    verdict: inARow >= gate.consecutive ? "FAIL" : "WARN",
    text: text + often,
    figures: { ...figures, inARow },
  });
}
