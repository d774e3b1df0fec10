import { asIs, en, pt, say, type Sentence } from "../../lib/sentence.ts";
import { lnCohort, lnE1, lnE2, lnE3, lnE4, neededBelow, neededNoWorse, wilson } from "../../stats/index.ts";
import type { Figures } from "./result.ts";

/** What is put to a test, as counts of cells. */
export type Question =
  /** Whether at most the share `budget` of all is bad. */
  | {
      readonly kind: "budget";
      /** Of its figures, where the gate asks more than one of a kind; else empty. */
      readonly name: string;
      /** Of what is bad, after a number. */
      readonly what: Sentence;
      readonly bad: number;
      readonly all: number;
      readonly budget: number;
      /** So much above it is good enough. */
      readonly spare: number;
      /** The gate passes only where this is shown to be below it. */
      readonly proves: boolean;
    }
  /** Whether `ours` are bad more often than `theirs`: pairs, or two cohorts of which ours is the share `share` of all. */
  | {
      readonly kind: "versus";
      readonly name: string;
      readonly what: Sentence;
      readonly whatElse: Sentence;
      readonly ours: number;
      readonly theirs: number;
      readonly all: number;
      /** null: pairs. */
      readonly share: number | null;
      /** The gate passes only where this is shown too. */
      readonly proves: boolean;
    };

/** Whether counts can be of anything at all. */
export function isSound(question: Question): boolean {
  const { all } = question;
  const parts = question.kind === "budget" ? [question.bad] : [question.ours, question.theirs];
  return [all, ...parts].every((part) => Number.isFinite(part) && part >= 0 && part <= all);
}

/** A cohort that is all or nothing has no other to be told from. */
export function isAnswerable({ all, ...question }: Question): boolean {
  const share = question.kind === "versus" ? question.share : null;
  return all > 0 && (share === null || (share > 0 && share < 1));
}

/** Evidence that it is bad. */
export function lnBad(question: Question): number {
  if (!isAnswerable(question)) return 0;
  if (question.kind === "budget") return lnE2(question.bad, question.all, question.budget);
  const { ours, theirs, share } = question;
  return share === null ? lnE1(ours, theirs) : lnCohort(ours, theirs, share);
}

/** Evidence that it is good: below the budget, or no worse by the margin. */
export function lnGood(question: Question, margin: number): number {
  if (!isAnswerable(question)) return 0;
  return question.kind === "budget"
    ? lnE3(question.bad, question.all, question.budget + question.spare)
    : lnE4(question, margin, question.share);
}

/** How much worse, as a share: of all, or above the budget. */
export function effectOf(question: Question): number {
  const { all } = question;
  if (!isAnswerable(question)) return 0;
  if (question.kind === "budget") return question.bad / all - question.budget;
  const { ours, theirs, share } = question;
  return share === null ? (ours - theirs) / all : ours / (all * share) - theirs / (all * (1 - share));
}

/** Above what is good enough, on what there is: nothing is shown by it. */
export function looksOver(question: Question): boolean {
  return question.kind === "budget" && question.proves && effectOf(question) > question.spare;
}

/** Cells more until it could be shown to be good, if nothing more were bad; null: no number would do. */
export function missingOf(question: Question, margin: number): number | null {
  const share = question.kind === "versus" ? question.share : null;
  const needed =
    question.kind === "budget"
      ? neededBelow(question.bad, question.budget + question.spare)
      : neededNoWorse(question, margin, isAnswerable(question) ? share : null);
  return needed === null ? null : Math.max(1, needed - question.all);
}

export function textOf(question: Question): Sentence {
  const { all } = question;
  if (question.kind === "budget") {
    const { bad, budget, what } = question;
    const rate = all > 0 ? say(` (${en.percent(bad / all)})`, ` (${pt.percent(bad / all)})`) : asIs("");
    return say(
      `${en.count(bad)} of ${en.count(all)} cells ${what.text}${rate.text}, budget ${en.percent(budget)}`,
      `${pt.count(bad)} de ${pt.count(all)} células ${what.pt}${rate.pt}, budget ${pt.percent(budget)}`,
    );
  }
  const { ours, theirs, what, whatElse, share } = question;
  if (share === null) {
    return say(
      `${en.count(ours)} cells ${what.text}, ${en.count(theirs)} ${whatElse.text}, of ${en.count(all)}`,
      `${pt.count(ours)} células ${what.pt}, ${pt.count(theirs)} ${whatElse.pt}, de ${pt.count(all)}`,
    );
  }
  const [one, other] = [outOf(ours, all * share), outOf(theirs, all * (1 - share))];
  return say(
    `${one.text} cells ${what.text}, ${other.text} ${whatElse.text}`,
    `${one.pt} células ${what.pt}, ${other.pt} ${whatElse.pt}`,
  );
}

/** `14 of 85 (16.5 %)` */
function outOf(some: number, all: number): Sentence {
  const share = some / all;
  return say(
    `${en.count(some)} of ${en.count(all)}${all > 0 ? ` (${en.percent(share)})` : ""}`,
    `${pt.count(some)} de ${pt.count(all)}${all > 0 ? ` (${pt.percent(share)})` : ""}`,
  );
}

export function figuresOf(question: Question): Figures {
  const { all } = question;
  const figures =
    question.kind === "budget"
      ? { K: question.bad, N: all, budget: question.budget, ...estimate(question.bad, all) }
      : { b: question.ours, c: question.theirs, N: all, share: question.share, effect: effectOf(question) };
  return named(question.name, figures);
}

export function named(name: string, figures: Figures): Figures {
  return name === ""
    ? figures
    : Object.fromEntries(Object.entries(figures).map(([key, value]) => [`${name}.${key}`, value]));
}

function estimate(bad: number, all: number): Figures {
  const { from, to } = wilson(bad, all);
  return all > 0 ? { estimate: bad / all, from, to } : {};
}
