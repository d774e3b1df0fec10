import { holding, isJudged } from "../../../../rollout/index.ts";
import type { View } from "../../page.ts";
import { approvalsMissing, isDue, leftMs, toTick, type Facts } from "./facts.ts";
import { rolloutTexts } from "./texts.ts";
import { verdictWord } from "./words.ts";

/** Everything that keeps it where it is, what comes first at the top; empty: nothing does. */
export function waitsFor(view: View, facts: Facts): readonly string[] {
  const t = rolloutTexts.in(view.locale);
  const { count, duration } = view.format;
  const { rollout, last, killed, incidents, isLast } = facts;
  const { status, shed, lowered } = rollout;
  if (!isJudged(status)) return [];
  const left = leftMs(facts) ?? 0;
  const missing = approvalsMissing(facts) ?? 0;
  const ticks = toTick(facts);
  const gates = holding(last?.gates ?? []).map(({ gate, verdict, missing: cells }) => {
    const word = verdictWord(view, verdict);
    return cells === null || cells === 0 ? t.waitGate(gate, word) : t.waitGateMissing(gate, word, count(cells));
  });
  const waits = [
    ...(killed ? [t.waitKilled] : []),
    ...(status.name === "running" ? [] : [t.waitPaused]),
    ...(shed === null ? [] : [t.waitShed]),
    ...(lowered === null ? [] : [t.waitLowered(lowered.from)]),
    ...(incidents.length === 0 ? [] : [t.waitIncidents(incidents.join(", "))]),
    ...(left === 0 ? [] : [t.waitTime(duration(left))]),
    ...(last === null ? [t.waitCheckpoint] : []),
    ...gates,
    ...(ticks.length === 0 ? [] : [t.waitTicks(ticks.join(", "))]),
    ...(missing === 0 ? [] : [t.waitApprovals(count(missing))]),
    ...(isDue(facts) ? [t.waitDecision] : []),
  ];
  return waits.length === 0 && isLast ? [t.waitCompletion] : waits;
}
