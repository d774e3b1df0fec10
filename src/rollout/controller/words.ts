import type { GateResult } from "../gate.ts";
import type { RollbackTarget } from "../plan.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Of a gate, for the audit: what it said, and every figure that it said it by. */
export function evidenceOf({ gate, text, figures }: GateResult): string {
  const said = Object.entries(figures).map(([name, value]) => `${name}=${rounded(value)}`);
  return said.length === 0 ? `${gate}: ${text}` : `${gate}: ${text} [${said.join(", ")}]`;
}

export function targetName(to: RollbackTarget): string {
  return typeof to === "string" ? to : to.phase;
}

/** A day is 24 hours: hours and minutes, below one minute seconds, rounded up, so that nobody waits for `0 s`. */
export function duration(ms: number): string {
  if (ms > 0 && ms < MINUTE_MS) return `${Math.ceil(ms / 1_000)} s`;
  const minutes = Math.ceil(Math.max(0, ms) / MINUTE_MS);
  const [hours, rest] = [Math.floor((minutes * MINUTE_MS) / HOUR_MS), minutes % 60];
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export function count(value: number): string {
  return whole.format(value);
}
