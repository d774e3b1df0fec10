import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../registry/index.ts";

/** Primary result codes (sqlite.org/rescode.html). */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const FULL = 13;
const CANTOPEN = 14;

export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === BUSY || code === LOCKED;
}

/** The fault behind an error of `node:sqlite` or of the file system; an error of ours stays what it is. */
export function sqliteFault(error: unknown, path: string): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  const options = { cause: error };
  const readOnly = (why: string): StoreError => new StoreError("read-only", `Store '${path}' ${why}`, options);
  const code = codeOf(error);
  if (code === null) {
    // Not of SQLite: the file system's when the directory is made or looked at, else a mistake of ours.
    if (!("syscall" in error)) return error;
    if (!canWrite(path)) return readOnly("cannot be written: its directory is write-protected");
    return new StoreError("unreachable", `Store '${path}' cannot be reached: ${error.message}`, options);
  }
  switch (code) {
    case BUSY:
    case LOCKED:
      return new StoreError("busy", `Store '${path}' is held by another process: try again`, options);
    case FULL:
      return readOnly("cannot be written: the disk is full");
    case READONLY:
      return readOnly("cannot be written: the file or its directory is write-protected");
    case CANTOPEN:
      if (!canWrite(path)) return readOnly("cannot be opened: its directory is write-protected");
      return new StoreError("unreachable", `Store '${path}' cannot be opened: ${error.message}`, options);
    case IOERR:
      return new StoreError("unreachable", `Store '${path}' cannot be read or written: ${error.message}`, options);
    default:
      return new StoreError(
        "corrupt",
        `Store '${path}' cannot be understood: ${error.message}. Restore a copy of it, or move it away`,
        options,
      );
  }
}

function codeOf(error: unknown): number | null {
  if (!(error instanceof Error && "errcode" in error && typeof error.errcode === "number")) return null;
  // The low byte: the rest tells sorts of the same fault apart.
  return error.errcode & 0xff;
}

function canWrite(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "EROFS"));
  }
}

/** What `work` does, whole or not at all. */
export function inTransaction<T>(database: DatabaseSync, mode: "DEFERRED" | "IMMEDIATE", work: () => T): T {
  database.exec(`BEGIN ${mode}`);
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // Some faults end the transaction by themselves.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
