import { monotonic } from "../../../lib/clock.ts";
import type { Output } from "../command.ts";
import { durationText } from "./show.ts";

/** How far something is that takes a while, for a person who waits. */
export interface Progress {
  readonly done: (count: number) => void;
  /** Nothing of it is left on a terminal. */
  end(): void;
}

/** Where lines stay: now and then. On a terminal: one line, drawn anew. */
const lineMs = 10_000;
const drawMs = 200;

export function createProgress(output: Output, all: number, now = monotonic): Progress {
  const isDrawn = output.isTTY === true;
  const startedMs = now();
  let toldMs = startedMs;
  const text = (count: number): string => {
    const leftMs = ((now() - startedMs) / count) * (all - count);
    return `${count} of ${all} runs, about ${durationText(leftMs)} to go`;
  };
  return {
    done(count) {
      if (count === 0 || now() - toldMs < (isDrawn ? drawMs : lineMs)) return;
      toldMs = now();
      output.write(isDrawn ? `\r\u001b[K${text(count)}` : `${text(count)}\n`);
    },
    end() {
      if (isDrawn) output.write("\r\u001b[K");
    },
  };
}
