import type { LogLine } from "./log-lines.ts";

const colours = { debug: 90, info: 36, warn: 33, error: 31 } as const;
const widest = "dual_run_comparison".length;
/** Long ids say nothing to an eye. */
const shown = 64;

/** A log line for a person at a terminal: time, event, then what it says. */
export function prettyLine({ timestamp, level, event, tag: _tag, trace_id: _trace, ...fields }: LogLine): string {
  const said = Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${text(value)}`);
  return `${timestamp.slice(11, 19)} \u001B[${colours[level]}m${event.padEnd(widest)}\u001B[39m ${said.join(" ")}\n`;
}

function text(value: unknown): string {
  const whole = typeof value === "string" ? value : JSON.stringify(value);
  // Control characters in a value must not move the cursor.
  const plain = whole.replaceAll(/\p{Cc}/gu, "?");
  return plain.length > shown ? `${plain.slice(0, shown)}…` : plain;
}
