import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { judgeTested } from "./tested.ts";

export function judgeDeterminism(gate: GateOf<"determinism">, context: GateContext): GateResult {
  return judgeTested(gate, context, ({ cells }) => [
    {
      kind: "versus",
      name: "",
      what: "that the candidate alone did otherwise than legacy",
      whatElse: "that the twin alone did",
      ours: cells("pairs", "candidate-only"),
      theirs: cells("pairs", "twin-only"),
      all: cells("pairs", "twinned"),
      share: null,
      proves: true,
    },
  ]);
}
