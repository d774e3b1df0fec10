import { describe, expect, it } from "vitest";
import { createKeyedHash } from "./keyed-hash.ts";
import { createCompare } from "./remember.ts";
import { compileRules } from "./rules/book.ts";
import { ignore, rule } from "./rules/sample.ts";
import { answered, failed, sampleDeps, type AnswerOptions } from "./sample.ts";
import { compareOutcomes, type Pair } from "./verdict.ts";

const deps = { ...sampleDeps, hash: createKeyedHash("key") };
const rules = { headers: ["x-a"] };
const fields = ["X-A", "1", "Date", "now"];
const usual: Pair = {
  route: "default",
  itemKind: "message.text",
  rules,
  scope: "whole",
  legacy: answered('{"a":1}', { headers: fields }),
  candidate: answered('{"a":2}', { headers: fields }),
};

const withAnswer = (body: string, options: AnswerOptions = {}): Pair => ({
  ...usual,
  candidate: answered(body, { headers: fields, ...options }),
});

describe("a pair that comes again", () => {
  it("gets the same verdict without being compared anew", () => {
    const compare = createCompare();
    const verdict = compare(usual, deps);
    expect(verdict).toEqual(compareOutcomes(usual, deps));
    expect(compare(withAnswer('{"a":2}'), deps)).toBe(verdict);
  });

  it("is the same whatever its fields say that nobody compares", () => {
    const compare = createCompare();
    const verdict = compare(usual, deps);
    const later = fields.with(3, "later");
    expect(compare(withAnswer('{"a":2}', { headers: later }), deps)).toBe(verdict);
  });

  it.each<[string, Pair]>([
    ["body", withAnswer('{"a":3}')],
    ["status", withAnswer('{"a":2}', { status: 500 })],
    ["compared field", withAnswer('{"a":2}', { headers: fields.with(1, "2") })],
    ["type", withAnswer('{"a":2}', { type: "text/plain" })],
    ["coding", withAnswer('{"a":2}', { headers: [...fields, "Content-Encoding", "gzip"] })],
    ["kind", { ...usual, itemKind: "status.read" }],
    ["route", { ...usual, route: "other" }],
    [
      "rule",
      { ...usual, rules: { headers: ["date"] }, candidate: answered('{"a":2}', { headers: fields.with(3, "then") }) },
    ],
    ["outcome", { ...usual, candidate: failed }],
  ])("is another one with another %s", (_, pair) => {
    const compare = createCompare();
    const verdict = compare(usual, deps);
    const other = compare(pair, deps);
    expect(other).toEqual(compareOutcomes(pair, deps));
    expect(other).not.toEqual(verdict);
  });

  it("has its values hashed by whoever asks", () => {
    const compare = createCompare();
    const text = { ...usual, legacy: answered('{"a":"one"}'), candidate: answered('{"a":"two"}') };
    const unhashed = compare(text, { ...deps, hash: () => "" });
    expect(compare(text, deps)).toEqual(compareOutcomes(text, deps));
    expect(compare(text, deps)).not.toEqual(unhashed);
  });

  it("is compared anew under other rules", () => {
    const compare = createCompare();
    const book = compileRules([rule("/body/a", ignore, { expiresAt: 10 })]);
    const within = { ...deps, rules: book.at(0) };
    expect(compare(usual, deps).kind).toBe("divergent");
    const hidden = compare(usual, within);
    expect(hidden.kind).toBe("noise");
    expect(compare(usual, { ...deps, rules: book.at(9), at: 9 })).toBe(hidden);
    expect(compare(usual, { ...deps, rules: book.at(10), at: 10 }).kind).toBe("divergent");
  });

  it("is compared anew where it depends on the time", () => {
    const compare = createCompare();
    const pair = { ...withAnswer('{"at":1795257932}'), legacy: answered('{"at":1795257931}', { headers: fields }) };
    expect(compare(pair, { ...deps, at: 1_795_257_931_000 }).kind).toBe("noise");
    expect(compare(pair, { ...deps, at: 1_895_257_931_000 }).kind).toBe("divergent");
    expect(compare(pair, { ...deps, at: 1_795_257_931_000 }).kind).toBe("noise");
  });

  it("is remembered by its bytes at the time, not by memory that others write to", () => {
    const compare = createCompare();
    const body = Buffer.from('{"a":2}');
    const pair: Pair = {
      ...usual,
      candidate: {
        kind: "answered",
        answer: { status: 200, rawHeaders: ["Content-Type", "application/json", ...fields], body },
        latencyMs: 1,
        waitedMs: 0,
      },
    };
    const verdict = compare(pair, deps);
    body.write('{"a":1}');
    expect(compare(pair, deps)).toEqual({ kind: "match" });
    expect(compare(usual, deps)).toBe(verdict);
  });

  it("is forgotten after a few others", () => {
    const compare = createCompare();
    const verdict = compare(usual, deps);
    for (let i = 0; i < 8; i += 1) compare(withAnswer(`{"a":"${i}"}`), deps);
    const again = compare(usual, deps);
    expect(again).toEqual(verdict);
    expect(again).not.toBe(verdict);
  });

  it("is compared each time where a body is large", () => {
    const compare = createCompare();
    const large = withAnswer(`{"a":"${"x".repeat(1024)}"}`);
    const verdict = compare(large, deps);
    expect(compare(large, deps)).toEqual(verdict);
    expect(compare(large, deps)).not.toBe(verdict);
  });
});
