import { say, type Sentence } from "../../lib/sentence.ts";
import type { Population } from "../../account/index.ts";
import type { Counts } from "../windows.ts";
import type { Question } from "./question.ts";

/** Two populations of which each item is in one, and what the cells of each are called. */
export interface TwoCohorts {
  readonly ours: Population;
  readonly theirs: Population;
  readonly what: Sentence;
  readonly whatElse: Sentence;
}

/** Whether ours are failing more often, which is to be disproved; and, where it is known what slow is, whether they are slow. */
export function cohortQuestions(
  { ours, theirs, what, whatElse }: TwoCohorts,
  { cells }: Counts,
  slowMs: number | null,
): readonly Question[] {
  const all = cells(ours, "item") + cells(theirs, "item");
  const ask = (mark: "failed" | "slow"): Question => ({
    kind: "versus",
    name: mark === "slow" ? "slow" : "",
    what:
      mark === "slow"
        ? say(`${what.text} slow`, `${what.pt} lentas`)
        : say(`${what.text} failing`, `${what.pt} com falha`),
    whatElse,
    ours: cells(ours, mark),
    theirs: cells(theirs, mark),
    all,
    share: all > 0 ? cells(ours, "item") / all : 0,
    proves: mark === "failed",
  });
  return slowMs === null ? [ask("failed")] : [ask("failed"), ask("slow")];
}
