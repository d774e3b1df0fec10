import type { CompareRules } from "../model/index.ts";
import { compareBodies, type Answers, type BodyDeps } from "./body.ts";
import type { Finding } from "./divergence.ts";
import { headerValues } from "./header-values.ts";
import type { Place } from "./path.ts";
import { HEADER_SEVERITY, severityOfStatus } from "./severity.ts";

export const STATUS: Place = { pointer: "/status", general: "/status" };

/** The findings in order: status, headers, body. Lazy, so that those already taken stand if the body then faults. */
export function* compareAnswers(
  answers: Answers,
  rules: CompareRules,
  deps: Omit<BodyDeps, "textReplies">,
): Generator<Finding, void> {
  const legacy = answers.legacy.status;
  const candidate = answers.candidate.status;
  if (legacy !== candidate) {
    const severity = severityOfStatus(legacy, candidate);
    yield { place: STATUS, kind: "changed", severity, legacy, candidate, shown: true };
  }
  for (const name of rules.headers) {
    const finding = compareHeader(name, answers);
    if (finding !== null) yield finding;
  }
  yield* compareBodies(answers, { ...deps, textReplies: rules.textReplies === true });
}

/** All values of a field, in order, are one thing: at most one finding. */
function compareHeader(name: string, answers: Answers): Finding | null {
  let legacy = headerValues(answers.legacy.rawHeaders, name);
  let candidate = headerValues(answers.candidate.rawHeaders, name);
  if (areSame(legacy, candidate)) return null;
  if (name === "content-type") {
    legacy = legacy.map(typeOf);
    candidate = candidate.map(typeOf);
    if (areSame(legacy, candidate)) return null;
  }
  // A field name may hold `~` (RFC 9110, 5.6.2), which a pointer escapes; it never holds a slash.
  const pointer = `/headers/${name.replaceAll("~", "~0")}`;
  return {
    place: { pointer, general: pointer },
    kind: legacy.length === 0 ? "added" : candidate.length === 0 ? "removed" : "changed",
    severity: HEADER_SEVERITY,
    legacy: oneOrAll(legacy),
    candidate: oneOrAll(candidate),
  };
}

function areSame(legacy: readonly string[], candidate: readonly string[]): boolean {
  return legacy.length === candidate.length && legacy.every((value, i) => value === candidate[i]);
}

/** A type with at most a charset, which both are the same in any case (RFC 9110, 8.3). */
const SIMPLE = /^\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)(?:\s*;\s*charset=("?)([\w.:-]+)\2)?\s*$/i;

/** However it is spelled. Each multipart body has another boundary: it says nothing. */
function typeOf(contentType: string): string {
  const [, type, , charset] = SIMPLE.exec(contentType) ?? [];
  if (type !== undefined) return (charset === undefined ? type : `${type}; charset=${charset}`).toLowerCase();
  return /^\s*multipart\//i.test(contentType)
    ? contentType.replace(/;\s*boundary=(?:"[^"]*"|[^;]*)/i, "")
    : contentType;
}

function oneOrAll(values: readonly string[]): string | readonly string[] | undefined {
  return values.length > 1 ? values : values[0];
}
