import { say } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { resultOf } from "./result.ts";

export function judgeBucketDeterminism(gate: GateOf<"bucketDeterminism">, context: GateContext): GateResult {
  const { decidedAlike, instances } = context.surroundings;
  const isOne = instances === 1;
  const on = say(`on ${instances} instance${isOne ? "" : "s"}`, `em ${instances} instância${isOne ? "" : "s"}`);
  const figures = { instances };
  if (decidedAlike === null) {
    const unsaid = say(`not all have said how they decide, ${on.text}`, `nem todas disseram como decidem, ${on.pt}`);
    return resultOf(gate, { verdict: "INCONCLUSIVE", said: unsaid, figures });
  }
  const said = say(
    `a sample of shoppers is ${decidedAlike ? "" : "not "}decided alike ${on.text}`,
    `uma amostra de shoppers ${decidedAlike ? "" : "não "}é decidida igual ${on.pt}`,
  );
  return resultOf(gate, { verdict: decidedAlike ? "PASS" : "FAIL", said, figures });
}
