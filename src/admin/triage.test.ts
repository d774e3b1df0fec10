import { describe, expect, it, test } from "vitest";
import { readTriage, type JsonObject, type StoredDocument, type TriageMark } from "../flags/index.ts";
import { hasRecurred, isOpen, shownTriage } from "./triage.ts";

const at = "2026-01-02T03:04:05.000Z";
const atMs = Date.parse(at);
const mark = (changes: Partial<TriageMark> = {}): TriageMark => {
  return { state: "fixed", reason: null, until: null, link: null, at, reopened: null, ...changes };
};
const stored = (value: JsonObject): StoredDocument => {
  return { id: "triage:00000000000000aa", value, version: 4, updatedAt: at, updatedBy: "token:anna" };
};
const stateOf = (changes: Partial<TriageMark>, seen: { lastSeenMs?: number | null; nowMs?: number }) =>
  shownTriage(stored({ ...mark(changes) }), { lastSeenMs: null, nowMs: atMs, ...seen })?.state;

describe("what is said of a group", () => {
  test.each([
    ["fixed", {}, { lastSeenMs: atMs }, "fixed"],
    ["fixed, and never seen", {}, {}, "fixed"],
    ["fixed, and seen since", {}, { lastSeenMs: atMs + 1 }, "reopened"],
    ["fixed, and found to have come again", { reopened: at }, {}, "reopened"],
    ["expected", { state: "expected", until: "2026-02-01T00:00:00.000Z" }, { lastSeenMs: atMs + 1 }, "expected"],
    [
      "expected until now",
      { state: "expected", until: "2026-02-01T00:00:00.000Z" },
      { nowMs: Date.parse("2026-02-01T00:00:00.000Z") },
      "open",
    ],
    ["a bug that is seen", { state: "bug", link: "https://x.example/1" }, { lastSeenMs: atMs + 1 }, "bug"],
  ] as const)("%s", (_what, changes, seen, state) => {
    expect(stateOf(changes, seen)).toBe(state);
  });

  it("is shown with who said it, when, and what it was", () => {
    const until = "2026-01-01T00:00:00.000Z";
    const document = stored({ ...mark({ state: "expected", until, reason: "known" }) });
    expect(shownTriage(document, { lastSeenMs: null, nowMs: atMs })).toEqual({
      state: "open",
      marked: "expected",
      reason: "known",
      until,
      link: null,
      at,
      by: "token:anna",
      version: 4,
    });
  });

  it("keeps a group open unless it is expected or fixed", () => {
    const shown = (changes: Partial<TriageMark>, lastSeenMs = 0) =>
      shownTriage(stored({ ...mark(changes) }), { lastSeenMs, nowMs: atMs });
    expect(isOpen(null)).toBe(true);
    expect(isOpen(shown({ state: "bug" }))).toBe(true);
    expect(isOpen(shown({}, atMs + 1))).toBe(true);
    expect(isOpen(shown({}))).toBe(false);
    expect(isOpen(shown({ state: "expected", until: "2027-01-01T00:00:00.000Z" }))).toBe(false);
  });

  test.each<[string, JsonObject]>([
    ["a state that there is not", { ...mark(), state: "ignored" }],
    ["no time", { ...mark(), at: "yesterday" }],
    ["an end that is none", { ...mark(), until: "soon" }],
    ["nothing", {}],
  ])("counts as not said where the record has %s", (_what, value) => {
    expect(readTriage({ value })).toBeNull();
    expect(shownTriage(stored(value), { lastSeenMs: null, nowMs: atMs })).toBeNull();
  });

  it("only what was fixed recurs", () => {
    expect(hasRecurred(mark({ state: "bug" }), atMs + 1)).toBe(false);
  });
});
