import { say, type Sentence } from "../../lib/sentence.ts";
import type { Gate, GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import { resultOf, type Figures } from "./result.ts";

export interface Limited {
  /** What was found, without a full stop. */
  readonly said: Sentence;
  readonly figures: Figures;
  /** `shy`: over the limit, on too little to count. */
  readonly holds: boolean | "shy";
}

/** A figure against its limit: FAIL where it did not hold so many checkpoints in a row, each with a window of its own. */
export function judgeLimited(
  gate: Extract<Gate, { readonly consecutive: number }>,
  context: GateContext,
  { said, figures, holds }: Limited,
): GateResult {
  if (holds === true) return resultOf(gate, { verdict: "PASS", said, figures });
  if (holds === "shy") {
    const shy = say(`${said.text}, too few to count it`, `${said.pt}, poucos demais para contar`);
    return resultOf(gate, { verdict: "WARN", said: shy, figures });
  }
  const failures = new Map(Object.entries(context.failuresInARow));
  const inARow = (failures.get(gate.name) ?? 0) + (context.overlapping.has(gate.name) ? 0 : 1);
  const { consecutive } = gate;
  const often = say(
    `${said.text}, ${inARow} of ${consecutive} in a row`,
    `${said.pt}, ${inARow} de ${consecutive} seguidos`,
  );
  return resultOf(gate, {
    verdict: inARow >= consecutive ? "FAIL" : "WARN",
    said: consecutive > 1 ? often : said,
    figures: { ...figures, inARow },
  });
}
