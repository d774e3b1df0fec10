import { describe, expect, it } from "vitest";
import type { Outcome } from "../model/index.ts";
import { createKeyedHash } from "./keyed-hash.ts";
import { answered, compare, divergencesOf, failed, said, sampleDeps } from "./sample.ts";
import { compareOutcomes } from "./verdict.ts";

const status = (code: number): Outcome => answered("{}", { status: code });
const subject = { route: "default", itemKind: "message.text", scope: "whole" } as const;
const rules = { headers: [] };

describe("two statuses", () => {
  it.each([
    [200, 500, "critical"],
    [200, 201, "critical"],
    [204, 200, "critical"],
    [404, 500, "critical"],
    [401, 403, "major"],
    [500, 503, "major"],
    [201, 202, "major"],
  ])("%i against %i is %s", (legacy, candidate, severity) => {
    expect(divergencesOf(compare(status(legacy), status(candidate)))).toEqual([
      {
        where: "answer",
        path: "/status",
        kind: "changed",
        severity,
        signature: expect.stringMatching(/^[0-9a-f]{16}$/),
        legacy,
        candidate,
        change: "number",
        noise: null,
        downstream: false,
      },
    ]);
  });

  it("match where they are the same, errors too", () => {
    expect(compare(status(500), status(500))).toEqual({ kind: "match" });
  });
});

describe("headers", () => {
  const withHeaders = (...headers: string[]): Outcome => answered("{}", { headers });

  it.each([
    ["text/html; charset=utf-8", "text/html;charset=UTF-8", "match"],
    ["application/json", "Application/JSON ", "match"],
    ['text/html;charset="utf-8"', "text/html; charset=utf-8", "match"],
    ["text/html; charset=utf-8", "text/html; charset=latin1", ["changed /headers/content-type"]],
    ["text/html; charset=utf-8", "text/html", ["changed /headers/content-type"]],
    ["text/html; x=A", "text/html; x=a", ["changed /headers/content-type"]],
  ])("compares the type %s with %s by what it says", (ours, theirs, found) => {
    const of = (type: string): Outcome => answered("{}", { type });
    expect(said(compare(of(ours), of(theirs), ["content-type"]))).toEqual(found);
  });

  it("count only where a rule names them", () => {
    expect(said(compare(withHeaders("X-A", "1"), withHeaders("X-A", "2")))).toBe("match");
    expect(said(compare(withHeaders("X-A", "1"), withHeaders("X-A", "2"), ["x-a"]))).toEqual(["changed /headers/x-a"]);
  });

  it("are the same in any case and place", () => {
    const legacy = withHeaders("X-A", "1", "X-B", "2");
    expect(said(compare(legacy, withHeaders("x-b", "2", "x-a", "1"), ["x-a", "x-b"]))).toBe("match");
  });

  it("are compared value by value, in order", () => {
    const legacy = withHeaders("Set-Cookie", "a=1", "Set-Cookie", "b=2");
    const swapped = withHeaders("Set-Cookie", "b=2", "Set-Cookie", "a=1");
    expect(said(compare(legacy, legacy, ["set-cookie"]))).toBe("match");
    expect(divergencesOf(compare(legacy, swapped, ["set-cookie"]))).toEqual([
      expect.objectContaining({
        path: "/headers/set-cookie",
        severity: "minor",
        legacy: { type: "array", length: 2, hash: expect.any(String) },
      }),
    ]);
  });

  it("may be on one side only", () => {
    expect(said(compare(withHeaders(), withHeaders("X-A", "1"), ["x-a"]))).toEqual(["added /headers/x-a"]);
    expect(said(compare(withHeaders("X-A", "1"), withHeaders(), ["x-a"]))).toEqual(["removed /headers/x-a"]);
  });

  it("have a tilde escaped in the pointer", () => {
    expect(said(compare(withHeaders("X~A", "1"), withHeaders(), ["x~a"]))).toEqual(["removed /headers/x~0a"]);
  });
});

