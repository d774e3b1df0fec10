import { quantile, quantileInterval, wilson } from "../stats/index.ts";
import type { Mark, Measure } from "../account/index.ts";
import type { Windows } from "./windows.ts";

/** Of cells. Rates are 0 to 1, with 95 % (Wilson), for one look; null: there is nothing yet. */
export interface Rate {
  readonly count: number;
  readonly rate: number | null;
  readonly from: number;
  readonly to: number;
}

/** Milliseconds, with 95 % (by ranks, whatever the distribution), for one look; null: too few to say. */
export interface Quantile {
  readonly ms: number | null;
  readonly from_ms: number | null;
  readonly to_ms: number | null;
}

export interface Quantiles {
  readonly p50: Quantile;
  readonly p95: Quantile;
  readonly p99: Quantile;
}

/** What both sides made of the same items, of a phase. */
export interface Pairs {
  readonly items: number;
  /** One shopper in ten minutes each. */
  readonly cells: number;
  /** Cells in which this side failed where the other did not. */
  readonly candidate_failed: Rate;
  readonly legacy_failed: Rate;
  /** Cells with a divergence at least so grave. */
  readonly divergent: { readonly minor: Rate; readonly major: Rate; readonly critical: Rate };
  readonly candidate: Quantiles;
  readonly legacy: Quantiles;
  /** The candidate's time less legacy's, 0 at least. */
  readonly added: Quantiles;
}

/** null: nothing was compared. */
export function pairsOf({ total, times }: Windows): Pairs | null {
  const cells = total.phase.cells("pairs", "item");
  if (cells === 0) return null;
  const rate = (mark: Mark): Rate => rateOf(total.phase.cells("pairs", mark), cells);
  const timed = (measure: Measure): Quantiles => quantilesOf(times("pairs", measure));
  return {
    items: total.phase.raw("pairs", "item"),
    cells,
    candidate_failed: rate("candidate-failed"),
    legacy_failed: rate("legacy-failed"),
    divergent: { minor: rate("minor"), major: rate("major"), critical: rate("critical") },
    candidate: timed("candidate"),
    legacy: timed("legacy"),
    added: timed("added"),
  };
}

function rateOf(count: number, all: number): Rate {
  return { count, rate: all > 0 ? count / all : null, ...wilson(count, all) };
}

export function quantilesOf(times: ReturnType<Windows["times"]>): Quantiles {
  const at = (share: number): Quantile => {
    const { from, to } = quantileInterval(times, share);
    return { ms: quantile(times, share), from_ms: from, to_ms: to };
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
