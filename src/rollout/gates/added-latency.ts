import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { resultOf } from "./result.ts";
import { judgeTested } from "./tested.ts";
import { span } from "./words.ts";

/** Of a 95th percentile: so many may be above it. */
const BUDGET = 0.05;

export function judgeAddedLatency(gate: GateOf<"addedLatency">, context: GateContext): GateResult {
  const { lateMs } = context.rollout.limits;
  if (lateMs !== null && lateMs !== gate.maxMs) {
    const text = `items are counted late above ${span(lateMs)}, and the gate asks for ${span(gate.maxMs)}`;
    return resultOf(gate, { verdict: "ERROR", text, figures: { maxMs: gate.maxMs, lateMs } });
  }
  return judgeTested(gate, context, ({ cells }) => [
    {
      kind: "budget",
      name: "",
      what: `with a latency that grew by more than ${span(gate.maxMs)}`,
      bad: cells("pairs", "late"),
      all: cells("pairs", "timed"),
      budget: BUDGET,
      spare: 0,
      proves: true,
    },
  ]);
}
