import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome, Verdict } from "../model/index.ts";
import { answered, compare, divergencesOf } from "./sample.ts";

const contentTypes = [
  "application/json",
  "application/json; charset=utf-16",
  "application/json; charset=iso-8859-1",
  "application/xml",
  "text/xml; charset=shift_jis",
  "text/html",
  "text/plain",
  "text/plain; charset=gb18030",
  "text/plain; charset=none",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=b",
  "multipart/mixed; boundary=b",
  "image/png",
  "",
  ";;;=",
] as const;

/** Bodies that are nearly what they are said to be, cut up and put together anew. */
const pieces = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          '{"a":',
          "[",
          "]",
          "}",
          ",",
          '"',
          "\\",
          "1.0",
          "-0",
          "1e9",
          '"a":',
          "null",
          "<a>",
          "</a>",
          "<a b='",
          "<!--",
          "-->",
          "<![CDATA[",
          "]]>",
          "&amp;",
          "&x;",
          "<?xml version='1.0' encoding='",
          "?>",
          "<Response>",
          "a=",
          "&",
          "%41",
          "%F",
          "+",
          "--b\r\n",
          "--b--",
          "\r\n",
          "\r\n\r\n",
          'Content-Disposition: form-data; name="',
          "Content-Type: multipart/mixed; boundary=b\r\n",
          "\ufeff",
          "olá",
          "\n",
          " ",
        )
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Buffer.concat(parts));

const outcome = fc.record({ body: pieces, type: fc.constantFrom(...contentTypes) });
const of = (body: Buffer, type: string): Outcome => answered(Buffer.from(body), { type });

function judge(legacy: Outcome, candidate: Outcome): Verdict {
  const verdict = compare(legacy, candidate);
  // Anything that was thrown and is no reason of ours comes out as this.
  expect(verdict).not.toEqual({ kind: "not-comparable", why: "fault" });
  return verdict;
}

describe("bytes of any kind under any type", () => {
  it("get a verdict", () => {
    fc.assert(
      fc.property(outcome, outcome, (one, other) => {
        judge(of(one.body, one.type), of(other.body, other.type));
      }),
      { numRuns: 1500 },
    );
  });

  it("match themselves", () => {
    fc.assert(
      fc.property(outcome, ({ body, type }) => {
        expect(judge(of(body, type), of(body, type))).toEqual({ kind: "match" });
      }),
      { numRuns: 800 },
    );
  });

  it("match others only where those mean the same", () => {
    const binary = fc.constantFrom("text/plain", "text/plain; charset=iso-8859-1", "image/png");
    fc.assert(
      fc.property(pieces, pieces, binary, (one, other, type) => {
        expect(judge(of(one, type), of(other, type)).kind === "match").toBe(one.equals(other));
      }),
      { numRuns: 800 },
    );
  });

  it("differ where a letter of what they say does", () => {
    const documents = fc.constantFrom<readonly [string, (text: string) => string]>(
      ["application/json", (text) => JSON.stringify({ a: [{ b: text }, text] })],
      ["text/xml", (text) => `<a b="${text}">${text}<c/></a>`],
      ["application/x-www-form-urlencoded", (text) => `a=${text}&a=1`],
      ["multipart/form-data; boundary=b", (text) => `--b\r\na: ${text}\r\n\r\n${text}\r\n--b--`],
      ["text/plain", (text) => `1\n${text}\n2`],
      ["image/png", (text) => text],
    );
    const word = fc.stringMatching(/^[a-z]{1,20}$/);
    fc.assert(
      fc.property(word, word, documents, (one, other, [type, make]) => {
        const found = divergencesOf(judge(of(Buffer.from(make(one)), type), of(Buffer.from(make(other)), type)));
        expect(found.length === 0).toBe(one === other);
      }),
      { numRuns: 800 },
    );
  });
});

/** A megabyte a side, each unlike the other from end to end. */
const large: readonly (readonly [string, string, (x: 1 | 2) => string])[] = [
  ["arrays in each other", "application/json", (x) => `[${`${"[".repeat(199)}${x}${"]".repeat(199)},`.repeat(2500)}0]`],
  [
    "members twice",
    "application/json",
    (x) => `{${Array.from({ length: 85_000 }, (_, i) => `"${i % 1000}":${x}`).join()}}`,
  ],
  [
    "near-equal objects",
    "application/json",
    (x) => JSON.stringify(Array.from({ length: 20_000 + x }, (_, i) => ({ id: i, at: x * 1e6 + i, name: "name" }))),
  ],
  [
    "numbers in another order",
    "application/json",
    (x) => JSON.stringify(Array.from({ length: 135_000 }, (_, i) => (i * (x === 1 ? 7919 : 104_729)) % 135_007)),
  ],
  [
    "elements in each other",
    "text/xml",
    (x) => `<r>${`${"<a>".repeat(190)}${x}${"</a>".repeat(190)}`.repeat(740)}</r>`,
  ],
  ["lines", "text/plain", (x) => Array.from({ length: 200_000 }, (_, i) => `${(i * 31 * x) % 1000}`).join("\n")],
  ["parts", "multipart/form-data; boundary=b", (x) => `${`--b\r\n\r\n${x}${" ".repeat(90)}\r\n`.repeat(10_000)}--b--`],
];

it.each(large)("a megabyte of %s is compared within seconds", { timeout: 60_000 }, (_, type, make) => {
  const [legacy, candidate] = [answered(make(1), { type }), answered(make(2), { type })];
  const before = process.cpuUsage();
  expect(judge(legacy, candidate).kind).toBe("divergent");
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(10);
});
