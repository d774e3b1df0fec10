import { en, pt, say, type Sentence } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { lnE2, lnShown, wilson } from "../../stats/index.ts";
import type { Counts } from "../windows.ts";
import { judgeLimited, type Limited } from "./limited.ts";
import { resultOf } from "./result.ts";

/** Of whoever answered, as they came. */
export function answered({ raw }: Counts): { readonly failed: number; readonly all: number } {
  return {
    failed: raw("served-candidate", "failed") + raw("served-legacy", "failed"),
    all: raw("served-candidate", "item") + raw("served-legacy", "item"),
  };
}

/** So many answers, for a share of one in N, that an interval of 95 % says whether a share over the limit is a whim of a few. */
const ENOUGH = 3.8;

export function judgeServerErrors(gate: GateOf<"serverErrors">, context: GateContext): GateResult {
  const { phase, window } = context.windows.total;
  const counts = window ?? phase;
  const { failed, all } = answered(counts);
  if (!(all > 0)) {
    const figures = { K: failed, N: all, max: gate.max };
    return resultOf(gate, {
      verdict: "INCONCLUSIVE",
      said: say("nothing was answered", "nada foi respondido"),
      figures,
      missing: 1,
    });
  }
  const [own, ownAll] = [counts.raw("served-candidate", "failed"), counts.raw("served-candidate", "item")];
  const ofIts = say("answers of the candidate", "respostas do candidate");
  const ofCandidate = limitedOf({ failed: own, all: ownAll, what: ofIts }, gate);
  if (gate.side === "candidate") {
    if (ofCandidate !== null) return judgeLimited(gate, context, ofCandidate);
    if (ownAll > 0) return impossible(gate, own, ownAll);
    const said = say("the candidate answered nothing", "o candidate não respondeu nada");
    return resultOf(gate, { verdict: "INCONCLUSIVE", said, missing: 1 });
  }
  const ofAll = limitedOf({ failed, all, what: say("answers", "respostas") }, gate);
  if (ofAll === null) return impossible(gate, failed, all);
  // Among those of legacy the candidate's would not be seen at a small share.
  return judgeLimited(gate, context, ofAll.holds !== false && ofCandidate?.holds === false ? ofCandidate : ofAll);
}

function impossible(gate: GateOf<"serverErrors">, failed: number, all: number): GateResult {
  const said = say(
    `counts that cannot be: ${en.count(failed)} of ${en.count(all)} answers failed`,
    `contagens impossíveis: ${pt.count(failed)} de ${pt.count(all)} respostas falharam`,
  );
  return resultOf(gate, { verdict: "ERROR", said, figures: { K: failed, N: all, max: gate.max } });
}

interface Answers {
  readonly failed: number;
  readonly all: number;
  readonly what: Sentence;
}

/** null: there are none, or counts that cannot be. */
function limitedOf({ failed, all, what }: Answers, { max }: GateOf<"serverErrors">): Limited | null {
  if (!(all > 0 && failed >= 0 && failed <= all)) return null;
  const value = failed / all;
  // Where none is put up with, one is one too many.
  const isEnough =
    max === 0 || (all * max >= ENOUGH && wilson(failed, all).from > max) || lnE2(failed, all, max) >= lnShown;
  return {
    said: say(
      `${en.count(failed)} of ${en.count(all)} ${what.text} (${en.percent(value)}) are 500 and above or none, at most ${en.percent(max)}`,
      `${pt.count(failed)} de ${pt.count(all)} ${what.pt} (${pt.percent(value)}) são 500 ou acima, ou nenhuma, no máximo ${pt.percent(max)}`,
    ),
    figures: { K: failed, N: all, max, value },
    holds: value <= max ? true : isEnough ? false : "shy",
  };
}
