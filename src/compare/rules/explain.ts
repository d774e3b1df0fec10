import type { DivergenceKind, Rule, RuleAction } from "../../model/index.ts";
import { Exact } from "../json.ts";
import { describe, type Value } from "../redact.ts";
import { compileMask, type Mask, type MaskBudget, MAX_MASKED_CHARACTERS, unmasked } from "./mask.ts";
import { distanceBetween, inAnyCase, isSameNumber, numberOf, timeOf } from "./values.ts";

/** A difference as a rule sees it. */
export interface Difference {
  readonly kind: DivergenceKind;
  readonly legacy: Value;
  readonly candidate: Value;
  /** A status, or how often something was done: no rule says that numbers near it are as good. */
  readonly shown?: true;
  /** Whom something reaches, or an id that is known to stand for something else: it is no text that may be put otherwise. */
  readonly certain?: true;
}

/** Whether a rule says of a difference at its place that it is none. */
export type Explains = (difference: Difference, budget?: MaskBudget) => boolean;

/** null: the rule explains nothing away, it says something else. */
export function explains({ action }: Pick<Rule, "action">): Explains | null {
  const explaining = explainsAny(action);
  if (explaining === null || !LENIENT.has(action.kind)) return explaining;
  return (difference, budget) =>
    difference.shown === undefined && difference.certain === undefined && explaining(difference, budget);
}

/** What says that values need not be the same to the letter. */
export const LENIENT: ReadonlySet<RuleAction["kind"]> = new Set(["tolerance", "mask", "case"]);

function explainsAny(action: RuleAction): Explains | null {
  switch (action.kind) {
    case "ignore":
      return () => true;
    case "tolerance":
      return ({ legacy, candidate }) => isTolerated(action, legacy, candidate);
    case "mask":
      return masking(action.patterns);
    case "equivalents":
      return equating(action.values);
    case "case":
      return ({ legacy, candidate }) =>
        typeof legacy === "string" && typeof candidate === "string" && inAnyCase(legacy) === inAnyCase(candidate);
    case "unordered":
      return ({ kind }) => kind === "reordered";
    case "severity":
      return null;
  }
}

type Tolerance = Extract<RuleAction, { kind: "tolerance" }>;

function isTolerated({ absolute, relative, ms }: Tolerance, legacy: Value, candidate: Value): boolean {
  if (describe(legacy).type !== describe(candidate).type) return false;
  if (ms !== null) {
    const [ours, theirs] = [timeOf(legacy), timeOf(candidate)];
    if (ours !== null && theirs !== null && Math.abs(ours - theirs) <= ms) return true;
  }
  const apart = distanceBetween(legacy, candidate);
  if (apart === null) return false;
  return (
    isWithin(apart, absolute) || (relative !== null && isWithin(apart, relative * Math.abs(numberOf(legacy) ?? 0)))
  );
}

/** 10.1 - 10 is a little more than 0.1. */
function isWithin(apart: number, limit: number | null): boolean {
  return limit !== null && apart <= limit * (1 + 1e-9);
}

function masking(patterns: readonly string[]): Explains {
  // Patterns are compiled where something differs first: of many rules at once that would hold the thread.
  let compiled: readonly Mask[] | null = null;
  return ({ legacy, candidate }, budget) => {
    if (typeof legacy !== "string" || typeof candidate !== "string") return false;
    if (Math.max(legacy.length, candidate.length) > MAX_MASKED_CHARACTERS) return false;
    const masks = (compiled ??= patterns.map(compileMask).filter((mask) => mask !== null));
    const [ours, theirs] = [unmasked(legacy, masks, { budget }), unmasked(candidate, masks, { budget })];
    return ours.length === theirs.length && ours.every((part, i) => part === theirs[i]);
  };
}

type Equivalents = Extract<RuleAction, { kind: "equivalents" }>["values"];

function equating(values: Equivalents): Explains {
  const tests = values.map((entry): ((legacy: Value, candidate: Value) => boolean) => {
    if (entry === "number") return isSameNumber;
    if (entry === "null") return isNullAndAbsent;
    const same = new Set(entry.map((value) => JSON.stringify(value)));
    return (legacy, candidate) => isOneOf(legacy, same) && isOneOf(candidate, same);
  });
  return ({ legacy, candidate }) => tests.some((test) => test(legacy, candidate));
}

function isNullAndAbsent(legacy: Value, candidate: Value): boolean {
  return (legacy === null && candidate === undefined) || (legacy === undefined && candidate === null);
}

function isOneOf(value: Value, texts: ReadonlySet<string>): boolean {
  if (value === undefined || value instanceof Uint8Array) return false;
  return texts.has(value instanceof Exact ? value.text : JSON.stringify(value));
}
