import type { StreamEvidence } from "../../account/index.ts";
import { mergeBuckets, quantile } from "../../stats/index.ts";
import type { Baseline, Rollout } from "../state.ts";
import { readWindows } from "../windows.ts";
import type { Legacy } from "./look.ts";

/** So many have to be timed before their p95 is one: then it is between the 90th and the 99th percentile. */
const MIN_TIMED = 100;

/** What the evidence of a stay says of legacy, alone where it is a baseline phase. */
export function legacyOf(
  evidence: readonly StreamEvidence[],
  { rollout, phase, runningMs, nowMs }: { rollout: Rollout; phase: number; runningMs: number; nowMs: number },
): Legacy {
  const timed = mergeBuckets(evidence.map(({ sketches }) => sketches.legacy ?? []));
  const count = timed.reduce((sum, [, of]) => sum + of, 0);
  const p95 = count < MIN_TIMED ? null : quantile(timed, 0.95);
  const isBaseline = rollout.plan.phases[phase]?.kind === "baseline";
  return {
    p95Ms: p95 === null ? null : rounded(p95),
    baseline: isBaseline ? baselineOf(evidence, { rollout, runningMs, nowMs }) : null,
  };
}

/** null: legacy has answered nothing yet, or nothing of it was timed. */
function baselineOf(
  evidence: readonly StreamEvidence[],
  { rollout, runningMs, nowMs }: { rollout: Rollout; runningMs: number; nowMs: number },
): Baseline | null {
  const { total, times } = readWindows(evidence, { windowMs: rollout.plan.checkpoints.windowMs, nowMs });
  const { raw, cells } = total.phase;
  const items = raw("served-legacy", "item");
  const time = (share: number): number | null =>
    quantile(times("served-legacy", "legacy"), share) ?? quantile(times("held-out", "legacy"), share);
  const [p50, p95, p99] = [time(0.5), time(0.95), time(0.99)];
  if (items === 0 || runningMs === 0 || p50 === null || p95 === null || p99 === null) return null;
  const to = new Date(nowMs).toISOString();
  return {
    from: rollout.enteredAt ?? to,
    to,
    items,
    errorRate: raw("served-legacy", "failed") / items,
    p50Ms: rounded(p50),
    p95Ms: rounded(p95),
    p99Ms: rounded(p99),
    perSecond: items / (runningMs / 1_000),
    cells: cells("served-legacy", "item"),
    failedCells: cells("served-legacy", "failed"),
  };
}

/** A sketch is off by 1 %: three digits say all it knows. */
function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}
