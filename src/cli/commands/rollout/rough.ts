import { durationText } from "./show.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** A simulated time: to the minute from an hour on. */
export function roughText(ms: number): string {
  return durationText(ms < hourMs ? ms : Math.round(ms / minuteMs) * minuteMs);
}
