import { describe, expect, it } from "vitest";
import { createKeyedHash } from "./keyed-hash.ts";
import { createCompare } from "./remember.ts";
import { answered, failed, type AnswerOptions } from "./sample.ts";
import { compareOutcomes, type Pair } from "./verdict.ts";

const hash = createKeyedHash("key");
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
    const verdict = compare(usual, { hash });
    expect(verdict).toEqual(compareOutcomes(usual, { hash }));
    expect(compare(withAnswer('{"a":2}'), { hash })).toBe(verdict);
  });

  it("is the same whatever its fields say that nobody compares", () => {
    const compare = createCompare();
    const verdict = compare(usual, { hash });
    const later = fields.with(3, "later");
    expect(compare(withAnswer('{"a":2}', { headers: later }), { hash })).toBe(verdict);
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
    const verdict = compare(usual, { hash });
    const other = compare(pair, { hash });
    expect(other).toEqual(compareOutcomes(pair, { hash }));
    expect(other).not.toEqual(verdict);
  });

  it("has its values hashed by whoever asks", () => {
    const compare = createCompare();
    const text = { ...usual, legacy: answered('{"a":"one"}'), candidate: answered('{"a":"two"}') };
    const unhashed = compare(text, { hash: () => "" });
    expect(compare(text, { hash })).toEqual(compareOutcomes(text, { hash }));
    expect(compare(text, { hash })).not.toEqual(unhashed);
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
    const verdict = compare(pair, { hash });
    body.write('{"a":1}');
    expect(compare(pair, { hash })).toEqual({ kind: "match" });
    expect(compare(usual, { hash })).toBe(verdict);
  });

  it("is forgotten after a few others", () => {
    const compare = createCompare();
    const verdict = compare(usual, { hash });
    for (let i = 0; i < 8; i += 1) compare(withAnswer(`{"a":"${i}"}`), { hash });
    const again = compare(usual, { hash });
    expect(again).toEqual(verdict);
    expect(again).not.toBe(verdict);
  });

  it("is compared each time where a body is large", () => {
    const compare = createCompare();
    const large = withAnswer(`{"a":"${"x".repeat(1024)}"}`);
    const verdict = compare(large, { hash });
    expect(compare(large, { hash })).toEqual(verdict);
    expect(compare(large, { hash })).not.toBe(verdict);
  });
});
