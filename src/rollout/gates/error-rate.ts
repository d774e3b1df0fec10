import { say } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { judgeTested } from "./tested.ts";

/** More often than legacy alone, which pairs tell soonest; and in more cells than the plan puts up with. */
export function judgeErrorRate(gate: GateOf<"errorRate">, context: GateContext): GateResult {
  return judgeTested(gate, context, ({ cells }) => {
    const ours = cells("pairs", "candidate-failed");
    const theirs = cells("pairs", "legacy-failed");
    const all = cells("pairs", "item");
    const what = say("with a failure of the candidate alone", "com falha só do candidate");
    const whatElse = say("of legacy alone", "só do legacy");
    return [
      { kind: "budget", name: "", what, bad: ours, all, budget: gate.budget, spare: 0, proves: true },
      { kind: "versus", name: "", what, whatElse, ours, theirs, all, share: null, proves: false },
    ];
  });
}
