import { describe, expect, test } from "vitest";
import type { Outcome, SkipReason } from "../model/index.ts";
import type { AnswerReport, AskedSide, JudgedItem } from "../proxy/index.ts";
import { cutoverEnd } from "./cutover.ts";

const judged = (unreversed: SkipReason | null, id: string | null = "id"): JudgedItem => ({
  item: { id, kind: "message.text", shopper: "s", person: null, phone: null, about: null },
  mode: "cutover",
  reason: "enabled",
  flags: [],
  skip: null,
  unreversed,
  story: null,
});

const answer = { status: 200, rawHeaders: [], body: null };
const answered: Outcome = { kind: "answered", answer, latencyMs: 1, waitedMs: 0 };
const refused: Outcome = { kind: "failed", failure: "refused", latencyMs: 1, waitedMs: 0 };
const timeout: Outcome = { kind: "failed", failure: "timeout", latencyMs: 1, waitedMs: 0 };

const asked = (side: "legacy" | "candidate", outcome: Outcome): AskedSide => {
  const errand = { side, mode: "cutover", items: [0], flags: [], body: null, headers: null } as const;
  return { side, errand, spanId: "", startMs: 0, endMs: 1, outcome };
};
const report = (status: number | null, ...all: readonly AskedSide[]): AnswerReport => ({
  answeredBy: "candidate",
  status,
  doneMs: 1,
  overheadMs: 0,
  asked: all,
  release: () => undefined,
});

/** In a word: the state of what is over. */
function end(item: JudgedItem, said: AnswerReport): string {
  const found = cutoverEnd(0, item, said);
  return found.kind === "over" ? `${found.settled.state.state} ${found.settled.state.substate}` : found.kind;
}

describe("an item of a cutover", () => {
  const byCandidate = asked("candidate", answered);

  test("that has its 200 goes to legacy in reverse shadow alone", () => {
    expect(end(judged(null), report(200, byCandidate))).toBe("reversed");
    expect(end(judged("cut-over"), report(200, byCandidate))).toBe("skipped cut-over");
    expect(end(judged("redelivery"), report(200, byCandidate))).toBe("skipped redelivery");
  });

  test("that will be delivered again does not, whatever the candidate said itself", () => {
    for (const status of [500, 202, 404, null]) {
      expect(end(judged(null), report(status, byCandidate))).toBe("skipped cut-over");
    }
  });

  test("that nobody delivers again does, with any whole answer", () => {
    expect(end(judged(null, null), report(500, byCandidate))).toBe("reversed");
    expect(end(judged(null, null), report(null, byCandidate))).toBe("skipped cut-over");
  });

  test("that the candidate failed is failed, and compared with legacy where that answered in its place", () => {
    expect(end(judged(null), report(502, asked("candidate", timeout)))).toBe("failed timeout");
    const both = [asked("candidate", refused), asked("legacy", answered)];
    expect(end(judged(null), report(200, ...both))).toBe("fell-back");
    expect(end(judged(null), report(504, asked("candidate", refused), asked("legacy", timeout)))).toBe(
      "failed refused",
    );
  });

  test("that somebody else's answer is for is not the candidate's", () => {
    const others = { ...byCandidate, errand: { ...asked("legacy", answered).errand, items: [1] } } as AskedSide;
    expect(end(judged(null), report(200, others))).toBe("skipped cut-over");
  });
});
