import type { Labels } from "./batch.ts";

type Counts = Readonly<Record<string, number>>;

/** The account of SPEC 8 in the shape of SPEC 5: each state with its total and the substates that occurred. */
export interface Ledger {
  readonly received: number;
  readonly skipped: Counts;
  readonly compared: Counts;
  readonly failed: Counts;
  readonly pending: number;
}

/** Adds up `sombra_items_total`, whose labels are `route`, `state` and `substate`. */
export function ledgerOf(
  items: Iterable<{ readonly labels: Labels; readonly value: number }>,
  pending: number,
): Ledger {
  const skipped = new Map<string, number>();
  const compared = new Map([
    ["match", 0],
    ["noise", 0],
    ["divergent", 0],
  ]);
  const failed = new Map<string, number>();
  const states = new Map([
    ["skipped", skipped],
    ["compared", compared],
    ["failed", failed],
  ]);
  for (const { labels, value } of items) {
    const { state = "", substate = "" } = labels;
    const substates = states.get(state);
    substates?.set(substate, (substates.get(substate) ?? 0) + value);
  }
  const stored = [skipped, compared, failed].reduce((sum, substates) => sum + totalOf(substates), 0);
  return {
    received: stored + pending,
    skipped: withTotal(skipped),
    compared: withTotal(compared),
    failed: withTotal(failed),
    pending,
  };
}

function totalOf(substates: ReadonlyMap<string, number>): number {
  return [...substates.values()].reduce((sum, value) => sum + value, 0);
}

function withTotal(substates: ReadonlyMap<string, number>): Counts {
  return { total: totalOf(substates), ...Object.fromEntries(substates) };
}
