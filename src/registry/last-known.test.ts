import { describe, expect, it } from "vitest";
import { createLastKnown } from "./last-known.ts";
import { nowhere } from "./position.ts";
import type { SnapshotFile } from "./snapshot-file.ts";
import type { StoredState } from "./store.ts";

const at = (version: number): StoredState => ({
  position: { ...nowhere, version },
  flags: new Map(),
  audiences: new Map(),
  documents: new Map(),
  kill: null,
  unreadable: [],
});

/** A file whose writes end when they are told to. */
class SlowFile implements SnapshotFile {
  readonly begun: number[] = [];
  readonly #ends: (() => void)[] = [];
  readonly #begins: (() => void)[] = [];
  fault: Error | null = null;

  read = (): Promise<null> => Promise.resolve(null);

  isSwept = true;

  write = async (state: StoredState): Promise<boolean> => {
    this.begun.push(state.position.version);
    const ended = new Promise<void>((resolve) => this.#ends.push(resolve));
    this.#begins.shift()?.();
    await ended;
    if (this.fault !== null) throw this.fault;
    return this.isSwept;
  };

  begins(): Promise<void> {
    return new Promise((resolve) => this.#begins.push(resolve));
  }

  end(): void {
    this.#ends.shift()?.();
  }
}

describe("the last known state", () => {
  it("is written one after the other, of those that came meanwhile the newest only", async () => {
    const file = new SlowFile();
    const lastKnown = createLastKnown(file, { gapMs: 0, sweepAfterMs: 0, problem: () => {} });
    const first = file.begins();
    lastKnown.save(at(1), null);
    await first;
    const second = file.begins();
    for (const version of [2, 3, 4]) lastKnown.save(at(version), null);
    file.end();
    await second;
    file.end();
    await lastKnown.close();
    expect(file.begun).toEqual([1, 4]);
  });

  it("is written once more where files are left that were too young to go", async () => {
    const file = new SlowFile();
    file.isSwept = false;
    const lastKnown = createLastKnown(file, { gapMs: 0, sweepAfterMs: 0, problem: () => {} });
    const first = file.begins();
    lastKnown.save(at(1), null);
    await first;
    file.isSwept = false;
    const again = file.begins();
    file.end();
    await again;
    file.isSwept = true;
    file.end();
    await lastKnown.close();
    expect(file.begun).toEqual([1, 1]);
  });

  it("is written at the end, however long the gap", async () => {
    const file = new SlowFile();
    const lastKnown = createLastKnown(file, { gapMs: 1e6, sweepAfterMs: 0, problem: () => {} });
    const first = file.begins();
    lastKnown.save(at(1), null);
    await first;
    file.end();
    lastKnown.save(at(2), null);
    const second = file.begins();
    const closed = lastKnown.close();
    await second;
    file.end();
    await closed;
    expect(file.begun).toEqual([1, 2]);
  });

  it("is tried again where the disk refused it, which is told until it works", async () => {
    const file = new SlowFile();
    const told: (string | null)[] = [];
    const lastKnown = createLastKnown(file, { gapMs: 0, sweepAfterMs: 0, problem: (text) => told.push(text) });
    file.fault = new Error("ENOSPC: no space left on device");
    const first = file.begins();
    lastKnown.save(at(1), null);
    await first;
    const second = file.begins();
    file.end();
    await second;
    file.fault = null;
    file.end();
    await lastKnown.close();
    expect(file.begun).toEqual([1, 1]);
    expect(told).toEqual([expect.stringContaining("no space left on device"), null]);
  });
});
