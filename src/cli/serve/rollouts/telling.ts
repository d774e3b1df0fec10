import type { GaugeValue } from "../../../account/index.ts";
import { isJudged, type Rollout, type RolloutEvent } from "../../../rollout/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import type { LocalTrip } from "./trip.ts";

export function gaugeOf({ id, plan, status }: Rollout): readonly GaugeValue[] {
  if (!isJudged(status)) return [];
  const labels = { rollout: id, phase: plan.phases[status.phase]?.name ?? "" };
  return [{ name: "sombra_rollout_phase", labels, value: status.phase }];
}

/** As the log has it: what gates say, without their sentences. */
export function lineOf(event: RolloutEvent): SombraEvent {
  if (event.event !== "checkpoint") return event;
  const { name, rollout, flag, phase, config, metrics, determinism, status, conclusion, why, gates, alerts } =
    event.checkpoint;
  return {
    event: "checkpoint",
    rollout,
    flag,
    phase,
    name,
    status,
    determinism,
    conclusion,
    reason: why,
    config,
    metrics,
    gates: Object.fromEntries(gates.map(({ gate, verdict }) => [gate, verdict])),
    alerts: alerts.map(({ message }) => message),
  };
}

export function tripEvent({ rollout, flag, reason }: LocalTrip, isOver: boolean): SombraEvent {
  const what = `Rollout ${rollout}: \`${flag}\``;
  if (isOver) return { event: "alarm_over", alarm: "local-trip", message: `${what} is as all instances have it` };
  return { event: "alarm", alarm: "local-trip", message: `${what} is off on this instance: ${reason}` };
}
