import { say } from "../../lib/sentence.ts";
import { wilson } from "../../stats/index.ts";
import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import type { Question } from "./question.ts";
import { resultOf } from "./result.ts";
import { judgeTested } from "./tested.ts";

/** Above legacy's p95 of then: twice as many as then. What is less an hour of the day may make of it. */
const SLOW = 0.1;

/** Legacy now against legacy then, whose own rate is known from so many cells only: the budget is as high as it may have been. */
export function judgeBaseline(gate: GateOf<"baseline">, context: GateContext): GateResult {
  const { baseline, limits } = context.rollout;
  if (baseline === null || !(baseline.cells > 0)) {
    return resultOf(gate, {
      verdict: "INCONCLUSIVE",
      said: say("no baseline was recorded", "nenhum baseline foi registrado"),
    });
  }
  const then = wilson(baseline.failedCells, baseline.cells).to;
  return judgeTested(gate, context, ({ cells }) => {
    const all = cells("served-legacy", "item");
    const common = { kind: "budget", all, spare: gate.minEffect } as const;
    const failing: Question = {
      ...common,
      name: "",
      what: say("that legacy answered were failing", "respondidas pelo legacy com falha"),
      bad: cells("served-legacy", "failed"),
      budget: then,
      proves: true,
    };
    const slow: Question = {
      ...common,
      name: "slow",
      what: say(
        "that legacy answered were slower than its p95 then",
        "respondidas pelo legacy mais lentas que o p95 de então",
      ),
      bad: cells("served-legacy", "slow"),
      budget: SLOW,
      proves: false,
    };
    return limits.slowMs === baseline.p95Ms ? [failing, slow] : [failing];
  });
}
