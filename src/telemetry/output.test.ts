import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openOutput } from "./output.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sombra-output-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A pipe whose reader reads when told to. */
function pipe() {
  const path = join(dir, "pipe");
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  return {
    writer,
    /** Everything that is in the pipe now. */
    read(): Buffer {
      const buffer = Buffer.alloc(1024 * 1024);
      try {
        return buffer.subarray(0, readSync(reader, buffer));
      } catch {
        return Buffer.alloc(0);
      }
    },
    closeReader: () => closeSync(reader),
    [Symbol.dispose]: () => closeSync(writer),
  };
}

const line = (n: number): string => `${String(n).padStart(9, "0")}${"é".repeat(45)}\n`;

describe("an output", () => {
  it("writes every line to a file, in order", async () => {
    const path = join(dir, "file");
    const fd = openSync(path, "w");
    const output = openOutput({ fd, onDropped: () => expect.unreachable() });
    const lines = Array.from({ length: 2_000 }, (_, n) => line(n));
    for (const text of lines) output.write(text);
    await output.flush(5_000);
    closeSync(fd);
    expect(readFileSync(path, "utf8")).toBe(lines.join(""));
  });

  it("goes on where a slow reader goes on, byte by byte", async () => {
    using slow = pipe();
    const output = openOutput({ fd: slow.writer, onDropped: () => expect.unreachable() });
    const lines = Array.from({ length: 5_000 }, (_, n) => line(n));
    for (const text of lines) output.write(text);
    const wanted = Buffer.from(lines.join(""));
    let taken = Buffer.alloc(0);
    // The lines are several times what a pipe holds.
    while (taken.length < wanted.length) {
      await output.flush(1);
      taken = Buffer.concat([taken, slow.read()]);
    }
    expect(taken.equals(wanted)).toBe(true);
  });

  it("neither waits for a reader that stands still nor grows beyond its bound, and counts what it drops", async () => {
    using still = pipe();
    const dropped: number[] = [];
    const output = openOutput({ fd: still.writer, maxBytes: 100_000, onDropped: (lines) => dropped.push(lines) });
    for (let n = 0; n < 5_000; n += 1) output.write(line(n));
    const began = performance.now();
    await output.flush(50);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(dropped).toEqual([]);
    let taken = Buffer.alloc(0);
    while (dropped.length === 0) {
      taken = Buffer.concat([taken, still.read()]);
      await output.flush(1);
    }
    const kept = Buffer.concat([taken, still.read()]).toString().split("\n").length - 1;
    expect(kept).toBe(Math.trunc(100_000 / Buffer.byteLength(line(0))));
    expect(dropped).toEqual([5_000 - kept]);
  });

  it("falls silent when the reader is gone", async () => {
    using gone = pipe();
    const output = openOutput({ fd: gone.writer, onDropped: () => expect.unreachable() });
    gone.closeReader();
    output.write(line(0));
    await output.flush(5_000);
    output.write(line(1));
    await output.flush(5_000);
  });
});
