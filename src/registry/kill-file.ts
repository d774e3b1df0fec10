import { link, mkdir, open, readFile, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { AUTOMATIC } from "./automatic.ts";
import { asideOf, codeOf, ifThere, PRIVATE_FOLDER, writeAside } from "./files.ts";
import { killSchema } from "./kill-schema.ts";
import type { LocalKill } from "./registry.ts";
import { createTurns } from "./turns.ts";

/**
 * A kill that the store does not know of yet, so that a restart does not end it. The file is made beforehand, with room for
 * any kill, kept open and written over in place: a disk that has become full since, or a process that can open no file any
 * more, does not keep a kill from being noted. Several processes may share it.
 */
export interface KillFile {
  /** Makes the file, or the room in it, that is not there yet. */
  reserve(): Promise<void>;
  /** `problem`: what the file holds cannot be read, which does not end the kill. */
  read(): Promise<{ readonly kill: LocalKill; readonly problem: string | null } | null>;
  write(kill: LocalKill | null): Promise<void>;
  close(): Promise<void>;
}

/** A reason of a thousand characters stands in a kill twice, and takes up to six bytes a character in JSON. */
export const ROOM_BYTES = 16_384;

const schema = z.object({
  kill: killSchema,
  actor: z.object({
    kind: z.enum(["token", "command", "dashboard", "signal", "environment", "automatic", "anonymous"]),
    name: z.string(),
  }),
  reason: z.string().nullable(),
}) satisfies z.ZodType<LocalKill>;

export function createKillFile(path: string, now: () => number): KillFile {
  const turns = createTurns();
  let held: FileHandle | null = null;
  /** What is asked for afterwards is done, and nothing is kept open for it. */
  let isClosed = false;

  const release = async (): Promise<void> => {
    await held?.close();
    held = null;
  };
  const opened = async (): Promise<FileHandle> => {
    // Somebody may have moved it away: nobody would find what is written to it.
    if (held !== null && (await inodeOf(path)) === (await held.stat()).ino) return held;
    await release();
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
    if ((await inodeOf(path)) === null) await make(path);
    held = await open(path, "r+");
    return held;
  };
  return {
    reserve: () =>
      turns.run(async () => {
        if (isClosed) return;
        const file = await opened();
        const { size } = await file.stat();
        if (size < ROOM_BYTES) await writeAt(file, size, " ".repeat(ROOM_BYTES - size));
      }),
    read: () =>
      turns.run(async () => {
        const text = await ifThere<string | null>(() => readFile(path, "utf8"), null);
        return text === null ? null : read(text, path, now);
      }),
    write: (kill) =>
      turns.run(async () => {
        await writeAt(await opened(), 0, textOf(kill));
        if (isClosed) await release();
      }),
    close() {
      isClosed = true;
      return turns.run(release);
    },
  };
}

/** As long as the room: nothing of what was there before is left. A kill without its reason is still one. */
function textOf(kill: LocalKill | null): string {
  const whole = JSON.stringify(kill);
  const isTooLong = kill !== null && Buffer.byteLength(whole) >= ROOM_BYTES;
  const text = isTooLong ? JSON.stringify({ ...kill, kill: { ...kill.kill, reason: null }, reason: null }) : whole;
  return `${text}${" ".repeat(Math.max(0, ROOM_BYTES - 1 - Buffer.byteLength(text)))}\n`;
}

async function writeAt(file: FileHandle, start: number, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, start + done)).bytesWritten;
  }
  await file.sync();
}

/** Never empty and never in place of another's: what a file says that is cut off is that a kill was thrown. */
async function make(path: string): Promise<void> {
  const aside = asideOf(path);
  await writeAside(aside, async (append) => {
    await append(textOf(null));
    return aside;
  });
  try {
    await link(aside, path);
  } catch (error) {
    // Somebody was faster, or the file system knows no links.
    if (codeOf(error) !== "EEXIST") await rename(aside, path);
  } finally {
    await rm(aside, { force: true });
  }
}

function inodeOf(path: string): Promise<number | null> {
  return ifThere<number | null>(async () => (await stat(path)).ino, null);
}

function read(text: string, path: string, now: () => number): Awaited<ReturnType<KillFile["read"]>> {
  try {
    const kill = schema.nullable().parse(JSON.parse(text));
    return kill && { kill, problem: null };
  } catch {
    const problem = `${path} is damaged: that a kill was thrown is all it tells`;
    const kill = { at: new Date(now()).toISOString(), by: "unknown", reason: problem };
    return { kill: { kill, actor: AUTOMATIC, reason: problem }, problem };
  }
}
