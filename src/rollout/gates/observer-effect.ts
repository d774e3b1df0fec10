import { say } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import { cohortQuestions, type TwoCohorts } from "./cohort-questions.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { judgeTested } from "./tested.ts";

const cohorts: TwoCohorts = {
  ours: "pairs",
  theirs: "held-out",
  what: say("compared, in which legacy was", "comparadas, do legacy,"),
  whatElse: say("held out", "deixadas de fora"),
};

/** Whether legacy suffers from being compared: against items that nobody else was called for (EVIDENCE 6.4). */
export function judgeObserverEffect(gate: GateOf<"observerEffect">, context: GateContext): GateResult {
  return judgeTested(gate, context, (counts) => cohortQuestions(cohorts, counts, context.rollout.limits.slowMs));
}
