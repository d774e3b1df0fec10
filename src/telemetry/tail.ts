import { Budget } from "../account/index.ts";
import type { Clock } from "../lib/clock.ts";
import type { ExchangeRecord } from "../model/index.ts";

/** Traces that are kept at their end, though nobody decided so at their head: so many a second, and as many at once. */
const perSecond = 10;

/** Whether somebody will want to see the trace: of a critical divergence, or of a side that gave no answer. */
function isGrave({ calls, items }: ExchangeRecord): boolean {
  return (
    calls.some(({ failure }) => failure !== null) ||
    items.some(
      ({ state, divergences }) =>
        state.state === "failed" || divergences.some(({ severity }) => severity === "critical"),
    )
  );
}

/** Whether a trace was exported, as far as its record says: a grave one that was not sampled may have been one too many. */
export function isExported(record: ExchangeRecord): boolean {
  return record.trace.sampled || isGrave(record);
}

export type Kept = "yes" | "no" | "over-budget";

/** Decides on traces that were not sampled at the head. */
export function createTail(clock: Clock): (record: ExchangeRecord) => Kept {
  const budget = new Budget(perSecond, clock);
  return (record) => (isGrave(record) ? (budget.take() ? "yes" : "over-budget") : "no");
}
