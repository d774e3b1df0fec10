import { en, pt, say } from "../../lib/sentence.ts";
import { lnShareOff } from "../../stats/index.ts";
import type { GateContext } from "./context.ts";

export interface SampleRatio {
  /** `off`: too many or too few for chance; `unknown`: it cannot be said. */
  readonly kind: "as-expected" | "off" | "unknown";
  readonly text: string;
  readonly pt: string;
  readonly figures: Readonly<Record<string, number>>;
}

const lnSure = Math.log(1_000);

type RatioContext = Pick<GateContext, "rollout" | "phase" | "windows" | "surroundings">;

/** Of the share: what is nearer to it makes no cohort another. */
const NEAR = 0.02;

/**
 * Whether as many shoppers land in the candidate's cohort as the share says: cohorts that are not are not alike in other ways
 * either. Lists put shoppers into one whatever the share says, so that as many are taken off before it is tested.
 */
export function sampleRatio({ rollout, phase, windows, surroundings }: RatioContext): SampleRatio {
  const { candidate, legacy } = windows.shoppers;
  const flag = surroundings.flags.flags.get(rollout.plan.flag);
  const share = phase.serve / 100;
  const all = candidate.count + legacy.count;
  const figures = { shoppersCandidate: candidate.count, shoppersLegacy: legacy.count, shareExpected: share };
  const isShared = share > 0 && share < 1 && all > 0 && !candidate.atLeast && !legacy.atLeast;
  if (!isShared || flag?.audience !== null || flag.allowlist !== null) {
    const said = say(
      "shoppers of both cohorts cannot be held against the share",
      "os shoppers dos dois grupos não podem ser comparados com a parcela",
    );
    return { kind: "unknown", ...said, figures };
  }
  const off = candidate.count - share * all;
  const listed = Math.min(Math.abs(off), flag.forceOn.size + flag.denylist.size);
  const [ours, theirs] =
    off > 0 ? [candidate.count - Math.ceil(listed), legacy.count] : [candidate.count, legacy.count - Math.ceil(listed)];
  const lnE = lnShareOff(ours, theirs, share);
  const effect = Math.abs(ours / Math.max(1, ours + theirs) - share);
  const isOff = lnE >= lnSure && effect >= NEAR * share;
  const own = candidate.count;
  const said = say(
    `${en.count(own)} of ${en.count(all)} shoppers (${en.percent(own / all)}) are the candidate's, ${en.percent(share)} expected`,
    `${pt.count(own)} de ${pt.count(all)} shoppers (${pt.percent(own / all)}) são do candidate, ${pt.percent(share)} esperados`,
  );
  return { kind: isOff ? "off" : "as-expected", ...said, figures: { ...figures, lnERatio: lnE } };
}