describe("a side without a complete answer", () => {
  it("is a match where both failed", () => {
    const refused: Outcome = { kind: "failed", failure: "refused", latencyMs: 0, waitedMs: 0 };
    expect(compare(failed, refused)).toEqual({ kind: "match" });
  });

  it("is a major divergence where only legacy failed", () => {
    expect(divergencesOf(compare(failed, status(200)))).toEqual([
      expect.objectContaining({
        path: "/",
        kind: "legacy-failed",
        severity: "major",
        legacy: { type: "absent" },
        candidate: 200,
      }),
    ]);
  });

  it("is a critical divergence where only the candidate failed", () => {
    expect(divergencesOf(compare(status(200), failed))).toEqual([
      expect.objectContaining({
        where: "answer",
        path: "/",
        kind: "failed",
        severity: "critical",
        legacy: 200,
        candidate: { type: "absent" },
      }),
    ]);
  });
});

describe("a verdict", () => {
  it("lists status, headers and body in this order", () => {
    const legacy = answered('{"a":1}', { headers: ["X-A", "1"] });
    const candidate = answered('{"a":2}', { status: 500, headers: ["X-A", "2"] });
    expect(said(compare(legacy, candidate, ["x-a"]))).toEqual([
      "changed /status",
      "changed /headers/x-a",
      "changed /body/a",
    ]);
  });

  it("holds at most 1,000 divergences and is exact below", () => {
    const numbers = (count: number, shift: number): Outcome =>
      answered(JSON.stringify(Array.from({ length: count }, (_, i) => i + shift)));
    expect(divergencesOf(compare(numbers(999, 0), numbers(999, 5000)))).toHaveLength(999);
    expect(divergencesOf(compare(numbers(5000, 0), numbers(5000, 5000)))).toHaveLength(1000);
    const other = answered(JSON.stringify(Array.from({ length: 5000 }, () => "x")), { status: 500 });
    expect(divergencesOf(compare(numbers(5000, 0), other))).toHaveLength(1000);
  });

  it("hashes the values of the first 100 and says type and length of all", () => {
    const texts = (text: string): Outcome => answered(JSON.stringify(Array.from({ length: 150 }, () => text)));
    const divergences = divergencesOf(compare(texts("yes"), texts("no")));
    expect(divergences[99]?.legacy).toEqual({ type: "string", length: 3, hash: expect.any(String) });
    expect(divergences[100]?.legacy).toEqual({ type: "string", length: 3 });
  });

  it("shows equal values as equal", () => {
    const divergences = divergencesOf(compare(answered('{"a":"x","b":1}'), answered('{"a":"y","c":"x"}')));
    const shown = new Map(divergences.map(({ path, legacy, candidate }) => [path, { legacy, candidate }]));
    expect(shown.get("/body/a")?.legacy).toEqual(shown.get("/body/c")?.candidate);
    expect(shown.get("/body/a")?.legacy).not.toEqual(shown.get("/body/a")?.candidate);
  });
});

describe("a fault in the comparison", () => {
  const faulty = {
    ...sampleDeps,
    hash: (): string => {
      throw new Error("hash of +999 01000042");
    },
  };

  it("is not-comparable, in one word and none of the data", () => {
    const pair = { ...subject, legacy: answered('{"a":1}'), candidate: answered('{"a":2}'), rules };
    expect(compareOutcomes(pair, faulty)).toEqual({ kind: "not-comparable", why: "fault" });
  });

  it("does not hide a status that differs", () => {
    const pair = { ...subject, legacy: answered('{"a":1}'), candidate: answered('{"a":2}', { status: 500 }), rules };
    expect(said(compareOutcomes(pair, faulty))).toEqual(["changed /status"]);
  });

  it("is not hidden by a header that differs", () => {
    const legacy = answered(Buffer.from("no gzip"), { headers: ["Content-Encoding", "gzip", "X-A", "1"] });
    expect(said(compare(legacy, answered("{}"), ["x-a"]))).toBe("not-comparable: bad-coding");
  });
});

it("another key gives other hashes and the same signatures", () => {
  const pair = { ...subject, legacy: answered('{"a":1}'), candidate: answered('{"a":2}'), rules };
  const [one] = divergencesOf(compareOutcomes(pair, { ...sampleDeps, hash: createKeyedHash("one") }));
  const [two] = divergencesOf(compareOutcomes(pair, { ...sampleDeps, hash: createKeyedHash("two") }));
  expect(one?.legacy).not.toEqual(two?.legacy);
  expect(one?.signature).toBe(two?.signature);
});
