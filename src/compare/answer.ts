import type { CompareRules } from "../model/index.ts";
import type { Answers } from "./body.ts";
import { compareBodies } from "./body.ts";
import type { Finding } from "./divergence.ts";
import { headerValues } from "./header-values.ts";
import type { KeyedHash } from "./keyed-hash.ts";
import type { Place } from "./path.ts";
import { redact } from "./redact.ts";
import { HEADER_SEVERITY, severityOfStatus } from "./severity.ts";

export const STATUS: Place = { pointer: "/status", general: "/status" };

/** The findings in order: status, headers, body. Lazy, so that those already taken stand if the body then faults. */
export function* compareAnswers(answers: Answers, rules: CompareRules, hash: KeyedHash): Generator<Finding, void> {
  const legacy = answers.legacy.status;
  const candidate = answers.candidate.status;
  if (legacy !== candidate) {
    yield { place: STATUS, kind: "changed", severity: severityOfStatus(legacy, candidate), legacy, candidate };
  }
  for (const name of rules.headers) {
    const finding = compareHeader(name, answers, hash);
    if (finding !== null) yield finding;
  }
  yield* compareBodies(answers, hash);
}

/** All values of a field, in order, are one thing: at most one finding. */
function compareHeader(name: string, answers: Answers, hash: KeyedHash): Finding | null {
  const legacy = headerValues(answers.legacy.rawHeaders, name);
  const candidate = headerValues(answers.candidate.rawHeaders, name);
  if (legacy.length === candidate.length && legacy.every((value, i) => value === candidate[i])) return null;
  // A field name may hold `~` (RFC 9110, 5.6.2), which a pointer escapes; it never holds a slash.
  const pointer = `/headers/${name.replaceAll("~", "~0")}`;
  return {
    place: { pointer, general: pointer },
    kind: legacy.length === 0 ? "added" : candidate.length === 0 ? "removed" : "changed",
    severity: HEADER_SEVERITY,
    legacy: redact(oneOrAll(legacy), hash),
    candidate: redact(oneOrAll(candidate), hash),
  };
}

function oneOrAll(values: readonly string[]): string | readonly string[] | undefined {
  return values.length > 1 ? values : values[0];
}
