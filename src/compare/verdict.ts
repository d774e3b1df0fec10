import type { CompareRules, Outcome, Verdict } from "../model/index.ts";
import { compareAnswers, STATUS } from "./answer.ts";
import type { Finding, JudgeDeps } from "./divergence.ts";
import { verdictOf, Writer } from "./divergence.ts";
import { reasonOf } from "./not-comparable.ts";
import type { Place } from "./path.ts";
import { severityOfStatus } from "./severity.ts";
import type { Subject } from "./subject.ts";

/** What two sides did for one item. */
export interface Pair extends Subject {
  readonly legacy: Outcome;
  readonly candidate: Outcome;
  readonly rules: CompareRules;
  /** `status-class`: the sides got different items, so that no more of their answers can be the same. */
  readonly scope: "whole" | "status-class";
}

const WHOLE: Place = { pointer: "/", general: "/" };

/** Whether candidate did what legacy did. Both without a complete answer is a match: they failed alike. */
export function compareOutcomes(pair: Pair, deps: JudgeDeps): Verdict {
  return judgeOutcomes(pair, deps).verdict;
}

export interface Judged {
  readonly verdict: Verdict;
  /** Whether it depends on when the exchange was. */
  readonly timed: boolean;
}

export function judgeOutcomes(pair: Pair, deps: JudgeDeps): Judged {
  const writer = new Writer(pair, "answer", deps);
  const verdict = judge(findingsOf(pair, deps), writer);
  return { verdict, timed: writer.timed };
}

function findingsOf(pair: Pair, deps: JudgeDeps): Iterable<Finding> {
  const { legacy, candidate } = pair;
  if (legacy.kind === "answered" && candidate.kind === "answered") {
    if (pair.scope === "status-class") return differentClasses(legacy.answer.status, candidate.answer.status);
    const answers = { legacy: legacy.answer, candidate: candidate.answer };
    return compareAnswers(answers, pair.rules, { hash: deps.hash, rules: () => deps.rules.of(pair, "answer") });
  }
  if (legacy.kind === candidate.kind) return [];
  const values = { legacy: statusOf(legacy), candidate: statusOf(candidate), shown: true } as const;
  // What the candidate did not answer legacy answered.
  if (legacy.kind === "answered") return [{ place: WHOLE, kind: "failed", severity: "critical", ...values }];
  return [{ place: WHOLE, kind: "legacy-failed", severity: "major", ...values }];
}

function differentClasses(legacy: number, candidate: number): readonly Finding[] {
  if (Math.trunc(legacy / 100) === Math.trunc(candidate / 100)) return [];
  const severity = severityOfStatus(legacy, candidate);
  return [{ place: STATUS, kind: "changed", severity, legacy, candidate, shown: true }];
}

function statusOf(outcome: Outcome): number | undefined {
  return outcome.kind === "answered" ? outcome.answer.status : undefined;
}

/**
 * The one funnel: foreign code (JSON, zlib, deep-diff, patterns, the hash) runs nowhere but while the findings are drawn
 * and written. After a fault only a graver finding stands: a body that cannot be read must not hide a status that differs,
 * and a header that differs must not hide a body that cannot be read.
 */
function judge(findings: Iterable<Finding>, writer: Writer): Verdict {
  try {
    for (const finding of findings) {
      writer.write(finding);
      if (!writer.open) break;
    }
  } catch (error) {
    if (writer.written.every(({ severity }) => severity === "minor" || severity === "noise")) {
      return { kind: "not-comparable", why: reasonOf(error) };
    }
  }
  return verdictOf(writer.written);
}
