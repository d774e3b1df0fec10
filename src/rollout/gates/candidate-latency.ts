import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { resultOf } from "./result.ts";
import { judgeTested } from "./tested.ts";
import { span } from "./words.ts";

export function judgeCandidateLatency(gate: GateOf<"candidateLatency">, context: GateContext): GateResult {
  const { slowMs } = context.rollout.limits;
  if (slowMs === null) {
    return resultOf(gate, { verdict: "INCONCLUSIVE", text: "legacy's p95 was not known as the phase began" });
  }
  return judgeTested(gate, context, ({ cells }) => [
    {
      kind: "versus",
      name: "",
      what: `with the candidate alone above ${span(slowMs)}, legacy's p95 of the start`,
      whatElse: "with legacy alone",
      ours: cells("pairs", "candidate-slow"),
      theirs: cells("pairs", "legacy-slow"),
      all: cells("pairs", "item"),
      share: null,
      proves: true,
    },
  ]);
}
