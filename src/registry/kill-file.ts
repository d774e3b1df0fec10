import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { AUTOMATIC } from "./automatic.ts";
import { ifThere, PRIVATE_FOLDER, writeWhole } from "./files.ts";
import type { LocalKill } from "./known.ts";
import { createTurns } from "./turns.ts";

/** A kill that the store does not know of yet, so that a restart does not end it. */
export interface KillFile {
  /** `problem`: what the file holds cannot be read, which does not end the kill. */
  read(): Promise<{ readonly kill: LocalKill; readonly problem: string | null } | null>;
  write(kill: LocalKill | null): Promise<void>;
}

const schema = z.object({
  kill: z.object({ at: z.string(), by: z.string(), reason: z.string().nullable() }),
  actor: z.object({
    kind: z.enum(["token", "command", "dashboard", "signal", "environment", "automatic", "anonymous"]),
    name: z.string(),
  }),
  reason: z.string().nullable(),
}) satisfies z.ZodType<LocalKill>;

export function createKillFile(path: string, now: () => number): KillFile {
  const turns = createTurns();
  return {
    read: () =>
      turns.run(async () => {
        const text = await ifThere<string | null>(() => readFile(path, "utf8"), null);
        return text === null ? null : read(text, path, now);
      }),
    write: (kill) =>
      turns.run(async () => {
        await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
        if (kill === null) await rm(path, { force: true });
        else await writeWhole(path, `${JSON.stringify(kill)}\n`);
      }),
  };
}

function read(text: string, path: string, now: () => number): Awaited<ReturnType<KillFile["read"]>> {
  try {
    return { kill: schema.parse(JSON.parse(text)), problem: null };
  } catch {
    const problem = `${path} is damaged: that a kill was thrown is all it tells`;
    const kill = { at: new Date(now()).toISOString(), by: "unknown", reason: problem };
    return { kill: { kill, actor: AUTOMATIC, reason: problem }, problem };
  }
}
