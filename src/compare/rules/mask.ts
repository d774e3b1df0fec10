import { RE2JS } from "re2js";

/** Linear in the text times the size of the pattern's program: both are bounded. */
export const MAX_MASKED_CHARACTERS = 4_096;
const MAX_PATTERN_CHARACTERS = 500;
const MAX_PROGRAM = 500;
/**
 * Each match may have looked at all that was left of a text, so that all matches of one take time in its square: so many
 * characters are looked at, and what is behind them is compared as it is.
 */
const MAX_SCANNED = 64 * 1_024;

/** Start and end of something in a text. */
type Span = readonly [number, number];

/** Where a pattern matches, in order; `beyond`: what could not be looked at in time is a match too. */
export type Mask = (text: string, beyond?: "matches") => readonly Span[];

/** Ends the sentence "must be ..."; null: the pattern can be used. */
export function wrongPattern(pattern: string): string | null {
  return typeof compiled(pattern) === "string" ? "an RE2 pattern, of moderate size and without (?=, (?! or \\1" : null;
}

/** null: it cannot be used, and masks nothing. */
export function compileMask(pattern: string): Mask | null {
  const regexp = compiled(pattern);
  if (typeof regexp === "string") return null;
  return (text, beyond) => {
    const matcher = regexp.matcher(text);
    const spans: Span[] = [];
    let end = 0;
    let scanned = text.length;
    for (; scanned <= MAX_SCANNED && matcher.find(); scanned += text.length - end) {
      end = matcher.end();
      // An empty match hides nothing.
      if (end > matcher.start()) spans.push([matcher.start(), end]);
    }
    if (beyond === "matches" && scanned > MAX_SCANNED) spans.push([end, text.length]);
    return spans;
  };
}

/** What no mask covers, in order. */
export function unmasked(text: string, masks: readonly Mask[], beyond?: "matches"): readonly string[] {
  const spans = masks.flatMap((mask) => mask(text, beyond)).toSorted(([one], [other]) => one - other);
  const rest: string[] = [];
  let from = 0;
  let until = -1;
  for (const [start, end] of spans) {
    if (start > until) {
      rest.push(text.slice(from, start));
      until = end;
    }
    until = Math.max(until, end);
    from = until;
  }
  rest.push(text.slice(from));
  return rest;
}

function compiled(pattern: string): RE2JS | "unusable" {
  if (pattern === "" || pattern.length > MAX_PATTERN_CHARACTERS) return "unusable";
  try {
    const regexp = RE2JS.compile(pattern);
    return regexp.programSize() > MAX_PROGRAM ? "unusable" : regexp;
  } catch {
    return "unusable";
  }
}
