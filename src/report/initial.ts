import type { Rollout } from "../rollout/index.ts";
import type { InitialFacts, StayFacts } from "./facts.ts";

/** Legacy before anything; null: nothing was counted yet. */
export function initialOf({ baseline }: Rollout, first: StayFacts | null): InitialFacts | null {
  if (baseline !== null) {
    const { from, to, items, errorRate, p50Ms, p95Ms, p99Ms, perSecond } = baseline;
    const times = { p50_ms: p50Ms, p95_ms: p95Ms, p99_ms: p99Ms };
    return { of: "baseline", from, to, items, error_rate: errorRate, ...times, per_second: perSecond };
  }
  const legacy = first?.compared?.legacy;
  if (first === null || legacy === undefined || legacy.items === 0) return null;
  const to = first.left_at ?? first.last_checkpoint?.at ?? first.entered_at;
  const seconds = (Date.parse(to) - Date.parse(first.entered_at)) / 1_000;
  const { items, error_rate, p50_ms, p95_ms, p99_ms } = legacy;
  const per_second = seconds > 0 ? items / seconds : 0;
  return { of: "first-phase", from: first.entered_at, to, items, error_rate, p50_ms, p95_ms, p99_ms, per_second };
}
