import { createRecent, type Recent } from "../../lib/recent.ts";
import type { Rule, Severity } from "../../model/index.ts";
import type { Alignment, AlignmentAt } from "../align.ts";
import type { Subject } from "../subject.ts";
import type { Path, Place } from "../path.ts";
import { type Difference, type Explains, explains } from "./explain.ts";
import type { MaskBudget } from "./mask.ts";
import { pathTest, speaksOf } from "./scope.ts";

/** What rules say of one place. */
export interface PlaceRules {
  /** The rule that explains a difference away, the first of them; null: none. */
  explaining(difference: Difference, budget?: MaskBudget): string | null;
  /** How grave what is left is; null: the rules do not say. */
  readonly severity: Exclude<Severity, "noise"> | null;
  /** null: the rules do not say. */
  readonly alignment: Alignment | null;
}

/** What rules say of the answers or of the effects of one kind of item. */
export interface RulesOf {
  /** `general`: a path without indexes and hidden names. null: nothing. */
  at(general: string): PlaceRules | null;
}

/** Rules as they are at one moment. */
export interface RulesInForce {
  /** null: nothing. */
  of(subject: Subject, where: "answer" | "effect"): RulesOf | null;
}

/** Rules, made ready to be asked. */
export interface RuleBook {
  /** What is in force at a time (milliseconds since the epoch): the same object until a rule expires. */
  at(now: number): RulesInForce;
}

const SEQUENCE: Alignment = { kind: "sequence" };
const inSequence: AlignmentAt = () => SEQUENCE;

/** How the elements of an array belong together, as the rules have it; in their order where these say nothing. */
export function alignmentBy(rules: RulesOf | null, placeOf: (path: Path) => Place): AlignmentAt {
  return rules === null ? inSequence : (path) => rules.at(placeOf(path).general)?.alignment ?? SEQUENCE;
}

/** Places that are remembered: in a document of names of its own each is another one. */
const MAX_PLACES = 4_096;
const MAX_SUBJECTS = 1_024;

export const noRules: RulesInForce = { of: () => null };

export function compileRules(rules: readonly Rule[]): RuleBook {
  const compiled = rules.map(compile);
  let current = { from: Number.POSITIVE_INFINITY, until: Number.NEGATIVE_INFINITY, inForce: noRules };
  return {
    at(now) {
      if (now >= current.from && now < current.until) return current.inForce;
      const ends = rules.map(({ expiresAt }) => expiresAt ?? Number.POSITIVE_INFINITY);
      const from = Math.max(Number.NEGATIVE_INFINITY, ...ends.filter((end) => end <= now));
      const until = Math.min(Number.POSITIVE_INFINITY, ...ends.filter((end) => end > now));
      current = { from, until, inForce: inForce(compiled.filter((_, i) => (ends[i] ?? now) > now)) };
      return current.inForce;
    },
  };
}

/** Those that do nothing any more. */
export function expiredRules<R extends Pick<Rule, "expiresAt">>(rules: readonly R[], now: number): readonly R[] {
  return rules.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now);
}

interface Compiled {
  readonly rule: Rule;
  readonly covers: (general: string) => boolean;
  readonly explains: Explains | null;
}

function compile(rule: Rule): Compiled {
  return { rule, covers: pathTest(rule), explains: explains(rule) };
}

function inForce(rules: readonly Compiled[]): RulesInForce {
  if (rules.length === 0) return noRules;
  const known = createRecent<{ readonly of: RulesOf | null }>(MAX_SUBJECTS);
  return {
    of(subject, where) {
      // A route's name holds no line feed, and neither do the others.
      const key = `${where}\n${subject.itemKind}\n${subject.route}`;
      let entry = known.get(key);
      if (entry === undefined) {
        entry = { of: rulesOf(rules.filter(({ rule }) => speaksOf(rule, subject, where))) };
        known.set(key, entry);
      }
      return entry.of;
    },
  };
}

function rulesOf(rules: readonly Compiled[]): RulesOf | null {
  if (rules.length === 0) return null;
  const known: Recent<{ readonly rules: PlaceRules | null }> = createRecent(MAX_PLACES);
  return {
    at(general) {
      let entry = known.get(general);
      if (entry === undefined) {
        entry = { rules: placeRules(rules.filter(({ covers }) => covers(general))) };
        known.set(general, entry);
      }
      return entry.rules;
    },
  };
}

function placeRules(rules: readonly Compiled[]): PlaceRules | null {
  if (rules.length === 0) return null;
  return {
    explaining(difference, budget) {
      for (const { rule, explains: does } of rules) {
        const isExplained = does?.(difference, budget) === true;
        if (budget !== undefined && budget.left < 0) budget.spentBy ??= rule.id;
        if (isExplained) return rule.id;
      }
      return null;
    },
    severity: first(rules, ({ action }) => (action.kind === "severity" ? action.severity : null)),
    alignment: first(rules, ({ action }) => (action.kind === "unordered" ? alignmentOf(action.by) : null)),
  };
}

function alignmentOf(by: string | null): Alignment {
  return by === null ? { kind: "set" } : { kind: "key", key: by };
}

function first<T>(rules: readonly Compiled[], pick: (rule: Rule) => T | null): T | null {
  for (const { rule } of rules) {
    const picked = pick(rule);
    if (picked !== null) return picked;
  }
  return null;
}
