import { en, pt, say, spoken, type Sentence } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { boundsText, isWithin } from "./bounds.ts";
import { judgeLimited } from "./limited.ts";
import type { Measured } from "../ports.ts";
import { resultOf } from "./result.ts";

export function judgeMetric(gate: GateOf<"metric">, context: GateContext): GateResult {
  const measured: Measured = context.measured.get(gate.name) ?? {
    kind: "none",
    why: "it was not asked for",
    pt: "não foi perguntado",
  };
  if (measured.kind === "error") return resultOf(gate, { verdict: "ERROR", said: whyOf(measured) });
  if (measured.kind === "none") return resultOf(gate, { verdict: "INCONCLUSIVE", said: whyOf(measured) });
  const { value } = measured;
  if (!Number.isFinite(value))
    return resultOf(gate, { verdict: "INCONCLUSIVE", said: say("it answered no number", "não respondeu um número") });
  const { min, max } = gate;
  if (min === null && max === null) {
    return resultOf(gate, { verdict: "INCONCLUSIVE", said: say("no bound was given", "nenhum limite foi dado") });
  }
  const bounds = boundsText(gate);
  return judgeLimited(gate, context, {
    said: say(`${en.figure(value)}, ${bounds.text}`, `${pt.figure(value)}, ${bounds.pt}`),
    figures: { value, min, max },
    holds: isWithin(value, gate),
  });
}

function whyOf({ why, pt: portuguese }: Exclude<Measured, { kind: "value" }>): Sentence {
  return spoken({ text: why, pt: portuguese });
}
