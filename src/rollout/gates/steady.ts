import type { Gate, GateResult } from "../gate.ts";
import type { Steady } from "../state.ts";
import type { GateContext } from "./context.ts";
import { en, pt, say, spoken } from "../../lib/sentence.ts";

/**
 * Of a gate that has to pass for so long without a break: `steadyMs` among its figures is how long it has by now. What fails, or
 * counts towards failing, breaks it; what is doubted on too little does not.
 */
export function steadied(result: GateResult, { withinMs }: Gate, { steady, runningMs }: GateContext): GateResult {
  if (withinMs === undefined) return result;
  if (result.verdict === "FAIL" || result.figures["inARow"] !== undefined) {
    return { ...result, figures: { ...result.figures, steadyMs: 0, withinMs } };
  }
  if (result.verdict !== "PASS") return result;
  const steadyMs = steadyMsOf(new Map(Object.entries(steady)).get(result.gate), runningMs);
  const figures = { ...result.figures, steadyMs, withinMs };
  if (steadyMs >= withinMs) return { ...result, figures };
  const found = spoken(result);
  const said = say(
    `${found.text}: for ${en.span(steadyMs)} of ${en.span(withinMs)} without a break`,
    `${found.pt}: por ${pt.span(steadyMs)} de ${pt.span(withinMs)} sem interrupção`,
  );
  return { ...result, ...said, verdict: "INCONCLUSIVE", figures };
}

/** What nobody saw adds nothing. */
function steadyMsOf(before: Steady | undefined, runningMs: number): number {
  if (before === undefined) return 0;
  return before.seenMs === null ? before.ms : before.ms + Math.max(0, runningMs - before.seenMs);
}

/** For how long each gate has passed without a break, this checkpoint included. What is not known breaks nothing, and adds nothing. */
export function steadyAfter(
  before: Readonly<Record<string, Steady>>,
  results: readonly GateResult[],
  runningMs: number,
): Readonly<Record<string, Steady>> {
  const after = new Map(Object.entries(before));
  for (const { gate, verdict, figures } of results) {
    const ms = figures["steadyMs"];
    const known = after.get(gate);
    const isBroken = verdict === "FAIL" || verdict === "WARN";
    if (ms !== undefined) after.set(gate, { ms, seenMs: isBroken ? null : runningMs });
    else if (known !== undefined) after.set(gate, { ...known, seenMs: null });
  }
  return Object.fromEntries(after);
}
