import { say } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { acknowledgementOf } from "./acknowledged.ts";
import { resultOf } from "./result.ts";

/** Alarms are acknowledged each by its own name: who expects one does not expect the next. */
export function judgeAlerts(gate: GateOf<"alerts">, context: GateContext): GateResult {
  const { alarms } = context.surroundings;
  const figures = { value: alarms.length };
  if (alarms.length === 0)
    return resultOf(gate, { verdict: "PASS", said: say("no alarm is on", "nenhum alarme está ligado"), figures });
  const unexpected = alarms.filter((alarm) => acknowledgementOf(alarm, context.rollout, context.nowMs) === null);
  if (unexpected.length > 0) {
    const names = unexpected.join(", ");
    const said = say(`alarms that nobody expects: ${names}`, `alarmes que ninguém espera: ${names}`);
    return resultOf(gate, { verdict: "FAIL", said, figures: { ...figures, unexpected: unexpected.length } });
  }
  const said = say(`alarms: ${alarms.join(", ")}`, `alarmes: ${alarms.join(", ")}`);
  const result = resultOf(gate, { verdict: "WARN", said, figures });
  return { ...result, expected: true };
}
