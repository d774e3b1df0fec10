import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of its own that can be filled to its last block. */
export interface SmallDisk {
  readonly path: string;
  fill(): void;
  free(): void;
  close(): Promise<void>;
}

/** null: this process may mount nothing (not root, or a container without the right to). */
export function mountDisk(bytes: number): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), "sombra-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes},mode=700`, "tmpfs", path], { stdio: "pipe" });
  } catch {
    rmSync(path, { recursive: true });
    return null;
  }
  const filling = join(path, "filling");
  return {
    path,
    fill() {
      const file = openSync(filling, "a");
      try {
        for (;;) writeSync(file, Buffer.alloc(4_096));
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filling),
    async close() {
      execFileSync("umount", ["--lazy", path]);
      rmSync(path, { recursive: true });
    },
  };
}

/**
 * Takes from a running process what a full disk takes, and needs no right to: no file may grow beyond `fileBytes`; and, where
 * it is given, no file may be opened that would be its `openFiles`th.
 */
export function limitFiles(pid: number, limits: { readonly fileBytes: number; readonly openFiles?: number }): void {
  const { fileBytes, openFiles } = limits;
  const files = openFiles === undefined ? [] : [`--nofile=${openFiles}`];
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${fileBytes}`, ...files]);
}
