import { joined, say, spoken } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import { cohortQuestions, type TwoCohorts } from "./cohort-questions.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { known } from "./result.ts";
import { sampleRatio } from "./sample-ratio.ts";
import { judgeTested } from "./tested.ts";

const cohorts: TwoCohorts = {
  ours: "served-candidate",
  theirs: "served-legacy",
  what: say("that the candidate answered were", "respondidas pelo candidate"),
  whatElse: say("that legacy answered", "respondidas pelo legacy"),
};

/** Nothing is paired here, so that it takes far more (EVIDENCE 6.4), and says something only of cohorts that are what they should be. */
export function judgeCohorts(gate: GateOf<"cohorts">, context: GateContext): GateResult {
  const ratio = sampleRatio(context);
  const result = judgeTested(gate, context, (counts) =>
    cohortQuestions(cohorts, counts, context.rollout.limits.slowMs),
  );
  const said = { ...result, figures: { ...result.figures, ...known(ratio.figures) } };
  if (ratio.kind !== "off" || result.verdict === "FAIL" || result.verdict === "ERROR") return said;
  const both = joined([ratio, spoken(result)], "; ");
  return { ...said, ...both, verdict: "WARN", missing: null };
}
