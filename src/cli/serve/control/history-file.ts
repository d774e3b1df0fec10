import { appendFile, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Book, Minute } from "../../../account/index.ts";

export interface HistoryFileOptions {
  readonly history: Pick<Book["history"], "since" | "load">;
  readonly now: () => number;
  /** Told once of a disk that takes or gives nothing: charts begin with the process then. */
  readonly fault: (error: unknown) => void;
}

const everyMs = 60_000;
const keptMinutes = 1_440;
/** A file that has grown to so many lines is written anew with those that count. */
const maxLines = 3 * keptMinutes;

const form = z.object({
  at: z.int(),
  counts: z.array(z.tuple([z.string(), z.number()])),
  buckets: z.array(z.tuple([z.string(), z.array(z.number())])),
});

/** Keeps what was counted in each minute in a file of the data directory, one line each, and takes up what is there. */
export function keepHistory(dataDir: string, { history, now, fault }: HistoryFileOptions): { stop(): Promise<void> } {
  const path = join(dataDir, "history.jsonl");
  const minuteNow = (): number => Math.floor(now() / everyMs);
  let next = minuteNow();
  let isFaulty = false;
  const failed = (error: unknown): void => {
    if (!isFaulty) fault(error);
    isFaulty = true;
  };
  const save = async (upToMs: number): Promise<void> => {
    const minutes = history.since(next, upToMs);
    next = (minutes.at(-1)?.at ?? next - 1) + 1;
    if (minutes.length === 0) return;
    await appendFile(path, minutes.map((minute) => `${JSON.stringify(minute)}\n`).join(""), { mode: 0o600 });
    isFaulty = false;
  };
  const loaded = load(path, minuteNow() - keptMinutes).then(async ({ minutes, lines }) => {
    history.load(minutes);
    if (lines > maxLines) await rewrite(path, minutes);
  });
  // One after the other: a slow disk is not asked again before it has answered.
  let saving = loaded.catch(failed);
  const then = (upToMs: () => number): Promise<void> => (saving = saving.then(() => save(upToMs())).catch(failed));
  const timer = setInterval(() => void then(now), everyMs).unref();
  return {
    async stop() {
      clearInterval(timer);
      // With the minute that has begun: it goes on in the next process.
      await then(() => now() + everyMs);
    },
  };
}

interface Loaded {
  readonly minutes: readonly Minute[];
  readonly lines: number;
}

/** Lines that cannot be read, such as one that a crash has cut, are passed over. */
async function load(path: string, from: number): Promise<Loaded> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  });
  const lines = text.split("\n").filter((line) => line !== "");
  return { lines: lines.length, minutes: lines.flatMap(minuteIn).filter(({ at }) => at > from) };
}

function minuteIn(line: string): readonly Minute[] {
  try {
    const { data } = form.safeParse(JSON.parse(line));
    return data === undefined ? [] : [data];
  } catch {
    return [];
  }
}

async function rewrite(path: string, minutes: readonly Minute[]): Promise<void> {
  await writeFile(`${path}.new`, minutes.map((minute) => `${JSON.stringify(minute)}\n`).join(""), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
