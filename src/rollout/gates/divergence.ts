import { say } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { judgeTested } from "./tested.ts";

export function judgeDivergence(gate: GateOf<"divergence">, context: GateContext): GateResult {
  const isWorst = gate.severity === "critical";
  const what = say(
    `with a divergence that is ${gate.severity}${isWorst ? "" : " or worse"}`,
    `com uma divergência ${gate.severity}${isWorst ? "" : " ou pior"}`,
  );
  return judgeTested(gate, context, ({ cells }) => [
    {
      kind: "budget",
      name: "",
      what,
      bad: cells("pairs", gate.severity),
      all: cells("pairs", "item"),
      budget: gate.budget,
      spare: 0,
      proves: true,
    },
  ]);
}
