import type { SkipReason } from "../model/index.ts";
import type { AnswerReport, Judgement } from "../proxy/index.ts";
import { cutoverEnd, type CutoverEnd } from "./cutover.ts";
import type { Mirrored } from "./mirrored.ts";
import { skipped, type Settled } from "./settling.ts";

type FellBack = Extract<CutoverEnd, { kind: "fell-back" }>;

/** What the answer ends. */
export interface Ends {
  readonly ended: readonly { readonly item: number; readonly settled: Settled }[];
  /** Legacy answered in the candidate's place. */
  readonly fellBack: FellBack | null;
}

/** Items that end with the answer: those that nobody compares, and those of a cutover. */
export function endsOf(
  { items, answering }: Judgement,
  report: AnswerReport,
  { skip: all, mirrored }: { readonly skip: SkipReason | null; readonly mirrored: readonly Mirrored[] },
): Ends {
  const ended: { item: number; settled: Settled }[] = [];
  const gone = report.asked.length === 0 && answering.length > 0;
  const rest = all ?? (gone ? "client-gone" : null);
  let fellBack: FellBack | null = null;
  for (const [item, judged] of items.entries()) {
    const why = judged.skip ?? rest;
    if (why !== null) ended.push({ item, settled: skipped(why) });
    else if (judged.mode === "cutover") {
      const end = cutoverEnd(item, judged, report);
      if (end.kind === "over") ended.push({ item, settled: end.settled });
      else if (end.kind === "fell-back") fellBack ??= end;
    }
  }
  for (const { shed, errand } of mirrored) {
    if (shed === null || (errand.side === "legacy" && fellBack !== null)) continue;
    for (const item of errand.items) ended.push({ item, settled: skipped(shed) });
  }
  return { ended, fellBack };
}
