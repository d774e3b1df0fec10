import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { acknowledgementOf } from "./acknowledged.ts";
import { resultOf } from "./result.ts";

/** Alarms are acknowledged each by its own name: who expects one does not expect the next. */
export function judgeAlerts(gate: GateOf<"alerts">, context: GateContext): GateResult {
  const { alarms } = context.surroundings;
  const figures = { value: alarms.length };
  if (alarms.length === 0) return resultOf(gate, { verdict: "PASS", text: "no alarm is on", figures });
  const unexpected = alarms.filter((alarm) => acknowledgementOf(alarm, context.rollout, context.nowMs) === null);
  if (unexpected.length > 0) {
    const text = `alarms that nobody expects: ${unexpected.join(", ")}`;
    return resultOf(gate, { verdict: "FAIL", text, figures: { ...figures, unexpected: unexpected.length } });
  }
  const result = resultOf(gate, { verdict: "WARN", text: `alarms: ${alarms.join(", ")}`, figures });
  return { ...result, expected: true };
}
