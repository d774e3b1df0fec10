import { describe, expect, test } from "vitest";
import { createFlagCell, type FlagCell } from "./cell.ts";
import { decideMode } from "./mode.ts";
import { ROUTE, routeSnapshot } from "./sample.ts";
import type { Snapshot } from "./snapshot.ts";

const cutover = { enabled: { enabled: true }, shadow: { enabled: false }, dualRun: { enabled: false } };
const first = routeSnapshot(cutover, { version: 1 });
const second = routeSnapshot(cutover, { version: 2 });
const killedByAll = routeSnapshot(cutover, { version: 3, killed: true });

const forever = new AbortController().signal;

function createWatched(initial: Snapshot): { cell: FlagCell; seen: string[]; errors: unknown[] } {
  const errors: unknown[] = [];
  const seen: string[] = [];
  const cell = createFlagCell(initial, { onError: (error) => errors.push(error) });
  cell.onChange(({ version, killed }) => seen.push(`${version}${killed ? " killed" : ""}`), forever);
  return { cell, seen, errors };
}

describe("the switch", () => {
  test("a kill changes nothing but `killed`, and an undo brings back the very snapshot", () => {
    const { cell, seen } = createWatched(first);
    expect(decideMode(cell.current(), ROUTE, "alice").mode).toBe("cutover");
    cell.kill();
    expect(cell.current()).toEqual({ ...first, killed: true });
    expect(decideMode(cell.current(), ROUTE, "alice")).toMatchObject({ mode: "legacy", reason: "killed" });
    cell.undoKill();
    expect(cell.current()).toBe(first);
    expect(seen).toEqual(["1 killed", "1"]);
  });

  test("a snapshot that comes while killed stays killed, and is in force after the undo", () => {
    const { cell, seen } = createWatched(first);
    cell.kill();
    cell.replace(second);
    expect(cell.current()).toEqual({ ...second, killed: true });
    cell.undoKill();
    expect(cell.current()).toBe(second);
    expect(seen).toEqual(["1 killed", "2 killed", "2"]);
  });

  test("a kill that all share is not undone here", () => {
    const { cell, seen } = createWatched(killedByAll);
    cell.kill();
    cell.undoKill();
    expect(cell.current()).toBe(killedByAll);
    cell.replace(second);
    expect(cell.current()).toBe(second);
    expect(seen).toEqual(["2"]);
  });

  test("the end of a kill that all share does not end the one here", () => {
    const { cell } = createWatched(killedByAll);
    cell.kill();
    cell.replace(second);
    expect(cell.current().killed).toBe(true);
  });

  test("what changes nothing is no change", () => {
    const { cell, seen } = createWatched(first);
    cell.undoKill();
    cell.replace(first);
    cell.kill();
    cell.kill();
    cell.replace(first);
    expect(seen).toEqual(["1 killed"]);
  });
});

describe("listeners", () => {
  test("who asked before a change keeps what it got", () => {
    const { cell } = createWatched(first);
    const before = cell.current();
    cell.replace(second);
    cell.kill();
    expect([before.version, before.killed]).toEqual([1, false]);
  });

  test("one that throws hurts nobody, and is told to `onError`", () => {
    const errors: unknown[] = [];
    const seen: number[] = [];
    const fault = new Error("broken listener");
    const cell = createFlagCell(first, { onError: (error) => errors.push(error) });
    cell.onChange(() => {
      throw fault;
    }, forever);
    cell.onChange(({ version }) => seen.push(version), forever);
    cell.replace(second);
    expect([cell.current(), seen, errors]).toEqual([second, [2], [fault]]);
  });

  test("not even an `onError` that throws stops a kill", () => {
    const fail = (): never => {
      throw new Error("broken");
    };
    const seen: boolean[] = [];
    const cell = createFlagCell(first, { onError: fail });
    cell.onChange(fail, forever);
    cell.onChange(({ killed }) => seen.push(killed), forever);
    cell.kill();
    expect([cell.current().killed, seen]).toEqual([true, [true]]);
  });

  test("one that changes the cell is followed: everybody sees every change in order", () => {
    const { cell, seen } = createWatched(first);
    cell.onChange(({ version }) => {
      if (version === 2) cell.kill();
    }, forever);
    const late: string[] = [];
    cell.onChange(({ version, killed }) => late.push(`${version}${killed ? " killed" : ""}`), forever);
    cell.replace(second);
    expect([seen, late]).toEqual([
      ["2", "2 killed"],
      ["2", "2 killed"],
    ]);
    cell.undoKill();
    expect(seen.slice(2)).toEqual(["2", "2 killed"]);
  });

  test("none is called after its signal has aborted, nor one that came with an aborted signal", () => {
    const { cell } = createWatched(first);
    const seen: string[] = [];
    const controller = new AbortController();
    cell.onChange(() => controller.abort(), forever);
    cell.onChange(() => seen.push("aborted by another listener"), controller.signal);
    cell.onChange(() => seen.push("aborted before"), AbortSignal.abort());
    cell.onChange(() => seen.push("kept"), forever);
    cell.replace(second);
    cell.kill();
    expect(seen).toEqual(["kept", "kept"]);
  });
});
