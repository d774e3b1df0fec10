import { en, pt, say } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { judgeLimited } from "./limited.ts";
import { resultOf } from "./result.ts";

/** A share of what should have been done, known from outside the evidence: coverage of the ledger, sensitivity of the comparison. */
export function judgeShare(gate: GateOf<"coverage" | "sensitivity">, context: GateContext): GateResult {
  const value = context.surroundings[gate.type];
  const what =
    gate.type === "coverage"
      ? say("of items to be compared were", "dos itens a comparar foram comparados")
      : say("of planted differences were found", "das diferenças plantadas foram encontradas");
  if (value === null || !(value >= 0 && value <= 1)) {
    return resultOf(gate, {
      verdict: "INCONCLUSIVE",
      said: say(`it is not known how many ${what.text}`, `não se sabe quanto ${what.pt}`),
    });
  }
  const said = say(
    `${en.percent(value)} ${what.text}, at least ${en.percent(gate.min)}`,
    `${pt.percent(value)} ${what.pt}, no mínimo ${pt.percent(gate.min)}`,
  );
  return judgeLimited(gate, context, { said, figures: { value, min: gate.min }, holds: value >= gate.min });
}
