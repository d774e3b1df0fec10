import { statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** When a process ran here last: whatever it had open, nobody may know of any more. */
export interface LastRun {
  /** Milliseconds since it may have run; null: never. */
  readonly agoMs: number | null;
  stop(): void;
}

const everyMs = 1_000;
/** It may have run on for so long after it said so last: a busy process, or a slow disk. */
const slackMs = 5_000;

/** Says from now on that this one runs. A disk that takes nothing is told of elsewhere. */
export function startLastRun(dataDir: string): LastRun {
  const file = join(dataDir, "last-run");
  const agoMs = agoOf(file);
  let isWriting = false;
  const write = (): void => {
    if (isWriting) return;
    isWriting = true;
    void writeFile(file, "", { mode: 0o600 })
      .catch(() => undefined)
      .finally(() => (isWriting = false));
  };
  write();
  const timer = setInterval(write, everyMs).unref();
  return { agoMs, stop: () => clearInterval(timer) };
}

/** What cannot be read may have been a moment ago. */
function agoOf(file: string): number | null {
  try {
    const seen = statSync(file, { throwIfNoEntry: false });
    return seen === undefined ? null : Math.max(0, Date.now() - seen.mtimeMs - slackMs);
  } catch {
    return 0;
  }
}
