import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { resultOf } from "./result.ts";
import { count } from "./words.ts";

/** As they came: a limit of none is broken by the first, however few shoppers it was of. */
export function judgeDivergenceCount(gate: GateOf<"divergenceCount">, context: GateContext): GateResult {
  const { raw } = context.windows.total.phase;
  const [value, items] = [raw("pairs", gate.severity), raw("pairs", "item")];
  const worse = gate.severity === "critical" ? "" : " or worse";
  const text = `${count(value)} of ${count(items)} items with a divergence that is ${gate.severity}${worse}, at most ${count(gate.max)}`;
  const figures = { value, max: gate.max, N: items };
  if (value > gate.max) return resultOf(gate, { verdict: "FAIL", text, figures });
  const known = items > 0 && value >= 0 && value <= items;
  return resultOf(gate, { verdict: known ? "PASS" : "INCONCLUSIVE", text, figures, missing: known ? null : 1 });
}
