import type { Plan } from "../rollout/index.ts";
import { usualLimitMs, type Scenario } from "./scenario.ts";
import { durationOf, writtenCandidate, writtenTraffic, type Written } from "./written.ts";

/** What a plan is to be tried on, as people write it. */
export interface ScenarioText {
  readonly traffic: string;
  readonly candidate: string;
  readonly approveAfter: string;
  readonly environment: string;
}

export const usualText = { candidate: "healthy", approveAfter: "1h" } as const satisfies Partial<ScenarioText>;

/** A Monday, so that days of the week are ahead. */
const startAt = "2026-01-05T09:00:00.000Z";

const maxApproveMs = 30 * 86_400_000;

export function writtenScenario(plan: Plan, text: ScenarioText): Written<Scenario> {
  const traffic = writtenTraffic(text.traffic);
  if (!traffic.ok) return traffic;
  const faults = writtenCandidate(text.candidate, { plan, startAt });
  if (!faults.ok) return faults;
  const approveAfterMs = durationOf(text.approveAfter);
  if (approveAfterMs === null || approveAfterMs > maxApproveMs) {
    const is = JSON.stringify(text.approveAfter.slice(0, 60));
    return { ok: false, where: "approve-after", is, must: "a duration such as 30m, 1h or 2d, up to 30d" };
  }
  return {
    ok: true,
    value: {
      plan,
      environment: text.environment,
      startAt,
      traffic: traffic.value,
      faults: faults.value,
      approveAfterMs,
      limitMs: usualLimitMs(plan),
    },
  };
}
