import { en, pt, say } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { resultOf } from "./result.ts";

/** As they came: a limit of none is broken by the first, however few shoppers it was of. */
export function judgeDivergenceCount(gate: GateOf<"divergenceCount">, context: GateContext): GateResult {
  const { raw } = context.windows.total.phase;
  const [value, items] = [raw("pairs", gate.severity), raw("pairs", "item")];
  const isWorst = gate.severity === "critical";
  const said = say(
    `${en.count(value)} of ${en.count(items)} items with a divergence that is ${gate.severity}${isWorst ? "" : " or worse"}, at most ${en.count(gate.max)}`,
    `${pt.count(value)} de ${pt.count(items)} itens com uma divergência ${gate.severity}${isWorst ? "" : " ou pior"}, no máximo ${pt.count(gate.max)}`,
  );
  const figures = { value, max: gate.max, N: items };
  if (value > gate.max) return resultOf(gate, { verdict: "FAIL", said, figures });
  const known = items > 0 && value >= 0 && value <= items;
  return resultOf(gate, { verdict: known ? "PASS" : "INCONCLUSIVE", said, figures, missing: known ? null : 1 });
}
