import type { Outcome } from "../model/index.ts";
import type { AnswerReport, AskedSide, Errand, JudgedItem, Judgement } from "../proxy/index.ts";
import { failed, skipped, type Settled } from "./settling.ts";

/** What the answer means for an item of a cutover. */
export type CutoverEnd =
  | { readonly kind: "over"; readonly settled: Settled }
  /** Legacy answered in the candidate's place: what the two did is compared. */
  | { readonly kind: "fell-back"; readonly errand: Errand; readonly legacy: Outcome; readonly candidate: Outcome }
  /** Legacy is to get it in reverse shadow. */
  | { readonly kind: "reversed" };

/**
 * A candidate that answers is compared in reverse shadow alone. One that fails counts as failed, and as divergent from legacy
 * where legacy answered in its place.
 */
export function cutoverEnd(item: number, judged: JudgedItem | undefined, report: AnswerReport): CutoverEnd {
  const asked = askedOf(item, report);
  const candidate = asked.find(({ side }) => side === "candidate");
  if (candidate?.outcome.kind !== "failed") {
    const why = judged?.unreversed ?? (isDone(item, judged, report) ? null : "cut-over");
    return why === null ? { kind: "reversed" } : { kind: "over", settled: skipped(why) };
  }
  const { errand, outcome } = candidate;
  const legacy = asked.find(({ side }) => side === "legacy")?.outcome;
  if (legacy?.kind !== "answered" || errand === null) return { kind: "over", settled: failed(outcome.failure) };
  return { kind: "fell-back", errand, legacy, candidate: outcome };
}

/**
 * Whether the candidate has answered an item of a cutover for good. What the provider may deliver again may still become
 * legacy's, which would then take it for a repetition: it comes again unless it got a 200.
 */
function isDone(item: number, judged: JudgedItem | undefined, report: AnswerReport): boolean {
  const asked = askedOf(item, report);
  const byCandidate = asked.every(({ side, outcome }) => side === "candidate" && outcome.kind === "answered");
  if (asked.length === 0 || !byCandidate) return false;
  return report.status === 200 || (report.status !== null && judged?.item.id === null);
}

function askedOf(item: number, { asked }: AnswerReport): readonly AskedSide[] {
  return asked.filter(({ errand }) => errand?.items.includes(item) === true);
}

/** Whether a call beside the answer may be made: what legacy gets in reverse shadow comes after the answer. */
export function isDue(
  { side, mode, items }: Errand,
  judgement: Judgement | null,
  report: AnswerReport | null,
): boolean {
  if (report === null) return mode === "dual-run";
  return side === "candidate" || items.every((item) => isDone(item, judgement?.items[item], report));
}
