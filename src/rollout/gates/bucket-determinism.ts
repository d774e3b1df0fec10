import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { resultOf } from "./result.ts";

export function judgeBucketDeterminism(gate: GateOf<"bucketDeterminism">, context: GateContext): GateResult {
  const { decidedAlike, instances } = context.surroundings;
  const on = `on ${instances} ${instances === 1 ? "instance" : "instances"}`;
  const figures = { instances };
  if (decidedAlike === null) {
    return resultOf(gate, { verdict: "INCONCLUSIVE", text: `not all have said how they decide, ${on}`, figures });
  }
  return decidedAlike
    ? resultOf(gate, { verdict: "PASS", text: `a sample of shoppers is decided alike ${on}`, figures })
    : resultOf(gate, { verdict: "FAIL", text: `a sample of shoppers is not decided alike ${on}`, figures });
}
