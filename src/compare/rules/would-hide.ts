import type { Divergence, Facts, Redacted, Rule, RuleAction } from "../../model/index.ts";
import type { Subject } from "../subject.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import { Exact } from "../json.ts";
import { isWhole } from "../kept-values.ts";
import { redact, type Value } from "../redact.ts";
import { explains, LENIENT } from "./explain.ts";
import { pathTest, speaksOf } from "./scope.ts";

/** `already`: it is noise without the rule. `unknown`: it depends on values that were not kept. */
export type WouldHide = "yes" | "no" | "already" | "unknown";

/** A divergence as it is stored, and what is at hand of its values. */
export interface Stored extends Subject {
  readonly divergence: Divergence;
  /** By the key that was in use then. */
  readonly hash?: KeyedHash;
}

const index = /\/\d+(?=\/|$)/g;
const hiddenName = /\{[0-9a-f]*\}/g;

/** Whether a rule would have hidden a divergence, by what is stored of it. Whether it has expired does not matter. */
export function wouldHide(rule: Rule, stored: Stored): WouldHide {
  const { divergence } = stored;
  const general = divergence.path.replaceAll(index, "/*").replaceAll(hiddenName, "{*}");
  if (!speaksOf(rule, stored, divergence.where) || !pathTest(rule)(general)) return "no";
  if (divergence.severity === "noise") return "already";
  const { kind } = divergence;
  if (LENIENT.has(rule.action.kind) && isStrict(divergence)) return "no";
  const known = valuesOf(divergence);
  if (known !== null) {
    const test = explains(rule);
    // Elements that belong together otherwise differ otherwise.
    if (rule.action.kind === "unordered" && kind !== "reordered") return "unknown";
    return test?.({ kind, ...known }) === true ? "yes" : "no";
  }
  return byAction(rule.action, divergence, stored.hash ?? null);
}

/** A status or a count, which are shown as they are; or whom something reaches, or an id that is known to stand for something. */
function isStrict({ where, path, legacy, candidate }: Divergence): boolean {
  if (typeof legacy === "number" || typeof candidate === "number") return true;
  return where === "effect" && CERTAIN.test(path);
}

/** Beside what was said or written; what an event says of itself may have any name. */
const CERTAIN =
  /^\/effects\/(?:(?!event\.)[^/]+\/\d+\/(?:recipient|phone_number_id|type|message_id|media\/\d+)|.*\/sha256)$/;

/** Numbers that were shown as they are, absence, and what was kept whole; null: one of the two is none of these. */
function valuesOf({ legacy, candidate, values }: Divergence): { legacy: Value; candidate: Value } | null {
  const [ours, theirs] = [valueOf(legacy, values?.legacy), valueOf(candidate, values?.candidate)];
  return ours === null || theirs === null ? null : { legacy: ours.value, candidate: theirs.value };
}

function valueOf(of: Redacted | number, kept: string | null = null): { readonly value: Value } | null {
  if (typeof of === "number") return { value: of };
  if (of.type === "absent") return { value: undefined };
  if (of.type === "null") return { value: null };
  if (kept === null || !isWhole(kept, of.length)) return null;
  switch (of.type) {
    case "string":
      return { value: kept };
    case "number":
      return { value: String(Number(kept)) === kept ? Number(kept) : Exact.number(kept) };
    case "boolean":
      return { value: kept === "true" };
    case "array":
    case "object":
    case "bytes":
      return null;
  }
}

function byAction(action: RuleAction, divergence: Divergence, hash: KeyedHash | null): WouldHide {
  const facts = divergence.facts ?? {};
  switch (action.kind) {
    case "ignore":
      return "yes";
    case "severity":
      return "no";
    case "unordered":
      return divergence.kind === "reordered" ? "yes" : "unknown";
    case "case":
      return facts.sameInAnyCase === true ? "yes" : wasLookedAt(divergence) ? "no" : "unknown";
    case "mask":
      return areTexts(divergence) ? "unknown" : "no";
    case "tolerance":
      return wasLookedAt(divergence) ? byDistance(action, facts) : "unknown";
    case "equivalents":
      return oneOf(action.values.map((entry) => byEquivalent(entry, divergence, hash)));
  }
}

/** Of those beyond the first hundred of an item neither facts nor hashes are kept. */
function wasLookedAt({ legacy, candidate }: Divergence): boolean {
  return [legacy, candidate].every((value) => typeof value === "number" || !hasHash(value) || value.hash !== undefined);
}

function hasHash({ type }: Redacted): boolean {
  return type !== "absent" && type !== "null";
}

function areTexts({ legacy, candidate }: Divergence): boolean {
  return [legacy, candidate].every((value) => typeof value !== "number" && value.type === "string");
}

type Tolerance = Extract<RuleAction, { kind: "tolerance" }>;

function byDistance({ absolute, relative, ms }: Tolerance, facts: Facts): WouldHide {
  return oneOf([
    within(absolute, facts.absolute, 0.1),
    // Two digits, rounded up: at least ten elevenths of what is said.
    within(relative, facts.relative, 10 / 11),
    within(ms, facts.ms, 10 / 11),
  ]);
}

/** `atMost`: an upper bound of the distance, which is at least `share` of it. */
function within(limit: number | null, atMost: number | undefined, share: number): WouldHide {
  if (limit === null || atMost === undefined) return "no";
  if (atMost <= limit) return "yes";
  return atMost * share > limit ? "no" : "unknown";
}

type Equivalent = Extract<RuleAction, { kind: "equivalents" }>["values"][number];

function byEquivalent(entry: Equivalent, divergence: Divergence, hash: KeyedHash | null): WouldHide {
  if (entry === "number")
    return divergence.facts?.sameNumber === true ? "yes" : wasLookedAt(divergence) ? "no" : "unknown";
  // Null and absence are shown, and were looked at before.
  if (entry === "null") return "no";
  if (hash === null) return "unknown";
  const texts = new Set(entry.map((value) => textOf(redact(value, hash))));
  return texts.has(textOf(divergence.legacy)) && texts.has(textOf(divergence.candidate)) ? "yes" : "no";
}

/** What tells redacted values apart; a number that was shown has no type. */
function textOf(value: Redacted | number): string {
  return typeof value === "number" ? String(value) : `${value.type} ${value.hash ?? ""}`;
}

/** One that hides is enough. */
function oneOf(answers: readonly WouldHide[]): WouldHide {
  if (answers.includes("yes")) return "yes";
  return answers.includes("unknown") ? "unknown" : "no";
}
