import { en, pt, say } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { resultOf } from "./result.ts";
import { judgeTested } from "./tested.ts";

/** Of a 95th percentile: so many may be above it. */
const BUDGET = 0.05;

export function judgeAddedLatency(gate: GateOf<"addedLatency">, context: GateContext): GateResult {
  const { lateMs } = context.rollout.limits;
  if (lateMs !== null && lateMs !== gate.maxMs) {
    const said = say(
      `items are counted late above ${en.span(lateMs)}, and the gate asks for ${en.span(gate.maxMs)}`,
      `os itens contam como tardios acima de ${pt.span(lateMs)}, e o gate pergunta por ${pt.span(gate.maxMs)}`,
    );
    return resultOf(gate, { verdict: "ERROR", said, figures: { maxMs: gate.maxMs, lateMs } });
  }
  return judgeTested(gate, context, ({ cells }) => [
    {
      kind: "budget",
      name: "",
      what: say(
        `with a latency that grew by more than ${en.span(gate.maxMs)}`,
        `com uma latência que cresceu mais de ${pt.span(gate.maxMs)}`,
      ),
      bad: cells("pairs", "late"),
      all: cells("pairs", "timed"),
      budget: BUDGET,
      spare: 0,
      proves: true,
    },
  ]);
}
