import { afterEach, expect, test, vi } from "vitest";
import { ignore, rule } from "../../../compare/rules/sample.ts";
import type { Rule } from "../../../model/index.ts";
import { documentId, type Documents, type JsonObject } from "../../../flags/index.ts";
import { createKnownRules, ruleChecks, ruleNotices } from "./rule-notices.ts";
import { createRuleKeeper } from "./rules.ts";

afterEach(() => void vi.useRealTimers());

function keeper(ofFile: readonly Rule[]) {
  vi.useFakeTimers({ now: 0 });
  const changed: (readonly string[])[] = [];
  const expired: string[] = [];
  const made = createRuleKeeper({
    ofFile,
    now: Date.now,
    changed: (rules) => void changed.push(rules.map(({ id }) => id)),
    expired: ({ id }) => void expired.push(id),
  });
  const hides = (path: string): boolean => {
    const of = made.inForce().of({ route: "default", itemKind: "request" }, "answer");
    return of?.at(path)?.explaining({ kind: "changed", legacy: 1, candidate: 2 }) !== undefined;
  };
  return { ...made, changed, expired, hides };
}

test("rules of the API come beside those of the file, which win", () => {
  const { set, changed, hides, close } = keeper([rule("/a", ignore, { id: "file" })]);
  set([rule("/b", ignore, { id: "api" }), rule("/c", ignore, { id: "file" })]);
  expect(changed).toEqual([["file"], ["file", "api"]]);
  expect(["/a", "/b", "/c"].map(hides)).toEqual([true, true, false]);
  set([]);
  expect(["/a", "/b"].map(hides)).toEqual([true, false]);
  close();
});

test("a rule that expires stops at once, and is told of once", () => {
  const { set, expired, hides, close } = keeper([rule("/a", ignore, { id: "short", expiresAt: 30_000 })]);
  expect([hides("/a"), expired]).toEqual([true, []]);
  vi.setSystemTime(30_000);
  expect(hides("/a")).toBe(false);
  vi.advanceTimersByTime(180_000);
  expect(expired).toEqual(["short"]);
  set([rule("/b", ignore, { id: "late", expiresAt: 1 })]);
  expect(expired).toEqual(["short", "late"]);
  set([rule("/b", ignore, { id: "late", expiresAt: 1e9 })]);
  set([rule("/b", ignore, { id: "late", expiresAt: 1 })]);
  expect(expired).toEqual(["short", "late", "late"]);
  close();
});

test("a rule that has expired is named with its owner", () => {
  const rules = [rule("/a", ignore, { id: "old", expiresAt: Date.UTC(2026, 0, 31) }), rule("/b", ignore)];
  const known = { rules, unreadable: [] };
  const said = 'Rule "old" (bot-team) has expired on 2026-01-31 and does nothing: what it hid counts again';
  expect(ruleNotices(known, Date.UTC(2026, 1, 1))).toMatchObject([{ text: said }]);
  expect(ruleChecks(known, Date.UTC(2026, 1, 1))).toMatchObject([{ name: "rule old", status: "warn", text: said }]);
  expect(ruleNotices(known, Date.UTC(2026, 0, 30))).toEqual([]);
  expect(ruleChecks(known, 0)).toMatchObject([{ status: "ok", text: "2, none has expired" }]);
  expect(ruleChecks({ rules: [], unreadable: [] }, 0)).toMatchObject([{ status: "ok", text: "there are none" }]);
});

test("rules of the store are named as those of the file are, and what cannot be read as one", () => {
  let documents = stored({});
  const known = createKnownRules([rule("/a", ignore, { id: "file" })], () => documents);
  expect(ruleChecks(known(), 0)).toMatchObject([{ text: "1, none has expired" }]);
  const expires = "2026-01-31";
  const about = { path: "/b", ignore: true, owner: "anna", reason: "clocks", expires };
  documents = stored({ clocks: about, odd: { path: 7 }, file: about });
  expect(known()).toBe(known());
  expect(ruleNotices(known(), Date.UTC(2026, 1, 1)).map(({ text }) => text)).toEqual([
    'Rule "clocks" (anna) has expired on 2026-01-31 and does nothing: what it hid counts again',
    'Rule "odd" of the store cannot be read and does nothing: put it whole',
  ]);
  expect(ruleChecks(known(), 0)).toMatchObject([{ name: "rule odd", status: "warn" }]);
});

function stored(rules: Readonly<Record<string, JsonObject>>): Documents {
  const at = { version: 1, updatedAt: "2026-01-01T00:00:00.000Z", updatedBy: "anna" };
  return new Map(
    Object.entries(rules).map(([name, value]) => {
      const id = documentId("rule", name);
      return [id, { id, value, ...at }];
    }),
  );
}

test("rules have a hash by route: of what they do, whoever wrote them and in whatever order", () => {
  const a = rule("/a", ignore, { id: "a", expiresAt: 30_000 });
  const b = rule("/b", ignore, { id: "b" });
  const elsewhere = rule("/c", ignore, { id: "c", route: "x" });
  const { set, hashFor, close } = keeper([]);
  const none = hashFor("default");
  set([a, b]);
  const both = hashFor("default");
  expect(both).toMatch(/^[0-9a-f]{16}$/);
  expect(both).not.toBe(none);
  set([{ ...b, owner: "somebody else", reason: "another" }, a, elsewhere]);
  expect(hashFor("default")).toBe(both);
  expect(hashFor("x")).not.toBe(both);
  set([a, { ...b, path: "/d" }]);
  expect(hashFor("default")).not.toBe(both);
  set([b]);
  const one = hashFor("default");
  set([a, b]);
  vi.setSystemTime(30_000);
  expect(hashFor("default")).toBe(one);
  close();
});
