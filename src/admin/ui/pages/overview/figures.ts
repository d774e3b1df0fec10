import type { Stretch } from "../../../../account/index.ts";
import type { Side } from "../../../../model/index.ts";

/** Ended otherwise than with an answer, and nobody's fault but the client's. */
const notFailed = new Set(["client-gone"]);

/** Share of a side's answers that were 5xx or none; null: it was not called. */
export function errorRate(stretch: Stretch, side: Side, route?: string): number | null {
  const labels = route === undefined ? { side } : { side, route };
  let all = 0;
  let failed = 0;
  for (const [status, n] of stretch.by("sombra_answers_total", "status_class", labels)) {
    if (notFailed.has(status)) continue;
    all += n;
    if (status === "5xx" || !/^\dxx$/.test(status)) failed += n;
  }
  return all === 0 ? null : failed / all;
}

function comparedIn(stretch: Stretch): number {
  return stretch.count("sombra_items_total", { state: "compared" });
}

/** Share of compared items that were divergent, noise apart; null: none was compared. */
export function divergentShare(stretch: Stretch): number | null {
  const compared = comparedIn(stretch);
  return compared === 0
    ? null
    : stretch.count("sombra_items_total", { state: "compared", substate: "divergent" }) / compared;
}

/** Divergences of a severity for each 100 compared items; null: none was compared. */
export function divergencesPer100(stretch: Stretch, severity: string): number | null {
  const compared = comparedIn(stretch);
  return compared === 0 ? null : (100 * stretch.count("divergence_count", { severity })) / compared;
}
