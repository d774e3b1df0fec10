import type { CompareRules, Divergence, Outcome, Redacted, Verdict } from "../model/index.ts";
import { compareAnswers, STATUS } from "./answer.ts";
import type { Finding, Subject } from "./divergence.ts";
import { MAX_DIVERGENCES, sign } from "./divergence.ts";
import type { KeyedHash } from "./keyed-hash.ts";
import { reasonOf } from "./not-comparable.ts";
import type { Place } from "./path.ts";
import { severityOfStatus } from "./severity.ts";

/** What two sides did for one item. */
export interface Pair extends Subject {
  readonly legacy: Outcome;
  readonly candidate: Outcome;
  readonly rules: CompareRules;
  /** `status-class`: the sides got different items, so that no more of their answers can be the same. */
  readonly scope: "whole" | "status-class";
}

export interface CompareDeps {
  /** Stands in for every value; see `createKeyedHash`. */
  readonly hash: KeyedHash;
}

const WHOLE: Place = { pointer: "/", general: "/" };
const ABSENT: Redacted = { type: "absent" };
const MATCH: Verdict = { kind: "match" };

/** Whether candidate did what legacy did. Both without a complete answer is a match: they failed alike. */
export function compareOutcomes(pair: Pair, { hash }: CompareDeps): Verdict {
  const { legacy, candidate } = pair;
  if (legacy.kind === "answered" && candidate.kind === "answered") {
    if (pair.scope === "status-class") return compareClasses(pair, legacy.answer.status, candidate.answer.status);
    return judge(pair, compareAnswers({ legacy: legacy.answer, candidate: candidate.answer }, pair.rules, hash));
  }
  if (candidate.kind === "answered") return { kind: "divergent", divergences: [legacyFailedDivergence(pair)] };
  if (legacy.kind === "answered") return { kind: "divergent", divergences: [failedDivergence(pair)] };
  return MATCH;
}

function compareClasses(subject: Subject, legacy: number, candidate: number): Verdict {
  if (Math.trunc(legacy / 100) === Math.trunc(candidate / 100)) return MATCH;
  const severity = severityOfStatus(legacy, candidate);
  return {
    kind: "divergent",
    divergences: [sign(subject, { place: STATUS, kind: "changed", severity, legacy, candidate })],
  };
}

/** The candidate gave no complete answer to what legacy answered. */
export function failedDivergence(pair: Pick<Pair, "route" | "itemKind" | "legacy">): Divergence {
  const severity = pair.legacy.kind === "answered" ? "critical" : "major";
  return sign(pair, { place: WHOLE, kind: "failed", severity, legacy: statusOf(pair.legacy), candidate: ABSENT });
}

function legacyFailedDivergence(pair: Pair): Divergence {
  const candidate = statusOf(pair.candidate);
  return sign(pair, { place: WHOLE, kind: "legacy-failed", severity: "major", legacy: ABSENT, candidate });
}

function statusOf(outcome: Outcome): number | Redacted {
  return outcome.kind === "answered" ? outcome.answer.status : ABSENT;
}

/**
 * The one funnel: foreign code (JSON, zlib, deep-diff, the hash) runs nowhere but while the findings are drawn.
 * After a fault only a graver finding stands: a body that cannot be read must not hide a status that differs, and a
 * header that differs must not hide a body that cannot be read.
 */
function judge(subject: Subject, findings: Iterable<Finding>): Verdict {
  const divergences: Divergence[] = [];
  try {
    for (const finding of findings) {
      divergences.push(sign(subject, finding));
      if (divergences.length === MAX_DIVERGENCES) break;
    }
  } catch (error) {
    if (divergences.every(({ severity }) => severity === "minor")) {
      return { kind: "not-comparable", why: reasonOf(error) };
    }
  }
  return divergences.length === 0 ? MATCH : { kind: "divergent", divergences };
}
