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
  /** 16 hex digits: the same for the same route, item kind, where, generalised path and kind. */
  readonly signature: string;
  /** Status codes and counts are shown as they are; everything else is redacted. */
  readonly legacy: Redacted | number;
  readonly candidate: Redacted | number;
}

/** What the comparison says of a pair. */
export type Verdict =
  | { readonly kind: "match" }
  | { readonly kind: "noise"; readonly divergences: readonly Divergence[] }
  | { readonly kind: "divergent"; readonly divergences: readonly Divergence[] }
  | { readonly kind: "not-comparable"; readonly why: string };
