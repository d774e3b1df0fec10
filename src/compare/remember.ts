import type { Answer, CompareRules, Verdict } from "../model/index.ts";
import type { KeyedHash } from "./keyed-hash.ts";
import { compareOutcomes, type CompareDeps, type Pair } from "./verdict.ts";

/** A webhook is answered with a few words, most often always the same. What is longer seldom comes twice. */
const MAX_BODY_BYTES = 1024;
/** Going through so many costs a twentieth of a comparison. */
const MAX_REMEMBERED = 8;

/** What `compareOutcomes` reads of an answer beside the fields that rules name. */
const READ_FIELDS: ReadonlySet<string> = new Set(["content-type", "content-encoding"]);

type Answered = Answer & { readonly body: Buffer };

interface Remembered {
  readonly pair: Pick<Pair, "route" | "itemKind" | "rules">;
  readonly hash: KeyedHash;
  readonly legacy: Answered;
  readonly candidate: Answered;
  readonly verdict: Verdict;
}

/**
 * `compareOutcomes`, which gives the last few small pairs their verdict again without comparing them anew: it depends on
 * nothing but what is looked at here.
 */
export function createCompare(): typeof compareOutcomes {
  const remembered: Remembered[] = [];
  let oldest = 0;
  return (pair, deps) => {
    const legacy = smallAnswer(pair.legacy);
    const candidate = smallAnswer(pair.candidate);
    if (legacy === null || candidate === null || pair.scope !== "whole") return compareOutcomes(pair, deps);
    for (const known of remembered) {
      if (!isSame(known, pair, deps) || !isSameAnswer(known.legacy, legacy, pair.rules)) continue;
      if (isSameAnswer(known.candidate, candidate, pair.rules)) return known.verdict;
    }
    const verdict = compareOutcomes(pair, deps);
    const { route, itemKind, rules } = pair;
    const about = { pair: { route, itemKind, rules }, hash: deps.hash, verdict };
    remembered[oldest] = { ...about, legacy: copyOf(legacy), candidate: copyOf(candidate) };
    oldest = (oldest + 1) % MAX_REMEMBERED;
    return verdict;
  };
}

function smallAnswer(outcome: Pair["legacy"]): Answered | null {
  if (outcome.kind === "failed") return null;
  const { status, rawHeaders, body } = outcome.answer;
  return body === null || body.length > MAX_BODY_BYTES ? null : { status, rawHeaders, body };
}

/** A body is often a piece of a far larger read, which it would keep from being freed. */
function copyOf({ status, rawHeaders, body }: Answered): Answered {
  return { status, rawHeaders, body: Buffer.from(body) };
}

function isSame({ pair, hash }: Remembered, { route, itemKind, rules }: Pair, deps: CompareDeps): boolean {
  return pair.route === route && pair.itemKind === itemKind && pair.rules === rules && hash === deps.hash;
}

function isSameAnswer(known: Answered, answer: Answered, rules: CompareRules): boolean {
  return (
    known.status === answer.status &&
    known.body.equals(answer.body) &&
    haveSameFields(known.rawHeaders, answer.rawHeaders, rules)
  );
}

/** The same names in the same order, and the same values wherever a comparison looks. */
function haveSameFields(known: readonly string[], fields: readonly string[], rules: CompareRules): boolean {
  if (known.length !== fields.length) return false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? "";
    if (known[i] !== name) return false;
    if (known[i + 1] !== fields[i + 1] && isRead(name.toLowerCase(), rules)) return false;
  }
  return true;
}

function isRead(name: string, { headers }: CompareRules): boolean {
  return READ_FIELDS.has(name) || headers.includes(name);
}
