import { describe, expect, test } from "vitest";
import { createBudget, Kept } from "./kept.ts";
import { Collect } from "./collect.ts";
import type { Answer } from "../model/index.ts";

const bytes = (text: string): Buffer => Buffer.from(text);

describe("a kept body", () => {
  test.each<readonly [string, number | null]>([
    ["of an announced length", 6],
    ["of no announced length", null],
    ["shorter than announced", 60],
  ])("%s is what came, and its memory is given back", (_, announced) => {
    const budget = createBudget(100);
    const kept = new Kept(80, budget, announced);
    for (const piece of ["ab", "cd", "ef"]) expect(kept.push(bytes(piece))).toBeNull();
    expect(kept.bytes()?.toString()).toBe("abcdef");
    expect(budget.used).toBeGreaterThanOrEqual(6);
    kept.release();
    kept.release();
    expect(budget.used).toBe(0);
  });

  test("in one piece is that piece, not a copy", () => {
    const piece = bytes("whole");
    const kept = new Kept(10, createBudget(10), piece.length);
    kept.push(piece);
    expect(kept.bytes()).toBe(piece);
  });

  test("past its limit lets go of everything at once: what it held is handed back once, in order", () => {
    for (const announced of [null, 12]) {
      const budget = createBudget(100);
      const kept = new Kept(12, budget, announced);
      kept.push(bytes("abcd"));
      kept.push(bytes("efgh"));
      const held = kept.push(bytes("ijklm"));
      expect(Buffer.concat(held ?? []).toString()).toBe("abcdefgh");
      expect(kept.push(bytes("n"))).toBeNull();
      expect([kept.notKept, kept.bytes(), budget.used]).toEqual(["body-too-large", null, 0]);
    }
  });

  test("announced as too large takes no memory from the first byte on", () => {
    const budget = createBudget(100);
    const kept = new Kept(12, budget, 13);
    expect(kept.push(bytes("a"))).toBeNull();
    expect([kept.notKept, kept.bytes(), budget.used]).toEqual(["body-too-large", null, 0]);
  });

  test("for which there is no memory is queue-full, and takes nothing from the others", () => {
    for (const announced of [null, 8]) {
      const budget = createBudget(10);
      const other = new Kept(8, budget, null);
      other.push(bytes("abcd"));
      const kept = new Kept(8, budget, announced);
      kept.push(bytes("efgh"));
      kept.push(bytes("ijkl"));
      expect([kept.notKept, kept.bytes(), budget.used]).toEqual(["queue-full", null, 4]);
      expect(other.bytes()?.toString()).toBe("abcd");
    }
  });
});

describe("an answer that is collected", () => {
  const collected = (kept: Kept, pieces: readonly string[]): Answer | null => {
    let answer: Answer | null = null;
    const sink = new Collect(kept, {
      requestSent: () => undefined,
      ended: (whole) => (answer = whole),
      failed: () => undefined,
    });
    sink.start(201, "Created", ["X-A", "b"]);
    for (const piece of pieces) sink.data(bytes(piece));
    sink.end();
    return answer;
  };

  test("has its status, its fields and its body", () => {
    expect(collected(new Kept(10, createBudget(10), null), ["a", "b"])).toEqual({
      status: 201,
      rawHeaders: ["X-A", "b"],
      body: bytes("ab"),
      notKept: null,
    });
  });

  test.each([
    ["is too large", 3, 10, "body-too-large"],
    ["finds no memory", 10, 3, "queue-full"],
  ])("and %s says so in the place of its body", (_, limit, memory, notKept) => {
    const answer = collected(new Kept(limit, createBudget(memory), null), ["ab", "cd"]);
    expect(answer).toMatchObject({ status: 201, body: null, notKept });
  });
});
