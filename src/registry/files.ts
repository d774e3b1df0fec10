import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Lists and audit are nobody else's to read. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

/** A name for a file that is still being written, next to the one it becomes: several processes may share a folder. */
export function asideOf(path: string): string {
  return `${path}.${randomUUID()}.new`;
}

/** All of it or nothing of it, also where the power fails. `write` gets a file that nobody else sees yet. */
export async function writeAside(
  aside: string,
  write: (append: (text: string) => Promise<void>) => Promise<string>,
): Promise<string> {
  try {
    const file = await open(aside, "wx", PRIVATE_FILE);
    let path: string;
    try {
      path = await write(async (text) => void (await file.write(text)));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
    await syncFolder(dirname(path));
    return path;
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

export async function writeWhole(path: string, text: string): Promise<void> {
  await writeAside(asideOf(path), async (append) => {
    await append(text);
    return path;
  });
}

/** A new name is durable once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** `otherwise` where the file or folder is not there. */
export async function ifThere<T>(look: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return otherwise;
    throw error;
  }
}

/** `ENOSPC` and the like; null: not of the file system. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error ? String(error.code) : null;
}

/** What a file holds is not what was written to it. `message` names the file and says what is wrong. */
export class DamagedFile extends Error {
  override readonly name = "DamagedFile";
}
