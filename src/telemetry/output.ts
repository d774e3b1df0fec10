import { constants, fstatSync, openSync, write as writeFd } from "node:fs";

export interface OutputOptions {
  readonly fd?: number;
  /** Lines wait in memory up to here; those beyond are dropped and counted. */
  readonly maxBytes?: number;
  /** So many lines were dropped; told once there is room again. */
  readonly onDropped: (lines: number) => void;
}

/** A file descriptor written to line by line without ever waiting for it. */
export interface Output {
  write(line: string): void;
  /** Settles once nothing waits any more, or after `maxMs`. */
  flush(maxMs: number): Promise<void>;
}

const firstWaitMs = 1;
const longestWaitMs = 50;

/** A reader that went away (EPIPE) ends the output; one that stands still costs `maxBytes` and lines. */
export function openOutput({ fd = 1, maxBytes = 4 * 1024 * 1024, onDropped }: OutputOptions): Output {
  const target = withoutBlocking(fd);
  let lines: string[] = [];
  let waitingBytes = 0;
  let chunk: Buffer | null = null;
  let waitMs = firstWaitMs;
  let dropped = 0;
  let broken = false;
  let idle = Promise.withResolvers<void>();
  idle.resolve();

  const settle = (): void => {
    if (dropped > 0 && !broken) {
      const lost = dropped;
      dropped = 0;
      onDropped(lost);
    }
    if (chunk === null) idle.resolve();
  };
  const next = (): void => {
    chunk = lines.length === 0 || broken ? null : Buffer.from(lines.join(""));
    lines = [];
    waitingBytes = chunk?.length ?? 0;
    if (chunk === null) settle();
    else send(chunk);
  };
  const send = (bytes: Buffer): void => {
    writeFd(target, bytes, 0, bytes.length, null, (error, written) => {
      if (error === null) {
        waitMs = firstWaitMs;
        const rest = bytes.subarray(written);
        waitingBytes -= written;
        if (rest.length > 0) send(rest);
        else next();
      } else if (error.code === "EAGAIN" || error.code === "EINTR") {
        setTimeout(send, waitMs, bytes).unref();
        waitMs = Math.min(waitMs * 2, longestWaitMs);
      } else {
        // A full disk may have room again; a reader that is gone does not come back.
        broken = error.code === "EPIPE" || error.code === "EBADF";
        next();
      }
    });
  };
  return {
    write(line) {
      if (broken) return;
      const bytes = Buffer.byteLength(line);
      if (waitingBytes + bytes > maxBytes) {
        dropped += 1;
        return;
      }
      lines.push(line);
      waitingBytes += bytes;
      if (chunk !== null) return;
      idle = Promise.withResolvers();
      next();
    },
    async flush(maxMs) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, maxMs);
      await Promise.race([idle.promise, late.promise]);
      clearTimeout(timer);
    },
  };
}

/**
 * A pipe opened anew so that a write to a full one fails with EAGAIN. On the descriptor we were given it would hold
 * one of libuv's four threads for as long as the reader stands still, at exit too; and making that one non-blocking
 * would do so for every process that shares it.
 */
function withoutBlocking(fd: number): number {
  try {
    if (fstatSync(fd).isFIFO()) return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // Not Linux, or a pipe of another user: as it is then.
  }
  return fd;
}
