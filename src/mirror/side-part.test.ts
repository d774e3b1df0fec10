import { expect, test } from "vitest";
import type { Outcome } from "../model/index.ts";
import { withoutBody } from "./side-part.ts";

const answered: Outcome = {
  kind: "answered",
  answer: {
    status: 200,
    rawHeaders: ["X-App-Version", "2.0", "Server-Timing", "db;dur=1", "Set-Cookie", "a=b"],
    body: Buffer.from("{}"),
  },
  latencyMs: 1,
  waitedMs: 0,
};

function fieldsOf(outcome: Outcome): readonly string[] | null {
  return outcome.kind === "answered" ? outcome.answer.rawHeaders : null;
}

test("of an answer stays what is still asked for: its status, what it says of its time, and its version", () => {
  const left = withoutBody(answered, { versions: { header: "x-app-version" } });
  expect(left).toMatchObject({ kind: "answered", answer: { status: 200, body: null } });
  expect(fieldsOf(left)).toEqual(["Server-Timing", "db;dur=1", "x-app-version", "2.0"]);
  for (const versions of [null, { header: "x-other" }, { legacy: "1", candidate: "2" }])
    expect(fieldsOf(withoutBody(answered, { versions }))).toEqual(["Server-Timing", "db;dur=1"]);
});

test("of a failure everything stays", () => {
  const refused: Outcome = { kind: "failed", failure: "refused", latencyMs: 1, waitedMs: 0 };
  expect(withoutBody(refused, { versions: { header: "x-app-version" } })).toBe(refused);
});
