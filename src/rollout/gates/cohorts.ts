import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { judgeTested } from "./tested.ts";
import type { Question } from "./question.ts";
import { resultOf } from "./result.ts";
import { sampleRatio } from "./sample-ratio.ts";

/** Nothing is paired here, so that it takes far more (EVIDENCE 6.4), and says something only of cohorts that are what they should be. */
export function judgeCohorts(gate: GateOf<"cohorts">, context: GateContext): GateResult {
  const ratio = sampleRatio(context);
  const { slowMs } = context.rollout.limits;
  const result = judgeTested(gate, context, ({ cells }) => {
    const [candidate, legacy] = [cells("served-candidate", "item"), cells("served-legacy", "item")];
    const all = candidate + legacy;
    const ask = (name: "" | "slow", mark: "failed" | "slow"): Question => ({
      kind: "versus",
      name,
      what: `that the candidate answered were ${mark === "slow" ? "slow" : "failing"}`,
      whatElse: "that legacy answered",
      ours: cells("served-candidate", mark),
      theirs: cells("served-legacy", mark),
      all,
      share: all > 0 ? candidate / all : 0,
      proves: mark === "failed",
    });
    return slowMs === null ? [ask("", "failed")] : [ask("", "failed"), ask("slow", "slow")];
  });
  const said = { ...result, figures: { ...result.figures, ...resultOf(gate, { ...result, ...ratio }).figures } };
  if (ratio.kind !== "off" || result.verdict === "FAIL" || result.verdict === "ERROR") return said;
  return { ...said, verdict: "WARN", text: `${ratio.text}; ${result.text}`, missing: null };
}
