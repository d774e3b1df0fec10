import { RE2JS } from "re2js";
import { createRecent } from "../../lib/recent.ts";

/** Linear in the text times the size of the pattern's program: both are bounded. */
export const MAX_MASKED_CHARACTERS = 4_096;
const MAX_PATTERN_CHARACTERS = 500;
const MAX_PROGRAM = 500;
/**
 * A step is a character for one instruction of a program: 30 ns at most. Each match may have looked at all that was left of a
 * text, so that all matches of one might take time in its square: so many steps are taken for one pattern, some 0.1 s, and what
 * is behind them is compared as it is. 4,096 characters with 100 matches of a common pattern take a fifth.
 */
const MAX_STEPS = 4_000_000;
/** What a character costs beside a program, in steps. */
const OVERHEAD = 8;

/** Steps that the masks of one comparison may still take; below 0: not everything was masked, and the verdict is none. */
export interface MaskBudget {
  left: number;
  /** The rule whose masks took the last of them. */
  spentBy?: string;
}

const unlimited: MaskBudget = { left: Number.POSITIVE_INFINITY };

/** Start and end of something in a text. */
type Span = readonly [number, number];

/** How a text is looked into. */
export interface Looking {
  /** Left out: masks take the time they need. */
  readonly budget?: MaskBudget | undefined;
  /** What there was no time for is a match too. */
  readonly beyond?: "matches";
}

/** Where a pattern matches, in order. */
export type Mask = (text: string, looking?: Looking) => readonly Span[];

/** Ends the sentence "must be ..."; null: the pattern can be used. */
export function wrongPattern(pattern: string): string | null {
  return typeof compiled(pattern) === "string" ? "an RE2 pattern, of moderate size and without (?=, (?! or \\1" : null;
}

/** null: it cannot be used, and masks nothing. */
export function compileMask(pattern: string): Mask | null {
  const regexp = compiled(pattern);
  if (typeof regexp === "string") return null;
  const perCharacter = regexp.programSize() + OVERHEAD;
  return (text, { budget = unlimited, beyond } = {}) => {
    const matcher = regexp.matcher(text);
    const spans: Span[] = [];
    let end = 0;
    for (let steps = 0; ;) {
      const most = (text.length - end + 1) * perCharacter;
      steps += most;
      // The first look is always taken: it is bounded by the text and the program.
      if (steps > MAX_STEPS && steps !== most) break;
      budget.left -= most;
      if (budget.left < 0) break;
      if (!matcher.find()) return spans;
      end = matcher.end();
      // An empty match hides nothing.
      if (end > matcher.start()) spans.push([matcher.start(), end]);
    }
    if (beyond === "matches") spans.push([end, text.length]);
    return spans;
  };
}

/** What no mask covers, in order. */
export function unmasked(text: string, masks: readonly Mask[], looking?: Looking): readonly string[] {
  const spans = masks.flatMap((mask) => mask(text, looking)).toSorted(([one], [other]) => one - other);
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

/** Patterns that are remembered: one takes a millisecond to compile, and the same rules are made ready again and again. */
const MAX_KNOWN = 2_048;
const known = createRecent<RE2JS | "unusable">(MAX_KNOWN);

function compiled(pattern: string): RE2JS | "unusable" {
  if (pattern === "" || pattern.length > MAX_PATTERN_CHARACTERS) return "unusable";
  const before = known.get(pattern);
  if (before !== undefined) return before;
  const made = compiledAnew(pattern);
  known.set(pattern, made);
  return made;
}

function compiledAnew(pattern: string): RE2JS | "unusable" {
  try {
    const regexp = RE2JS.compile(pattern);
    return regexp.programSize() > MAX_PROGRAM ? "unusable" : regexp;
  } catch {
    return "unusable";
  }
}
