import { say } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { judgeTested } from "./tested.ts";

export function judgeDeterminism(gate: GateOf<"determinism">, context: GateContext): GateResult {
  return judgeTested(gate, context, ({ cells }) => [
    {
      kind: "versus",
      name: "",
      what: say("that the candidate alone did otherwise than legacy", "em que só o candidate fez diferente do legacy"),
      whatElse: say("that the twin alone did", "em que só o twin fez"),
      ours: cells("pairs", "candidate-only"),
      theirs: cells("pairs", "twin-only"),
      all: cells("pairs", "twinned"),
      share: null,
      proves: true,
    },
  ]);
}
