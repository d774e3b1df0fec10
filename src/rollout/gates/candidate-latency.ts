import { en, pt, say } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { resultOf } from "./result.ts";
import { judgeTested } from "./tested.ts";

export function judgeCandidateLatency(gate: GateOf<"candidateLatency">, context: GateContext): GateResult {
  const { slowMs } = context.rollout.limits;
  if (slowMs === null) {
    const unknown = say(
      "legacy's p95 was not known as the phase began",
      "o p95 do legacy não era conhecido quando a fase começou",
    );
    return resultOf(gate, { verdict: "INCONCLUSIVE", said: unknown });
  }
  return judgeTested(gate, context, ({ cells }) => [
    {
      kind: "versus",
      name: "",
      what: say(
        `with the candidate alone above ${en.span(slowMs)}, legacy's p95 of the start`,
        `com só o candidate acima de ${pt.span(slowMs)}, o p95 inicial do legacy`,
      ),
      whatElse: say("with legacy alone", "com só o legacy"),
      ours: cells("pairs", "candidate-slow"),
      theirs: cells("pairs", "legacy-slow"),
      all: cells("pairs", "item"),
      share: null,
      proves: true,
    },
  ]);
}
