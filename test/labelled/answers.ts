/** Statuses, header fields, codings, and answers that never came. The fields compared are `content-type`, `location` and `x-a`. */
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { answers, type Given, type Labelled } from "./pair.ts";

const status = (name: string, legacy: number, candidate: number, ...found: readonly string[]): Labelled =>
  answers(name, [{ status: legacy }, { status: candidate }], ...found);

const headers = (
  name: string,
  [legacy, candidate]: readonly [readonly string[], readonly string[]],
  ...found: readonly string[]
): Labelled => answers(name, [{ headers: legacy }, { headers: candidate }], ...found);

const coded = (coding: string, body: Buffer): Given => ({
  type: "application/json",
  headers: ["Content-Encoding", coding],
  body,
});
const receipt = '{"success":true,"id":7}';
const other = '{"success":true,"id":8}';
const gzipped = (text: string): Given => coded("gzip", gzipSync(text));
const plain = (text: string): Given => ({ type: "application/json", body: text });

const failing = (code: number, body: string): Given => ({ status: code, type: "application/json", body });

export const wholeAnswers: readonly Labelled[] = [
  status("200 twice", 200, 200),
  status("500 twice", 500, 500),
  status("200 against 500", 200, 500, "critical changed /status"),
  status("500 against 200", 500, 200, "critical changed /status"),
  status("200 against 201", 200, 201, "critical changed /status"),
  status("200 against 204", 200, 204, "critical changed /status"),
  status("200 against 404", 200, 404, "critical changed /status"),
  status("200 against a redirect", 200, 302, "critical changed /status"),
  status("a refusal against a fault", 400, 500, "critical changed /status"),
  status("unauthorised against forbidden", 401, 403, "major changed /status"),
  status("bad against unprocessable", 400, 422, "major changed /status"),
  status("a fault against out of service", 500, 503, "major changed /status"),
  status("accepted against no content", 202, 204, "major changed /status"),
  status("moved for good against for now", 301, 302, "major changed /status"),
  answers(
    "200 against 500, and another body",
    [failing(200, receipt), failing(500, '{"error":"x"}')],
    "critical changed /status",
    "major removed /body/success",
    "major removed /body/id",
    "major added /body/error",
  ),
  answers("200 against 500, the same body", [failing(200, receipt), failing(500, receipt)], "critical changed /status"),
  answers(
    "two refusals that say something else",
    [failing(400, '{"error":{"code":100}}'), failing(400, '{"error":{"code":190}}')],
    "major changed /body/error/code",
  ),
  answers(
    "two faults, one of which says why",
    [failing(500, "{}"), failing(500, '{"error":"x"}')],
    "major added /body/error",
  ),
  answers("an answer that never came", [{}, "timeout"], "critical failed /"),
  answers("legacy never answered", ["timeout", {}], "major legacy-failed /"),
  answers("neither answered", ["timeout", "timeout"]),

  headers("fields that nobody compares", [
    ["X-Powered-By", "a"],
    ["X-Powered-By", "b"],
  ]),
  headers("a date", [
    ["Date", "Sat, 04 Jul 2026 12:00:00 GMT"],
    ["Date", "Sat, 04 Jul 2026 12:00:01 GMT"],
  ]),
  headers("a field's name in another case", [
    ["X-A", "1"],
    ["x-a", "1"],
  ]),
  headers(
    "a field's value",
    [
      ["X-A", "1"],
      ["X-A", "2"],
    ],
    "minor changed /headers/x-a",
  ),
  headers(
    "a field's value in another case",
    [
      ["X-A", "on"],
      ["X-A", "ON"],
    ],
    "minor changed /headers/x-a",
  ),
  headers("a field more", [[], ["X-A", "1"]], "minor added /headers/x-a"),
  headers("a field less", [["X-A", "1"], []], "minor removed /headers/x-a"),
  headers("an empty field against none", [["X-A", ""], []], "minor removed /headers/x-a"),
  headers(
    "one value more",
    [
      ["X-A", "1"],
      ["X-A", "1", "X-A", "2"],
    ],
    "minor changed /headers/x-a",
  ),
  headers(
    "two values in another order",
    [
      ["X-A", "1", "X-A", "2"],
      ["X-A", "2", "X-A", "1"],
    ],
    "minor changed /headers/x-a",
  ),
  headers("two fields in another order", [
    ["X-A", "1", "Location", "/a"],
    ["Location", "/a", "X-A", "1"],
  ]),
  headers(
    "a redirect elsewhere",
    [
      ["Location", "/a"],
      ["Location", "/b"],
    ],
    "minor changed /headers/location",
  ),
  answers(
    "a type of the body, which is the same",
    [
      { type: "application/json", body: "{}" },
      { type: "application/json; charset=utf-8", body: "{}" },
    ],
    "minor changed /headers/content-type",
  ),
  answers("a type that is spelled otherwise", [
    { type: "application/json; charset=utf-8", body: "{}" },
    { type: "application/JSON;charset=UTF-8", body: "{}" },
  ]),
  answers(
    "a type that is missing",
    [
      { type: "application/json", body: "{}" },
      { type: null, body: "{}" },
    ],
    "minor removed /headers/content-type",
  ),

  answers("the same under a coding and without", [plain(receipt), gzipped(receipt)]),
  answers("the same under two codings", [gzipped(receipt), coded("br", brotliCompressSync(receipt))]),
  answers("the same, deflated and not", [coded("deflate", deflateSync(receipt)), plain(receipt)]),
  answers("the same, packed at two levels", [gzipped(receipt), coded("gzip", gzipSync(receipt, { level: 1 }))]),
  answers("another value under a coding", [gzipped(receipt), gzipped(other)], "minor changed /body/id"),
  answers("another value, one under a coding", [plain(receipt), gzipped(other)], "minor changed /body/id"),
  answers(
    "another value under two codings",
    [coded("br", brotliCompressSync(receipt)), gzipped(other)],
    "minor changed /body/id",
  ),
];
