import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import type { Question } from "./question.ts";
import { judgeTested } from "./tested.ts";

/** Whether legacy suffers from being compared: against items that nobody else was called for (EVIDENCE 6.4). */
export function judgeObserverEffect(gate: GateOf<"observerEffect">, context: GateContext): GateResult {
  const { slowMs } = context.rollout.limits;
  return judgeTested(gate, context, ({ cells }) => {
    const [compared, heldOut] = [cells("pairs", "item"), cells("held-out", "item")];
    const all = compared + heldOut;
    const ask = (name: "" | "slow", mark: "failed" | "slow"): Question => ({
      kind: "versus",
      name,
      what: `compared in which legacy was ${mark === "slow" ? "slow" : "failing"}`,
      whatElse: "held out",
      ours: cells("pairs", mark),
      theirs: cells("held-out", mark),
      all,
      share: all > 0 ? compared / all : 0,
      proves: mark === "failed",
    });
    return slowMs === null ? [ask("", "failed")] : [ask("", "failed"), ask("slow", "slow")];
  });
}
