import type { ExchangeRecord } from "../model/index.ts";
import type { SombraEvent } from "./events.ts";
import { lineOfEvent, linesOfExchange, type LogLevel, type LogLine, logLevels } from "./log-lines.ts";
import { openOutput } from "./output.ts";
import { prettyLine } from "./pretty.ts";

export interface LogsOptions {
  readonly level: LogLevel;
  /** Lines for people instead of JSON. */
  readonly pretty?: boolean;
  /** Where lines go instead of stdout; each ends with a newline. */
  readonly write?: (line: string) => void;
  /** So many lines were given up, because stdout did not take them. */
  readonly onDropped?: (lines: number) => void;
}

/** Structured logs, one line an event. Nothing here waits, throws or grows without bound. */
export interface Logs {
  event(event: SombraEvent): void;
  exchange(record: ExchangeRecord): void;
  /** Settles once everything is written, or after a second: a stdout that takes nothing ends nobody's stop. */
  flush(): Promise<void>;
}

const flushMs = 1_000;

export function createLogs({ level, pretty = false, write, onDropped }: LogsOptions): Logs {
  const dropped = (lines: number): void => {
    event({ event: "logs_dropped", lines });
    onDropped?.(lines);
  };
  const output = write === undefined ? openOutput({ onDropped: dropped }) : null;
  const sink = write ?? ((line: string) => output?.write(line));
  const least = logLevels.indexOf(level);

  const put = (line: LogLine): void => {
    if (line.event !== "started" && logLevels.indexOf(line.level) < least) return;
    sink(pretty ? prettyLine(line) : `${JSON.stringify(line)}\n`);
  };
  const event = (event: SombraEvent): void => put(lineOfEvent(event, Date.now()));
  return {
    event,
    exchange(record) {
      // Everything an exchange says is said at `info`.
      if (least > logLevels.indexOf("info")) return;
      for (const line of linesOfExchange(record)) put(line);
    },
    flush: async () => output?.flush(flushMs),
  };
}
