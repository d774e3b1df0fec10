import { expect, test } from "vitest";
import { serverTimings } from "./server-timing.ts";

const of = (...values: readonly string[]) => serverTimings(values.flatMap((value) => ["Server-Timing", value]));

test("a metric has a name, and a duration and a description where it says so", () => {
  expect(of('db;dur=53.2, cache;desc=hit;dur=0, app ; DUR = 47 ; desc = "main" , miss')).toEqual([
    { name: "db", durationMs: 53.2, description: null },
    { name: "cache", durationMs: 0, description: "hit" },
    { name: "app", durationMs: 47, description: "main" },
    { name: "miss", durationMs: null, description: null },
  ]);
});

test("all fields of the name are read, and no other", () => {
  expect(serverTimings(["server-timing", "a;dur=1", "X-Other", "b", "SERVER-TIMING", "c;dur=2"])).toEqual([
    { name: "a", durationMs: 1, description: null },
    { name: "c", durationMs: 2, description: null },
  ]);
  expect(serverTimings(["content-type", "text/plain"])).toEqual([]);
});

test("a comma inside quotes ends no metric", () => {
  expect(of('db;desc="a, \\" b;dur=9";dur=1, app;dur=2')).toEqual([
    { name: "db", durationMs: 1, description: null },
    { name: "app", durationMs: 2, description: null },
  ]);
});

test.each([
  ["a number as a name", "5511999990000;dur=1"],
  ["an id as a name", "wamid123;dur=1"],
  ["nothing before the semicolon", ";dur=1"],
  ["a name that is too long", `${"a".repeat(65)};dur=1`],
])("%s is left out", (_, value) => {
  expect(of(value)).toEqual([]);
});

test.each(["Maria Souza", "+5511999990000", "order 7", "a/b", "", "x".repeat(65)])(
  "the description %j is left out",
  (description) => {
    expect(of(`db;desc="${description}";dur=1`)).toEqual([{ name: "db", durationMs: 1, description: null }]);
  },
);

test.each(["-1", "1e9", "NaN", "5511999990000", "1;2", "", "0x10", "86400001"])("the duration %j is none", (dur) => {
  expect(of(`db;dur=${dur}`)[0]).toMatchObject({ name: "db", durationMs: dur === "1;2" ? 1 : null });
});

test("of twenty metrics and of 4,096 characters no more is read, however long the field", () => {
  expect(of(Array.from({ length: 30 }, () => "db;dur=1").join(","))).toHaveLength(20);
  const began = performance.now();
  expect(of(`${'"'.repeat(100_000)},db`)).toEqual([]);
  expect(of("db;".repeat(100_000))).toHaveLength(1);
  expect(performance.now() - began).toBeLessThan(500);
});
