import type { GateResult } from "./gate.ts";
import { known, type Figures } from "./gates/result.ts";
import { answered } from "./gates/server-errors.ts";
import type { Windows } from "./windows.ts";

/** Figures of a checkpoint by name (SPEC 5): of the phase, but for `5xx_rate`, which is of the window. What is not known is not there. */
export function metricsOf(windows: Windows, results: readonly GateResult[]): Readonly<Record<string, number>> {
  const { phase, window } = windows.total;
  const { failed, all } = answered(window ?? phase);
  const pairs = phase.raw("pairs", "item");
  const ofPairs = (mark: "minor" | "critical" | "candidate-failed"): number => phase.raw("pairs", mark) / pairs;
  const side = (who: "candidate" | "legacy", share: number): number | null =>
    windows.quantile(`served-${who}`, who, share) ?? windows.quantile("pairs", who, share);
  const figures: Figures = {
    "5xx_rate": failed / all,
    answers: answered(phase).all,
    pairs,
    candidate_failed_rate: ofPairs("candidate-failed"),
    divergence_rate: ofPairs("minor"),
    critical_divergence_rate: ofPairs("critical"),
    legacy_p95_ms: side("legacy", 0.95),
    candidate_p95_ms: side("candidate", 0.95),
    added_p95_ms: windows.quantile("pairs", "added", 0.95),
    overhead_p95_ms: windows.quantile("served-legacy", "overhead", 0.95),
    ...Object.fromEntries(
      results.flatMap(({ gate, type, figures: { value } }) =>
        type === "metric" && value !== undefined ? [[gate, value] as const] : [],
      ),
    ),
  };
  return known(figures);
}
