import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { lnE2, lnShown } from "../../stats/index.ts";
import type { Counts } from "../windows.ts";
import { judgeLimited, type Limited } from "./limited.ts";
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
  const counts = window ?? phase;
  const { failed, all } = answered(counts);
  if (!(all > 0)) {
    const figures = { K: failed, N: all, max: gate.max };
    return resultOf(gate, { verdict: "INCONCLUSIVE", text: "nothing was answered", figures, missing: 1 });
  }
  const ofAll = limitedOf({ failed, all, what: "answers" }, gate);
  if (ofAll === null) {
    const text = `counts that cannot be: ${count(failed)} of ${count(all)} answers failed`;
    return resultOf(gate, { verdict: "ERROR", text, figures: { K: failed, N: all, max: gate.max } });
  }
  // Among those of legacy the candidate's would not be seen at a small share.
  const [own, ownAll] = [counts.raw("served-candidate", "failed"), counts.raw("served-candidate", "item")];
  const ofCandidate = limitedOf({ failed: own, all: ownAll, what: "answers of the candidate" }, gate);
  return judgeLimited(gate, context, ofAll.holds !== false && ofCandidate?.holds === false ? ofCandidate : ofAll);
}

interface Answers {
  readonly failed: number;
  readonly all: number;
  readonly what: string;
}

/** null: there are none, or counts that cannot be. */
function limitedOf({ failed, all, what }: Answers, { max }: GateOf<"serverErrors">): Limited | null {
  if (!(all > 0 && failed >= 0 && failed <= all)) return null;
  const value = failed / all;
  const isEnough = all * max >= ENOUGH || lnE2(failed, all, max) >= lnShown;
  return {
    text: `${count(failed)} of ${count(all)} ${what} (${percent(value)}) are 500 and above or none, at most ${percent(max)}`,
    figures: { K: failed, N: all, max, value },
    holds: value <= max ? true : isEnough ? false : "shy",
  };
}
