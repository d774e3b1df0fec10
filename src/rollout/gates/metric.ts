import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { judgeLimited } from "./limited.ts";
import { resultOf } from "./result.ts";
import { figure } from "./words.ts";

export function judgeMetric(gate: GateOf<"metric">, context: GateContext): GateResult {
  const measured = context.measured.get(gate.name) ?? { kind: "none", why: "it was not asked for" };
  if (measured.kind === "error") return resultOf(gate, { verdict: "ERROR", text: measured.why });
  if (measured.kind === "none") return resultOf(gate, { verdict: "INCONCLUSIVE", text: measured.why });
  const { value } = measured;
  if (!Number.isFinite(value)) return resultOf(gate, { verdict: "INCONCLUSIVE", text: "it answered no number" });
  const { min, max } = gate;
  if (min === null && max === null) return resultOf(gate, { verdict: "INCONCLUSIVE", text: "no bound was given" });
  const bounds = [
    ...(min === null ? [] : [`at least ${figure(min)}`]),
    ...(max === null ? [] : [`at most ${figure(max)}`]),
  ];
  return judgeLimited(gate, context, {
    text: `${figure(value)}, ${bounds.join(" and ")}`,
    figures: { value, ...(min === null ? {} : { min }), ...(max === null ? {} : { max }) },
    holds: (min === null || value >= min) && (max === null || value <= max),
  });
}
