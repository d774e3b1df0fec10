export type Severity = "critical" | "major" | "minor" | "noise";

/**
 * Of answers and payloads: `added`, `removed`, `changed`, `type`. Of a whole answer: `failed`, `legacy-failed`. Of whole
 * effects: `missing` (legacy's alone), `extra` (the candidate's alone), `duplicated` (both, not equally often),
 * `reordered` (to one recipient, in another order).
 */
export type DivergenceKind =
  | "added"
  | "removed"
  | "changed"
  | "type"
  | "failed"
  | "legacy-failed"
  | "missing"
  | "extra"
  | "duplicated"
  | "reordered";

/** What stands in for a value in everything that is stored, logged or traced: equal values show as equal, none can be read. */
export interface Redacted {
  readonly type: "string" | "number" | "boolean" | "null" | "array" | "object" | "bytes" | "absent";
  /** Characters, elements, members or bytes. */
  readonly length?: number;
  /** Keyed hash, 16 hex digits. */
  readonly hash?: string;
}

/** Why a divergence says nothing: both values are of a class that always differs, a rule explains it, or the twin differs as often. */
export type NoiseCause =
  | { readonly by: "class"; readonly class: string }
  | { readonly by: "rule"; readonly rule: string }
  | { readonly by: "twin" };

/**
 * How two values that differ are alike, for rules that are tried on stored divergences: nothing by which a value could be
 * told. Each is there only where it says something.
 */
export interface Facts {
  /** Two numbers are at most so far apart, up to the next power of ten. */
  readonly absolute?: number;
  /** The same against legacy's, rounded up to two digits (0.012: at most 1.2 percent). */
  readonly relative?: number;
  /** Two times are at most so many milliseconds apart, rounded up to two digits. */
  readonly ms?: number;
  /** Texts that are equal once upper and lower case are. */
  readonly sameInAnyCase?: true;
  /** A number, and the same number as text. */
  readonly sameNumber?: true;
}

/** One difference inside a verdict. Carries no personal data. */
export interface Divergence {
  readonly where: "answer" | "effect";
  /**
   * JSON pointer (RFC 6901) into `{status, headers, body}`, or into `{effects: {<kind>: [...]}}` where the index is legacy's,
   * the candidate's for what it alone did. Member names that may be personal are replaced by their hash.
   */
  readonly path: string;
  readonly kind: DivergenceKind;
  readonly severity: Severity;
  /** 16 hex digits: the same for the same route, item kind, where, generalised path, kind and change. */
  readonly signature: string;
  /** Status codes and counts are shown as they are; everything else is redacted. */
  readonly legacy: Redacted | number;
  readonly candidate: Redacted | number;
  /**
   * Class of change, a bounded word: the class of both values (`text`, `uuid`), of each (`number>text`), or what differs
   * inside texts that are otherwise the same (`text+uuid`).
   */
  readonly change: string;
  readonly facts?: Facts;
  /** What the sides had, redacted and cut, where the route keeps it: for the archive alone. null: nothing, or bytes. */
  readonly values?: { readonly legacy: string | null; readonly candidate: string | null };
  /** Set where the severity is `noise`, and only there. */
  readonly noise: NoiseCause | null;
  /** The shopper has diverged before in this conversation. */
  readonly downstream: boolean;
  /** Its group was marked as expected by then. */
  readonly expected?: true;
}

/** What the comparison says of a pair. */
export type Verdict =
  | { readonly kind: "match" }
  | { readonly kind: "noise"; readonly divergences: readonly Divergence[] }
  | { readonly kind: "divergent"; readonly divergences: readonly Divergence[] }
  | { readonly kind: "not-comparable"; readonly why: string };
