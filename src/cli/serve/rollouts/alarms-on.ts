import type { Clock } from "../../../lib/clock.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";

/** Alarms of which it is told when they are over. */
const lasting: ReadonlySet<string> = new Set(["candidate-silent", "comparison-blind", "legacy-untied", "local-trip"]);
/** Any other is on for so long. */
const onMs = 3_600_000;

/** Names of the alarms that are on, as events tell. */
export interface AlarmsOn {
  saw(event: SombraEvent): void;
  names(): readonly string[];
}

export function createAlarmsOn(clock: Clock): AlarmsOn {
  const untilMs = new Map<string, number>();
  return {
    saw(event) {
      if (event.event === "alarm") untilMs.set(event.alarm, lasting.has(event.alarm) ? Infinity : clock() + onMs);
      if (event.event === "alarm_over") untilMs.delete(event.alarm);
    },
    names() {
      const now = clock();
      for (const [name, until] of untilMs) if (until <= now) untilMs.delete(name);
      return [...untilMs.keys()].toSorted();
    },
  };
}
