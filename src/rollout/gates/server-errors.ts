import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { lnE2, lnShown } from "../../stats/index.ts";
import type { Counts } from "../windows.ts";
import { judgeLimited } from "./limited.ts";
import { resultOf } from "./result.ts";
import { count, percent } from "./words.ts";

/** Of whoever answered, as they came. */
export function answered({ raw }: Counts): { readonly failed: number; readonly all: number } {
  return {
    failed: raw("served-candidate", "failed") + raw("served-legacy", "failed"),
    all: raw("served-candidate", "item") + raw("served-legacy", "item"),
  };
}

/** So many answers, for a share of one in N, that a share over the limit is no whim of a few (EVIDENCE 6.7). */
const ENOUGH = 3.8;

export function judgeServerErrors(gate: GateOf<"serverErrors">, context: GateContext): GateResult {
  const { phase, window } = context.windows.total;
  const { failed, all } = answered(window ?? phase);
  const figures = { K: failed, N: all, max: gate.max };
  if (!(all > 0)) return resultOf(gate, { verdict: "INCONCLUSIVE", text: "nothing was answered", figures, missing: 1 });
  const text = `${count(failed)} of ${count(all)} answers (${percent(failed / all)}) are 500 and above or none, at most ${percent(gate.max)}`;
  if (!(failed >= 0 && failed <= all)) {
    return resultOf(gate, { verdict: "ERROR", text: `counts that cannot be: ${text}`, figures });
  }
  const isEnough = all * gate.max >= ENOUGH || lnE2(failed, all, gate.max) >= lnShown;
  const value = failed / all;
  const holds = value <= gate.max ? true : isEnough ? false : "shy";
  return judgeLimited(gate, context, { text, figures: { ...figures, value }, holds });
}
