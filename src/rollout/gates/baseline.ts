import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { wilson } from "../../stats/index.ts";
import { resultOf } from "./result.ts";
import { judgeTested } from "./tested.ts";

/** Legacy now against legacy then, whose own rate is known from so many cells only: the budget is as high as it may have been. */
export function judgeBaseline(gate: GateOf<"baseline">, context: GateContext): GateResult {
  const { baseline } = context.rollout;
  if (baseline === null || !(baseline.cells > 0)) {
    return resultOf(gate, { verdict: "INCONCLUSIVE", text: "no baseline was recorded" });
  }
  const then = wilson(baseline.failedCells, baseline.cells).to;
  return judgeTested(gate, context, ({ cells }) => [
    {
      kind: "budget",
      name: "",
      what: "that legacy answered were failing",
      bad: cells("served-legacy", "failed"),
      all: cells("served-legacy", "item"),
      budget: then,
      spare: gate.minEffect,
      proves: true,
    },
  ]);
}
