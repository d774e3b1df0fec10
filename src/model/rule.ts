import type { Json } from "./json.ts";
import type { Severity } from "./verdict.ts";

/** Where a rule applies. What is null applies everywhere. */
export interface RuleScope {
  readonly route: string | null;
  /** A kind (`message.text`), or all below one (`message.*`). */
  readonly itemKind: string | null;
  readonly where: "answer" | "effect" | null;
  /**
   * A divergence's path as it is shown: `*` is any one segment, a last `**` everything from there on, the place before it
   * included. An index is always written `*`, and so is a name that is not shown.
   */
  readonly path: string;
}

/**
 * What a rule says of its places. `ignore`, `tolerance`, `mask`, `equivalents` and `case` explain a divergence away;
 * `unordered` says how elements of an array belong together; `severity` says how grave what is left is.
 */
export type RuleAction =
  | { readonly kind: "ignore" }
  /** `by`: the member that names an element, as a JSON pointer into it; null: equal elements belong together. */
  | { readonly kind: "unordered"; readonly by: string | null }
  /** Numbers: `absolute` in their own unit, `relative` to legacy's (0.01: one percent). Times: `ms`. Any that is kept suffices. */
  | {
      readonly kind: "tolerance";
      readonly absolute: number | null;
      readonly relative: number | null;
      readonly ms: number | null;
    }
  /** RE2 patterns: what they match in a text of at most 4,096 characters is not compared. */
  | { readonly kind: "mask"; readonly patterns: readonly string[] }
  /** Values that say the same: `"5"` and `5` (`number`), absent and null (`null`), or those of one list. */
  | { readonly kind: "equivalents"; readonly values: readonly (readonly Json[] | "number" | "null")[] }
  | { readonly kind: "case" }
  | { readonly kind: "severity"; readonly severity: Exclude<Severity, "noise"> };

/** What people know of differences that the comparison cannot. */
export interface Rule extends RuleScope {
  /** Unique; a word of letters, digits and hyphens. */
  readonly id: string;
  readonly action: RuleAction;
  readonly owner: string;
  readonly reason: string;
  /** Milliseconds since the epoch: from then on it does nothing; null: never. */
  readonly expiresAt: number | null;
  /** The file that Sombra started with, or the API. */
  readonly source: "file" | "api";
}
